"""Trains the grounding model: `python -m models train grounding` (seeded, minutes on one CPU core).

People labelled whole summaries, but the model scores sentences. A summary is consistent when each of its sentences is,
so its probability is the product of theirs (noisy-AND; multiple-instance learning, Maron & Lozano-Perez 1998).

Each set, and each label within a set, gets a balanced weight: otherwise a set in which nine of ten summaries are wrong
would teach that everything is wrong. Judgements of machine summaries weigh most (WEIGHTS). Sets of true sentences
beside false ones that differ in a word teach that shared words say nothing, which is true of such pairs only: they
weigh little, and what they test is found by exact comparison (nutshell/grounding/alignment.py).
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
from models.grounding.data import HELD_OUT, LabelledSummary, labelled_pairs, labelled_summaries
from models.grounding.examples import compare_rewritten, compare_summaries, pages, rewritten
from models.host import BuiltModels

SETTINGS = mlp.Settings(hidden=12, dropout=0.15, epochs=8, rate=3e-3, batch=128, decay=3e-2, min_std=1e-2)
WEIGHTS = {
    **{"frank cnn": 10.0, "frank bbc": 10.0, "xsumfaith": 3.0, "factcc": 1.0, "polytope": 1.0, "storysumm": 1.0},
    **{"fever_symmetric": 0.5, "begin": 0.3, "script": 0.3},
    **{"summedits": 0.2, "bump": 0.2, "pawsx_dev": 0.2, "conjnli": 0.1},
}
PAGES, PAGES_SEED = 50, 1
# Of a set that weighs little, a sample is enough.
_MAX_ROWS, _MAX_LIGHT_ROWS = 800, 200
# A larger set weighs more, but less than proportionally.
_POWER = 0.5
# The label of an example that people may have judged wrongly.
_SMOOTHING = 0.01


@dataclass(frozen=True, slots=True)
class Example:
    """A summary's sentences as features `claims` [sentences, COUNT]; `label` is 1 when all of them are supported."""

    set: str
    claims: NDArray[np.float32]
    label: int


def train() -> None:
    """Writes and pins weights.npz and rebuilds the model."""
    examples = load_examples()

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
            target, weight = labels[batch] * (1 - 2 * _SMOOTHING) + _SMOOTHING, balance[batch]
            return -(weight * (target * log + (1 - target) * torch.log1p(-log.exp()))).sum() / weight.sum()

        return loss

    features = np.concatenate([example.claims for example in examples])
    weights.save("grounding", mlp.train(features, len(examples), make_loss, SETTINGS))


def load_examples() -> list[Example]:
    """Returns all parts but the test parts of the sets to train on, and rewritten sentences of pages."""
    rows = [row for row in (*labelled_summaries(), *labelled_pairs()) if row.set not in HELD_OUT and row.part != "test"]
    rows = _sampled(rows)
    models = BuiltModels(1)
    found = [
        Example(row.set, _stacked([claim.features for claim in claims]), row.label)
        for row, claims in zip(rows, compare_summaries(rows, models), strict=True)
    ]
    pairs = rewritten(pages("train-pages-en.jsonl.gz", PAGES, PAGES_SEED), PAGES_SEED)
    found += [
        Example("script", _stacked([claim.features]), int(not pair.harmful))
        for pair, claim in zip(pairs, compare_rewritten(pairs, models), strict=True)
    ]
    return found


def _sampled(rows: Sequence[LabelledSummary]) -> list[LabelledSummary]:
    """Returns at most _MAX_ROWS of each set, in the order of their ids' hashes."""
    count: Counter[str] = Counter()
    found = []
    for row in sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).hexdigest()):
        count[row.set] += 1
        if count[row.set] <= (_MAX_ROWS if WEIGHTS[row.set] >= 1 else _MAX_LIGHT_ROWS):
            found.append(row)
    return found


def _balance(examples: Sequence[Example]) -> torch.Tensor:
    sets = Counter(example.set for example in examples)
    both = Counter((example.set, example.label) for example in examples)
    found = torch.tensor(
        [WEIGHTS[example.set] * sets[example.set] ** _POWER / both[example.set, example.label] for example in examples]
    )
    return found / found.mean()


def _stacked(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)
