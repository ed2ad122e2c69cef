"""Do two items report the same event? A logistic regression over the features of a pair, as one ONNX graph.

    features float32 [n, 9] (core/nutshell/stories/same_event.py)  ->  log_odds float32 [n]

The weights are committed (weights.json, written by train.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from models.artifacts import ROOT, Model, Outputs, RecipeError, Source, check_hash
from models.graph import FLOAT, Graph
from nutshell.stories.same_event import FEATURES

WEIGHTS = ROOT / "same_event" / "weights.json"


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "same_event is built from its committed weights alone"
    return {"same_event.onnx": build(read())}


def read() -> dict[str, float]:
    """Returns the committed weights: one for each feature, and `bias`. Raises RecipeError if they are not the pinned
    ones."""
    if not WEIGHTS.is_file():
        raise RecipeError("models/same_event/weights.json is missing; restore it from the repository")
    data = WEIGHTS.read_bytes()
    remedy = "restore it from the repository, or train it again: python -m models train same_event"
    check_hash(data, Model("same_event").card["weights"], "models/same_event/weights.json", remedy)
    weights: dict[str, float] = json.loads(data)
    return weights


def build(weights: Mapping[str, float]) -> bytes:
    g = Graph("same_event")
    column = g.constant("weights", [[weights[name]] for name in FEATURES], "float32")
    odds = g.node("Gemm", "features", column, g.constant("bias", [weights["bias"]], "float32"))
    g.node("Squeeze", odds, g.integers(1), name="log_odds")
    return g.serialize({"features": (FLOAT, ["n", len(FEATURES)])}, {"log_odds": (FLOAT, ["n"])})
