"""Train the head of Ask: one command, seeded, minutes on a CPU. `python -m models train ask`

Each question is shown with its own paragraph, where one sentence holds the answer, and with the one it is moved to,
where none does. The loss is the cross entropy of choosing the right sentence, or "none", which has a logit of 0:
so the best sentence's logistic is the chance that the page has an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models.ask.seen import CROSSED, FOLDS, Seen, seen
from models.mlp import scale, started, stepped, store, weights_of
from models.salience.train import packed
from nutshell.ask.evidence import COUNT

HIDDEN, DROPOUT, EPOCHS, RATE, BATCH, DECAY = 24, 0.1, 24, 4e-3, 64, 3e-3
SEEDS = (0, 1)
_NOT_THERE = -30.0


def train() -> None:
    """Write weights.npz and its pin, and build the graph; and folds.npz, for the evaluation: of each fold the heads
    that have not seen its articles."""
    rows = seen()
    store("ask", heads(rows))
    folds: dict[str, NDArray[Any]] = {}
    for fold in range(FOLDS):
        made = heads([row for row in rows if row.article % FOLDS != fold])
        folds |= {f"{fold}/{name}": value for name, value in made.items()}
    CROSSED.write_bytes(packed(folds))


def heads(rows: Sequence[Seen]) -> dict[str, NDArray[Any]]:
    """The weights of the heads of all SEEDS, trained on `rows`."""
    every = np.concatenate([row.features for row in rows])
    middle, spread = scale(every, 1e-6)
    return weights_of([fit(rows, middle, spread, seed) for seed in SEEDS], middle, spread)


def fit(rows: Sequence[Seen], middle: NDArray[Any], spread: NDArray[Any], seed: int) -> Any:
    dice = np.random.default_rng(seed)
    steps = EPOCHS * -(-len(rows) // BATCH)
    net, optimizer, schedule = started(COUNT, HIDDEN, DROPOUT, seed, RATE, DECAY, steps)
    x, y, there = _padded(rows, middle, spread)
    for _ in range(EPOCHS):
        order = dice.permutation(len(rows))
        for start in range(0, len(rows), BATCH):
            batch = torch.from_numpy(order[start : start + BATCH])
            logits = net(x[batch])[..., 0].masked_fill(there[batch] == 0, _NOT_THERE)
            logits = torch.cat([logits, torch.zeros(len(batch), 1)], 1)
            none = (y[batch].sum(1, keepdim=True) == 0).float()
            aim = torch.cat([y[batch], none], 1)
            loss = -(aim / aim.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1).mean()
            stepped(loss, optimizer, schedule)
    return net.eval()


def _padded(
    rows: Sequence[Seen], middle: NDArray[Any], spread: NDArray[Any]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(row.features) for row in rows)
    x, y, there = (
        torch.zeros(len(rows), longest, COUNT),
        torch.zeros(len(rows), longest),
        torch.zeros(len(rows), longest),
    )
    for number, row in enumerate(rows):
        count = len(row.features)
        x[number, :count] = torch.from_numpy((row.features - middle) / spread)
        y[number, :count] = torch.from_numpy(row.holds)
        there[number, :count] = 1
    return x, y, there
