"""Trains the ask model: `python -m models train ask` (seeded, minutes on one CPU core).

Each question appears with texts in which a sentence holds the answer, and with texts in which none does. The loss is
the cross entropy of choosing the right sentence or "none", which has a fixed logit of 0. The logistic function of the
best sentence's logit is therefore the probability that the page has an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from models import mlp, weights
from models.ask.examples import QuestionExample, question_examples
from nutshell.ask.evidence import COUNT

SETTINGS = mlp.Settings(hidden=24, dropout=0.1, epochs=24, rate=4e-3, batch=64, decay=3e-3, min_std=1e-6)
_MASKED = -30.0
_MISLEADING = 0.3  # weight of questions that were written to mislead; readers mean theirs


def train() -> None:
    """Writes and pins weights.npz and rebuilds the model."""
    weights.save("ask", _train(question_examples("train")))


def _train(examples: Sequence[QuestionExample]) -> dict[str, NDArray[Any]]:
    def make_loss(mean: NDArray[Any], std: NDArray[Any]) -> mlp.BatchLoss:
        x, y, present = _padded(examples, mean, std)
        weight = torch.tensor([_MISLEADING if example.is_misleading else 1.0 for example in examples])

        def loss(net: Any, numbers: NDArray[np.int64]) -> Any:
            batch = torch.from_numpy(numbers)
            logits = net(x[batch])[..., 0].masked_fill(present[batch] == 0, _MASKED)
            logits = torch.cat([logits, torch.zeros(len(batch), 1)], 1)
            none = (y[batch].sum(1, keepdim=True) == 0).float()
            target = torch.cat([y[batch], none], 1)
            losses = -(target / target.sum(1, keepdim=True) * logits.log_softmax(1)).sum(1)
            return (losses * weight[batch]).sum() / weight[batch].sum()

        return loss

    features = np.concatenate([example.features for example in examples])
    return mlp.train(features, len(examples), make_loss, SETTINGS)


def _padded(
    examples: Sequence[QuestionExample], mean: NDArray[Any], std: NDArray[Any]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Returns the scaled features [n, sentences, COUNT], the targets [n, sentences], and 1 for real sentences."""
    longest = max(len(example.features) for example in examples)
    x = torch.zeros(len(examples), longest, COUNT)
    y, present = torch.zeros(len(examples), longest), torch.zeros(len(examples), longest)
    for number, example in enumerate(examples):
        count = len(example.features)
        x[number, :count] = torch.from_numpy((example.features - mean) / std)
        y[number, :count] = torch.from_numpy(example.is_answer)
        present[number, :count] = 1
    return x, y, present
