"""Small networks with one hidden layer over hand-made features, averaged over seeds: training and ONNX export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import weights
from models.graph import FLOAT, Graph
from models.weights import Weights

BatchLoss = Callable[[Any, NDArray[np.int64]], Any]
"""(network, numbers of the examples in the batch) -> loss."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Training settings. `min_std` is added to each feature's standard deviation, so that none is zero."""

    hidden: int
    dropout: float
    epochs: int
    rate: float
    batch: int
    decay: float
    min_std: float
    seeds: tuple[int, ...] = (0, 1)


def read(name: str) -> Weights:
    """Returns a model's committed weights as float32. Raises RecipeError when the file's hash differs."""
    return {key: value.astype(np.float32) for key, value in weights.read(name).items()}


def network(name: str, weights: Weights, features: int) -> bytes:
    """Returns the ONNX graph: the logistic function of the mean of the networks' outputs.

    `weights` has, for each network n, "n/0.weight" [H, F], "n/0.bias", "n/1.weight" [1, H] and "n/1.bias", and the
    features' mean and standard deviation, "middle" and "spread" [F].
    """
    g = Graph(name)
    centred = g.node("Sub", "features", g.constant("middle", weights["middle"]))
    x = g.node("Div", centred, g.constant("spread", weights["spread"]))
    heads = 1 + max(int(key.split("/")[0]) for key in weights if "/" in key)
    outputs = []
    for head in range(heads):
        inner = x
        for layer in (0, 1):
            stem = f"{head}/{layer}"
            matrix = g.constant(f"{stem}.weight", weights[f"{stem}.weight"].T)
            inner = g.node("Gemm", inner, matrix, g.constant(f"{stem}.bias", weights[f"{stem}.bias"]))
            inner = g.fused("Gelu", inner) if layer == 0 else inner
        outputs.append(inner)
    mean = outputs[0] if heads == 1 else g.node("Mean", *outputs)
    g.node("Squeeze", g.node("Sigmoid", mean), g.integers(1), name="scores")
    return g.serialize({"features": (FLOAT, ["n", features])}, {"scores": (FLOAT, ["n"])})


def train(
    features: NDArray[Any],
    examples: int,
    make_loss: Callable[[NDArray[Any], NDArray[Any]], BatchLoss],
    settings: Settings,
) -> dict[str, NDArray[Any]]:
    """Trains one network per seed and returns their weights as `network` reads them.

    features: [rows, F], every feature row of the training set
    examples: how many examples there are; an example may have several rows
    make_loss: (mean [F], standard deviation [F]) -> the loss of a batch
    """
    mean, std = features.mean(0), features.std(0) + settings.min_std
    loss = make_loss(mean, std)
    return _export([_fit(features.shape[1], examples, loss, settings, seed) for seed in settings.seeds], mean, std)


def _fit(features: int, examples: int, loss: BatchLoss, settings: Settings, seed: int) -> Any:
    """AdamW with a one-cycle schedule (Smith & Topin 2017), seeded and on one thread, so the result is reproducible."""
    import torch  # noqa: PLC0415 - recipes do not need it
    from torch import nn  # noqa: PLC0415

    random = np.random.default_rng(seed)
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Linear(features, settings.hidden), nn.GELU(), nn.Dropout(settings.dropout), nn.Linear(settings.hidden, 1)
    )
    optimizer = torch.optim.AdamW(net.parameters(), settings.rate, weight_decay=settings.decay)
    steps = settings.epochs * -(-examples // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=steps)
    net.train()
    for _ in range(settings.epochs):
        order = random.permutation(examples)
        for start in range(0, examples, settings.batch):
            optimizer.zero_grad()
            loss(net, order[start : start + settings.batch]).backward()
            optimizer.step()
            schedule.step()
    return net.eval()


def _export(nets: Sequence[Any], mean: NDArray[Any], std: NDArray[Any]) -> dict[str, NDArray[Any]]:
    arrays = {"middle": mean.astype(np.float32), "spread": std.astype(np.float32)}
    for number, net in enumerate(nets):
        for layer, module in enumerate((net[0], net[-1])):
            arrays[f"{number}/{layer}.weight"] = module.weight.detach().numpy()
            arrays[f"{number}/{layer}.bias"] = module.bias.detach().numpy()
    return arrays
