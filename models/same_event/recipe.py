"""Scores whether two items report the same event: a logistic regression over the features of a pair.

    features float32 [n, 12] (core/nutshell/stories/same_event.py)  ->  log_odds float32 [n]

The weights are committed (weights.json, written by train.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from models.artifacts import Model, Outputs, Source
from models.graph import FLOAT, Graph
from nutshell.stories.same_event import FEATURES


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "same_event is built from its committed weights alone"
    return {"same_event.onnx": build(read())}


def read() -> dict[str, float]:
    """Returns the committed weights: one per feature, and `bias`. Raises RecipeError when the file's hash differs."""
    path = Model("same_event").committed("weights.json", "weights")
    weights: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return weights


def build(weights: Mapping[str, float]) -> bytes:
    g = Graph("same_event")
    column = g.constant("weights", [[weights[name]] for name in FEATURES], "float32")
    odds = g.node("Gemm", "features", column, g.constant("bias", [weights["bias"]], "float32"))
    g.node("Squeeze", odds, g.integers(1), name="log_odds")
    return g.serialize({"features": (FLOAT, ["n", len(FEATURES)])}, {"log_odds": (FLOAT, ["n"])})
