"""The static encoder: the weighted mean of one table row per token, and one small residual layer.

    input_ids int32 [n, tokens], 0 = padding  ->  vectors float32 [n, 256], L2-normalized

Rows are integers with one scale each. A token's weight is part of its scale, and L2 normalization removes the mean's
division. The mean goes through a residual layer of 512 units, which models what words mean together. A text without
tokens has the zero vector, which is similar to nothing. Do not pass special tokens. The weights are committed as int8
(weights.npz, made by train.py). The shipped model keeps 31 of their 255 steps: its zip is a third smaller and no
measure changes (README.md).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models import weights as trained
from models.artifacts import Outputs, Source
from models.graph import FLOAT, INT32, Graph
from models.static.distill import WIDTH
from models.weights import Weights

SCALE = 16.0  # scales unit vectors to unit variance
FINE, STEPS = 127, 15  # the largest number in a committed row, and in a shipped one

Floats = NDArray[np.float32]


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"static.onnx": build(coarser(trained.read("static")))}


def coarser(weights: Weights, steps: int = STEPS) -> Weights:
    """Returns the weights with rows requantized to -steps to steps: fewer different values compress better."""
    rows = np.rint(weights["rows"].astype(np.float32) * (steps / FINE)).astype(np.int8)
    return {**weights, "rows": rows, "scale": (weights["scale"] * (FINE / steps)).astype(np.float32)}


def quantize(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Returns int8 rows and a scale for each: table ~ rows * scale[:, None]."""
    scale = (np.abs(table).max(axis=1) / FINE).astype(np.float32)
    rows = np.rint(table / np.maximum(scale, 1e-12)[:, None])
    return np.clip(rows, -FINE, FINE).astype(np.int8), scale


def build(weights: Weights) -> bytes:
    """Returns the graph. Row 0 (padding) must have scale 0. Without "up.weight" there is no residual layer."""
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
