"""Train the head of the grounding check: one command, seeded, minutes on a CPU. `python -m models train grounding`

People judged whole summaries, the head judges sentences: a summary holds when each of its sentences does, so its chance
is the product of theirs (a noisy-and; multiple-instance learning, Maron & Lozano-Perez 1998). The sets are drawn so
that each set, and each label within it, weighs the same: a set of which nine tenths are wrong would else teach that
everything is. Sentences of the documents themselves, and the same made false by a script, are a set of their own.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.grounding.data import Judged, judged
from models.grounding.seen import beside, compared, pairs, vectors_of
from models.host import ShopModels
from models.mlp import scale, started, stepped, store, weights_of
from nutshell.grounding.features import COUNT

HIDDEN, DROPOUT, EPOCHS, RATE, BATCH, DECAY = 24, 0.1, 16, 3e-3, 128, 1e-2
SEEDS = (0, 1)
PAIRS, PAIRS_SEED = 70, 1
# Summaries of one document are much alike: so many of each set and label are enough.
PER_DOCUMENT = 5
# How much a set weighs: the more of it there is, but not in proportion.
_POWER = 0.25


@dataclass(frozen=True, slots=True)
class Example:
    """A summary: `claims` [sentences, COUNT], label 1 when each holds."""

    set: str
    claims: NDArray[np.float32]
    label: int


def train() -> None:
    """Write weights.npz and its pin, and build the graph."""
    store("grounding", heads(examples()))


def examples() -> list[Example]:
    """The training part of all sets, and pairs made by script of the same documents."""
    rows = _thinned([row for row in judged() if row.part == "train"])
    made = pairs(rows, PAIRS, PAIRS_SEED, ["train"])
    models = ShopModels(1)
    texts = {text for row in rows for text in (*row.document, *row.claims)}
    vectors = vectors_of(texts | {text for pair in made for text in (pair.true, pair.false)}, models)
    found = [
        Example(row.set, _stacked([one.features for one in claims]), row.label)
        for row, claims in zip(rows, compared(rows, vectors, models), strict=True)
    ]
    for pair in made:
        true, false = beside(pair.document, [pair.true, pair.false], vectors, models)
        found += [Example("script", _stacked([true.features]), 1), Example("script", _stacked([false.features]), 0)]
    return found


def _thinned(rows: Sequence[Judged]) -> list[Judged]:
    """At most PER_DOCUMENT of a document, set and label, by the hash of their ids."""
    count: Counter[tuple[str, str, int]] = Counter()
    found = []
    for row in sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).hexdigest()):
        kind = (row.set, row.key, row.label)
        count[kind] += 1
        if count[kind] <= PER_DOCUMENT:
            found.append(row)
    return found


def heads(rows: Sequence[Example]) -> dict[str, NDArray[Any]]:
    every = np.concatenate([row.claims for row in rows])
    middle, spread = scale(every, 1e-3)
    return weights_of([fit(rows, middle, spread, seed) for seed in SEEDS], middle, spread)


def fit(rows: Sequence[Example], middle: NDArray[Any], spread: NDArray[Any], seed: int) -> Any:
    dice = np.random.default_rng(seed)
    steps = EPOCHS * -(-len(rows) // BATCH)
    net, optimizer, schedule = started(COUNT, HIDDEN, DROPOUT, seed, RATE, DECAY, steps)
    weights = _weights(rows)
    scaled = [torch.from_numpy((row.claims - middle) / spread).float() for row in rows]
    labels = torch.tensor([float(row.label) for row in rows])
    for _ in range(EPOCHS):
        order = dice.permutation(len(rows))
        for start in range(0, len(rows), BATCH):
            batch = order[start : start + BATCH]
            logits = net(torch.cat([scaled[number] for number in batch]))[:, 0]
            owner = torch.repeat_interleave(torch.arange(len(batch)), torch.tensor([len(scaled[n]) for n in batch]))
            # The logarithm of the product of the sentences' chances.
            holds = torch.zeros(len(batch)).index_add(0, owner, nn.functional.logsigmoid(logits)).clamp(max=-1e-6)
            aim, weight = labels[batch], weights[batch]
            loss = -(weight * (aim * holds + (1 - aim) * torch.log1p(-holds.exp()))).sum() / weight.sum()
            stepped(loss, optimizer, schedule)
    return net.eval()


def _weights(rows: Sequence[Example]) -> torch.Tensor:
    sets, both = Counter(row.set for row in rows), Counter((row.set, row.label) for row in rows)
    return torch.tensor([sets[row.set] ** _POWER / both[row.set, row.label] for row in rows])


def _stacked(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)
