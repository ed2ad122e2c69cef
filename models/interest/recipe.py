"""Three linear heads on the static encoder's vectors: clickbait, reading level, mood.

    vectors float32 [n, 256], features float32 [n, 9]  ->  tones float32 [n, 9]

The columns: the chance of clickbait; a grade from 3 to 12; the chances of the seven moods. Features are those of
core/nutshell/text/tone.py. The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT, Model, Outputs, RecipeError, Source, check_hash
from models.graph import FLOAT, Graph, Shape
from nutshell.text.static_encoder import WIDTH
from nutshell.text.tone import FEATURES, MOODS

WEIGHTS = ROOT / "interest" / "weights.npz"
SCALE = 16.0  # unit vectors brought to unit variance
LOWEST, HIGHEST = 3.0, 12.0

Weights = Mapping[str, NDArray[Any]]


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"interest.onnx": build(read())}


def read() -> Weights:
    """The trained weights; raises RecipeError when the file is not the pinned one."""
    if not WEIGHTS.is_file():
        raise RecipeError("models/interest/weights.npz is missing; restore it from the repository")
    remedy = "restore it from the repository, or train it anew: python -m models train interest"
    check_hash(WEIGHTS.read_bytes(), Model("interest").card["weights"], "models/interest/weights.npz", remedy)
    with np.load(WEIGHTS) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def build(weights: Weights) -> bytes:
    """`weights`: "weight" [265, 9] and "bias" [9]; the column of the grade gives a standard score of hardness."""
    g = Graph("interest")
    seen = g.node("Concat", g.node("Mul", "vectors", g.number(SCALE)), "features", axis=1)
    made = g.node(
        "Add", g.node("MatMul", seen, g.constant("weight", weights["weight"])), g.constant("b", weights["bias"])
    )
    bait, hard, moods = g.node("Split", made, g.integers(1, 1, len(MOODS)), outputs=3, axis=1)
    # The place among CLEAR's excerpts (the normal distribution's integral), from 3 to 12.
    place = g.node("Erf", g.node("Mul", hard, g.number(0.5**0.5)))
    half = (HIGHEST - LOWEST) / 2
    grade = g.node("Add", g.node("Mul", place, g.number(half)), g.number(LOWEST + half))
    g.node("Concat", g.node("Sigmoid", bait), grade, g.node("Sigmoid", moods), axis=1, name="tones")
    inputs: dict[str, tuple[int, Shape]] = {"vectors": (FLOAT, ["n", WIDTH]), "features": (FLOAT, ["n", FEATURES])}
    return g.serialize(inputs, {"tones": (FLOAT, ["n", 2 + len(MOODS)])})
