"""A text's vector from the weighted mean of its tokens' own, one row of a table each, and one small layer on top.

    input_ids int32 [n, tokens], 0 = padding  ->  vectors float32 [n, 256], L2-normalized

Rows are whole numbers with one scale each; how much a token weighs is part of its scale, and of a mean's division
nothing is left after L2. The mean then goes through a residual layer of 512 units, which sees what words mean together.
A text without tokens has the zero vector, which is like nothing. Special tokens are not to be fed. The weights are
committed (weights.npz, made by train.py) as int8; what is shipped keeps 31 of their 255 steps, which makes a zip of
them a third smaller and changes no measure (README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.graph import FLOAT, INT32, Graph
from models.shop import ROOT, Model, Outputs, RecipeError, Source, check
from models.static.distill import WIDTH

WEIGHTS = ROOT / "static" / "weights.npz"
SCALE = 16.0  # unit vectors brought to unit variance
FINE, STEPS = 127, 15  # the largest number in a committed row, and in a shipped one

Floats = NDArray[np.float32]
Weights = Mapping[str, NDArray[Any]]


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"static.onnx": build(coarser(read()))}


def read() -> Weights:
    """The trained weights; raises RecipeError when the file is not the pinned one."""
    if not WEIGHTS.is_file():
        raise RecipeError("models/static/weights.npz is missing; restore it from the repository")
    remedy = "restore it from the repository, or train it anew: python -m models train static"
    check(WEIGHTS.read_bytes(), Model("static").card["weights"], "models/static/weights.npz", remedy)
    with np.load(WEIGHTS) as stored:
        return {name: stored[name] for name in stored.files}


def coarser(weights: Weights, steps: int = STEPS) -> Weights:
    """The same weights with rows of -steps to steps: fewer different numbers, so that they pack smaller."""
    rows = np.rint(weights["rows"].astype(np.float32) * (steps / FINE)).astype(np.int8)
    return {**weights, "rows": rows, "scale": (weights["scale"] * (FINE / steps)).astype(np.float32)}


def quantize(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows in int8 and the scale of each: table ~ rows * scale[:, None]."""
    scale = (np.abs(table).max(axis=1) / FINE).astype(np.float32)
    rows = np.rint(table / np.maximum(scale, 1e-12)[:, None])
    return np.clip(rows, -FINE, FINE).astype(np.int8), scale


def build(weights: Weights) -> bytes:
    """The graph's bytes; row 0, that of padding, must weigh nothing. Without "up.weight" there is no layer on top."""
    assert weights["scale"][0] == 0, "padding would be part of the mean"
    g = Graph("static")
    vectors = g.floats(g.node("Gather", g.constant("rows", weights["rows"]), "input_ids"))
    shares = g.node("Unsqueeze", g.node("Gather", g.constant("scale", weights["scale"]), "input_ids"), g.integers(1))
    total = g.node("Squeeze", g.node("MatMul", shares, vectors), g.integers(1))
    if "up.weight" not in weights:
        g.node("LpNormalization", total, name="vectors", axis=-1, p=2)
    else:
        mean = g.node("LpNormalization", total, axis=-1, p=2)
        inner = g.fused("Gelu", linear(g, weights, "up", g.node("Mul", mean, g.number(SCALE))))
        whole = g.node("LpNormalization", g.node("Add", mean, linear(g, weights, "down", inner)), axis=-1, p=2)
        length = g.node("ReduceL2", total, g.integers(-1), keepdims=1)
        g.node("Mul", whole, g.indicator(g.node("Greater", length, g.number(0.0))), name="vectors")
    return g.serialize({"input_ids": (INT32, ["batch", "tokens"])}, {"vectors": (FLOAT, ["batch", WIDTH])})


def linear(g: Graph, weights: Weights, name: str, x: str) -> str:
    weight, bias = (g.constant(f"{name}.{part}", weights[f"{name}.{part}"], np.float32) for part in ("weight", "bias"))
    return str(g.node("Add", g.node("MatMul", x, weight), bias))
