"""Trains the grounding model: `python -m models train grounding` (seeded, minutes on one CPU core).

People labelled whole summaries, but the model scores sentences. A summary is consistent when each of its sentences is,
so its probability is the product of theirs (noisy-AND; multiple-instance learning, Maron & Lozano-Perez 1998).
Each set, and each label within a set, gets a balanced weight: otherwise a set in which nine of ten summaries are wrong
would teach that everything is wrong. Sentences of the documents, with and without a scripted corruption, form a set of
their own.
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

from models import mlp, weights
from models.grounding.data import LabelledSummary, labelled_summaries
from models.grounding.examples import compare_summaries, compare_with_document, corrupted_pairs, vectors_of
from models.host import BuiltModels

SETTINGS = mlp.Settings(hidden=24, dropout=0.1, epochs=16, rate=3e-3, batch=128, decay=1e-2, min_std=1e-3)
PAIRS, PAIRS_SEED = 70, 1
# Summaries of one document are very similar, so a few of each set and label are enough.
PER_DOCUMENT = 5
# A larger set weighs more, but less than proportionally.
_POWER = 0.25


@dataclass(frozen=True, slots=True)
class Example:
    """A summary's sentences as features `claims` [sentences, COUNT]; `label` is 1 when all of them are supported."""

    set: str
    claims: NDArray[np.float32]
    label: int


def train() -> None:
    """Writes and pins weights.npz and rebuilds the model."""
    examples = _examples()

    def make_loss(mean: NDArray[Any], std: NDArray[Any]) -> mlp.BatchLoss:
        balance = _balance(examples)
        scaled = [torch.from_numpy((example.claims - mean) / std).float() for example in examples]
        labels = torch.tensor([float(example.label) for example in examples])

        def loss(net: Any, batch: NDArray[np.int64]) -> Any:
            logits = net(torch.cat([scaled[number] for number in batch]))[:, 0]
            sizes = torch.tensor([len(scaled[number]) for number in batch])
            owner = torch.repeat_interleave(torch.arange(len(batch)), sizes)
            # The logarithm of the product of the sentences' probabilities.
            log = torch.zeros(len(batch)).index_add(0, owner, nn.functional.logsigmoid(logits)).clamp(max=-1e-6)
            target, weight = labels[batch], balance[batch]
            return -(weight * (target * log + (1 - target) * torch.log1p(-log.exp()))).sum() / weight.sum()

        return loss

    features = np.concatenate([example.claims for example in examples])
    weights.save("grounding", mlp.train(features, len(examples), make_loss, SETTINGS))


def _examples() -> list[Example]:
    """Returns the training parts of all sets, and corrupted pairs of the same documents."""
    rows = _thinned([row for row in labelled_summaries() if row.part == "train"])
    pairs = corrupted_pairs(rows, PAIRS, PAIRS_SEED, ["train"])
    models = BuiltModels(1)
    texts = {text for row in rows for text in (*row.document, *row.claims)}
    vectors = vectors_of(texts | {text for pair in pairs for text in (pair.true, pair.false)}, models)
    found = [
        Example(row.set, _stacked([claim.features for claim in claims]), row.label)
        for row, claims in zip(rows, compare_summaries(rows, vectors, models), strict=True)
    ]
    for pair in pairs:
        true, false = compare_with_document(pair.document, [pair.true, pair.false], vectors, models)
        found += [Example("script", _stacked([true.features]), 1), Example("script", _stacked([false.features]), 0)]
    return found


def _thinned(rows: Sequence[LabelledSummary]) -> list[LabelledSummary]:
    """Returns at most PER_DOCUMENT summaries of each document, set and label, in the order of their ids' hashes."""
    count: Counter[tuple[str, str, int]] = Counter()
    found = []
    for row in sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).hexdigest()):
        kind = (row.set, row.key, row.label)
        count[kind] += 1
        if count[kind] <= PER_DOCUMENT:
            found.append(row)
    return found


def _balance(examples: Sequence[Example]) -> torch.Tensor:
    sets = Counter(example.set for example in examples)
    both = Counter((example.set, example.label) for example in examples)
    return torch.tensor([sets[example.set] ** _POWER / both[example.set, example.label] for example in examples])


def _stacked(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)
