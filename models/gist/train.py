"""Trains the gist model: `python -m models train gist` (seeded; the vectors of the pages take most of the time).

The loss has two parts: the cross entropy of a page's candidates with their relative targets (listwise, Cao et al.
2007), which makes the best line win, and the cross entropy of each candidate with its target, so that the score says
how good the line is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models import mlp, weights
from models.gist.data import training_pages
from models.gist.examples import Example, Reader, examples
from models.gist.judgements import judged_examples
from nutshell.summary.gist_features import COUNT

SETTINGS = mlp.Settings(
    hidden=12, dropout=0.2, epochs=14, rate=3e-3, batch=64, decay=5e-2, min_std=1e-3, seeds=(0, 1, 2)
)
TEMPERATURE = 0.08
_MASKED = -30.0


def train() -> None:
    """Writes and pins weights.npz and rebuilds the model."""
    reader = Reader()
    weights.save("gist", fit([*examples(list(training_pages()), reader), *judged_examples(reader)]))


def fit(found: Sequence[Example]) -> dict[str, NDArray[Any]]:
    """Returns the weights of a model trained on the examples."""

    def make_loss(mean: NDArray[Any], std: NDArray[Any]) -> mlp.BatchLoss:
        longest = max(len(example.features) for example in found)
        x = torch.zeros(len(found), longest, COUNT)
        y, known = torch.zeros(len(found), longest), torch.zeros(len(found), longest)
        for number, example in enumerate(found):
            count = len(example.features)
            x[number, :count] = torch.from_numpy((example.features - mean) / std)
            real = ~np.isnan(example.targets)
            y[number, :count] = torch.from_numpy(np.where(real, example.targets, 0).astype(np.float32))
            known[number, :count] = torch.from_numpy(real.astype(np.float32))
        weight = torch.tensor([example.weight for example in found])

        def loss(net: Any, numbers: NDArray[np.int64]) -> Any:
            batch = torch.from_numpy(numbers)
            logits, target, mask = net(x[batch])[..., 0], y[batch], known[batch]
            shares = (target / TEMPERATURE).masked_fill(mask == 0, _MASKED).softmax(1)
            listwise = -(shares * logits.masked_fill(mask == 0, _MASKED).log_softmax(1)).sum(1)
            single = torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
            single = (single * mask).sum(1) / mask.sum(1)
            return ((listwise + 3 * single) * weight[batch]).sum() / weight[batch].sum()

        return loss

    rows = np.concatenate([example.features for example in found])
    return mlp.train(rows, len(found), make_loss, SETTINGS)
