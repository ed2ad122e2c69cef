"""Train the interest heads: one command, seeded, a minute. `python -m models train interest`

Each head is linear and fitted to its training part alone, by full-batch L-BFGS, which has one answer; a logistic
loss for clickbait and each mood, so that their outputs are chances; for reading level the squared error to CLEAR's
easiness (windows of an excerpt share its label) and, for OneStopEnglish, the logistic loss of the advanced sentence
being harder than its elementary one. Weight decay is chosen on the development parts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from models.artifacts import Model
from models.host import BuiltModels, run_sync, to_array, wordpiece
from models.interest import data
from models.interest.recipe import SCALE, WEIGHTS
from models.weights import pack
from nutshell.text.static_encoder import WIDTH, embed_static
from nutshell.text.tone import FEATURES, MOODS, features

DECAYS = (1e-5, 1e-4, 1e-3, 1e-2)
PAIRS = 1.0  # the weight of OneStopEnglish's pairs beside CLEAR's windows

Floats = NDArray[np.float32]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def train() -> None:
    """Write weights.npz and its pin, and build the graph."""
    torch.set_num_threads(1)
    weight, bias = np.zeros((WIDTH + FEATURES, 2 + len(MOODS)), np.float32), np.zeros(2 + len(MOODS), np.float32)
    for columns, head in ((slice(0, 1), clickbait()), (slice(1, 2), hardness()), (slice(2, None), moods())):
        weight[:, columns], bias[columns] = head
    packing = pack({"weight": weight, "bias": bias})
    WEIGHTS.write_bytes(packing)
    model = Model("interest")
    model.card["weights"] = hashlib.sha256(packing).hexdigest()
    (model.folder / "model.json").write_text(json.dumps(model.card, indent=2) + "\n", encoding="utf-8")
    Model("interest").build(pin=True)


def clickbait() -> tuple[Floats, Floats]:
    sets = {}
    for part in ("train", "dev"):
        chosen = [example for example in data.clickbait() if example.part == part]
        sets[part] = (seen([e.text for e in chosen]), torch.tensor([[e.label] for e in chosen]))
    return best(sets, functional.binary_cross_entropy_with_logits, "clickbait")


def moods() -> tuple[Floats, Floats]:
    sets = {}
    for part in ("train", "dev"):
        chosen = [example for example in data.emotions() if example.part == part]
        labels = torch.tensor([[float(mood in e.label) for mood in range(len(MOODS))] for e in chosen])  # type: ignore[operator]
        sets[part] = (seen([e.text for e in chosen]), labels)
    return best(sets, functional.binary_cross_entropy_with_logits, "moods")


def hardness() -> tuple[Floats, Floats]:
    """A standard score: 0 as hard as CLEAR's middle excerpt, 1 as hard as one in the hardest sixth."""
    given = [example for example in data.easiness() if example.part == "train"]
    labels = np.array([example.label for example in given])
    middle, spread = labels.mean(), labels.std()
    sets = {}
    for part in ("train", "dev"):
        windows = [(w, e.label) for e in data.easiness() if e.part == part for w in [e.text, *data.windows(e.text)]]
        pairs = [(hard, easy) for hard, easy, place in data.levels() if place == part]
        aims = torch.tensor([[(middle - label) / spread] for _, label in windows], dtype=torch.float32)
        sets[part] = (
            torch.cat([seen([text for text, _ in windows]), seen([t for pair in pairs for t in pair])]),
            aims,
        )
    return best(sets, hardness_loss, "hardness")


def hardness_loss(made: torch.Tensor, aims: torch.Tensor) -> torch.Tensor:
    """Rows beyond those of `aims` are pairs: the harder, then the easier."""
    pairs = made[len(aims) :]
    return functional.mse_loss(made[: len(aims)], aims) + PAIRS * functional.softplus(pairs[1::2] - pairs[::2]).mean()


def seen(texts: Sequence[str]) -> torch.Tensor:
    """[texts, WIDTH + FEATURES]: what the heads see, as the product gives it."""
    vectors = to_array(run_sync(embed_static(BuiltModels(), wordpiece(), texts)))
    counted = np.array([features(text) for text in texts], np.float32)
    return torch.from_numpy(np.concatenate([vectors * SCALE, counted], axis=1))


def best(sets: dict[str, tuple[torch.Tensor, torch.Tensor]], loss: Loss, name: str) -> tuple[Floats, Floats]:
    """The head of the decay with the least development loss."""
    found = []
    for decay in DECAYS:
        weight, bias = fit(*sets["train"], loss, decay)
        held = loss(sets["dev"][0] @ weight + bias, sets["dev"][1]).item()
        found.append((held, decay, weight.numpy(), bias.numpy()))
    held, decay, weights, biases = min(found, key=lambda one: one[0])
    print(f"{name}: decay {decay:g}, development loss {held:.4f}", flush=True)
    return weights, biases


def fit(x: torch.Tensor, y: torch.Tensor, loss: Loss, decay: float) -> tuple[torch.Tensor, torch.Tensor]:
    weight = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    bias = torch.zeros(y.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(x @ weight + bias, y) + decay * (weight**2).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return weight.detach(), bias.detach()
