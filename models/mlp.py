"""Small networks of one hidden layer over hand-made features: averaged over seeds, trained here, built by a recipe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.graph import FLOAT, Graph
from models.shop import ROOT, Model, RecipeError, check

Weights = Mapping[str, NDArray[Any]]


def read(name: str) -> Weights:
    """The committed weights; raises RecipeError when the file is not the pinned one."""
    path = ROOT / name / "weights.npz"
    if not path.is_file():
        raise RecipeError(f"models/{name}/weights.npz is missing; restore it from the repository")
    remedy = f"restore it from the repository, or train it anew: python -m models train {name}"
    check(path.read_bytes(), Model(name).card["weights"], f"models/{name}/weights.npz", remedy)
    with np.load(path) as stored:
        return {key: stored[key].astype(np.float32) for key in stored.files}


def network(name: str, weights: Weights, features: int) -> bytes:
    """`weights`: of each network n "n/0.weight" [H, F], "n/0.bias", "n/1.weight" [1, H], "n/1.bias"; "middle" and
    "spread" [F] of the features. The score is the logistic of the networks' mean."""
    g = Graph(name)
    centred = g.node("Sub", "features", g.constant("middle", weights["middle"]))
    x = g.node("Div", centred, g.constant("spread", weights["spread"]))
    heads = 1 + max(int(key.split("/")[0]) for key in weights if "/" in key)
    made = []
    for head in range(heads):
        inner = x
        for layer in (0, 1):
            stem = f"{head}/{layer}"
            matrix = g.constant(f"{stem}.weight", weights[f"{stem}.weight"].T)
            inner = g.node("Gemm", inner, matrix, g.constant(f"{stem}.bias", weights[f"{stem}.bias"]))
            inner = g.fused("Gelu", inner) if layer == 0 else inner
        made.append(inner)
    mean = made[0] if heads == 1 else g.node("Mean", *made)
    g.node("Squeeze", g.node("Sigmoid", mean), g.integers(1), name="scores")
    return g.serialize({"features": (FLOAT, ["n", features])}, {"scores": (FLOAT, ["n"])})


def weights_of(nets: Sequence[Any], middle: NDArray[Any], spread: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Of torch's `Sequential(Linear, GELU, ..., Linear)`s, as `network` takes them."""
    arrays = {"middle": middle.astype(np.float32), "spread": spread.astype(np.float32)}
    for number, net in enumerate(nets):
        for layer, module in enumerate((net[0], net[-1])):
            arrays[f"{number}/{layer}.weight"] = module.weight.detach().numpy()
            arrays[f"{number}/{layer}.bias"] = module.bias.detach().numpy()
    return arrays


def scale(features: NDArray[Any], least: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The middle and the spread of each column; `least` is added to the spread, so that none is zero."""
    return features.mean(0), features.std(0) + least


def started(
    features: int, hidden: int, dropout: float, seed: int, rate: float, decay: float, steps: int
) -> tuple[Any, Any, Any]:
    """A network of torch's as `weights_of` takes it, its optimizer (AdamW) and the rate's schedule over so many steps
    (one cycle: Smith & Topin 2017), seeded, on one thread: the same numbers on every machine."""
    import torch  # noqa: PLC0415 - recipes need none
    from torch import nn  # noqa: PLC0415

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(features, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, 1))
    optimizer = torch.optim.AdamW(net.parameters(), rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    return net.train(), optimizer, schedule


def stepped(loss: Any, optimizer: Any, schedule: Any) -> None:
    """One step down."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()


def store(name: str, weights: Weights) -> None:
    """Write weights.npz and its pin, and build the graph."""
    from models.salience.train import packed  # noqa: PLC0415

    packing = packed(dict(weights))
    (ROOT / name / "weights.npz").write_bytes(packing)
    model = Model(name)
    model.card["weights"] = hashlib.sha256(packing).hexdigest()
    (model.folder / "model.json").write_text(json.dumps(model.card, indent=2) + "\n", encoding="utf-8")
    Model(name).build(pin=True)
