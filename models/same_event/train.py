"""Trains the weights of same_event: `python -m models train same_event`, about two minutes, the same weights each time.

A logistic regression over all pairs of ECB+ articles within a fold, in three lengths (data.FORMS), and over the
labelled pairs of AllSides and STS (data.labelled_pairs).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from models.artifacts import Model
from models.host import BuiltModels
from models.same_event.data import (
    FORMS,
    ArticlePairs,
    Floats,
    LabelledPairs,
    article_pairs,
    ecb_rows,
    labelled_pairs,
    split_by_topic,
)
from nutshell.stories.same_event import FEATURES

CLOSENESS = 0.8
"""Set by hand: log-odds for each day that two items are closer. ECB+ has no dates, and what AllSides puts together is
nearly always of one day, so that learned from it a report of the next day would be another event.
"""

SETS = {"allsides": 10, "sts_headlines": 1}
"""The sets of labelled pairs that are learned from, and of which number of pairs one is taken: AllSides puts reports
together that have little in common. The third set, tgcontest, is kept to look at.
"""

_RIDGE = 0.5


def train() -> None:
    """Writes weights.json and its pin, and builds the graph."""
    models = BuiltModels(threads=1)
    folds = split_by_topic(ecb_rows())
    pairs = [article_pairs(fold, length, models, n) for length in FORMS.values() for n, fold in enumerate(folds)]
    others = labelled_pairs(models)
    taken = [others[name].every(step) for name, step in SETS.items()]
    store({name: round(value, 1) for name, value in fit(pairs, taken).items()})


def fit(parts: Sequence[ArticlePairs], others: Sequence[LabelledPairs] = ()) -> dict[str, float]:
    """Returns the weights of the features and the bias: Newton's method, with an L2 penalty on the weights."""
    pairs = [np.triu_indices(len(part.same), 1) for part in parts]
    learned = [name for name in FEATURES if name != "closeness"]
    columns = [FEATURES.index(name) for name in learned]
    rows = np.vstack(
        [part.features[pair][:, columns] for part, pair in zip(parts, pairs, strict=True)]
        + [other.features[:, columns] for other in others]
    )
    labels = np.concatenate(
        [part.same[pair] for part, pair in zip(parts, pairs, strict=True)] + [other.same for other in others]
    ).astype(float)
    values = newton(np.hstack([rows, np.ones((len(rows), 1))]), labels)
    return dict(zip([*learned, "bias"], map(float, values), strict=True)) | {"closeness": CLOSENESS}


def newton(design: Floats, labels: Floats) -> Floats:
    """Fits a logistic regression; the last column of `design` is the bias."""
    penalty = np.diag([_RIDGE] * (design.shape[1] - 1) + [1e-6])
    weights = np.zeros(design.shape[1])
    for _ in range(25):
        probability = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        hessian = (design * (probability * (1 - probability) + 1e-9)[:, None]).T @ design + penalty
        weights = weights + np.linalg.solve(hessian, design.T @ (labels - probability) - penalty @ weights)
    return weights


def store(weights: dict[str, float]) -> None:
    data = (json.dumps({name: weights[name] for name in (*FEATURES, "bias")}, indent=1) + "\n").encode()
    model = Model("same_event")
    (model.folder / "weights.json").write_bytes(data)
    model.write_card(weights=hashlib.sha256(data).hexdigest())
    Model("same_event").build(pin=True)
