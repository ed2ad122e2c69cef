"""Scores whether each block of a page is main content: a convolutional network over the blocks in document order.

    features float32 [n, F], words int32 [n, W], page int32 [1, P] (core/nutshell/extraction/content_features.py)
    ->  scores float32 [n] in 0-1

Hashed words are looked up in one embedding table and summed, over the nearest elements' hints, the farther ones', the
block's own words and the page's. The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from models import weights
from models.artifacts import Outputs, Source
from models.graph import FLOAT, INT32, Graph
from models.weights import Weights
from nutshell.extraction.content_features import COUNT, PAGE_WORDS, TEXT_WORDS, WORD_COUNT
from nutshell.extraction.surroundings import FAR_HINTS, NEAR_HINTS

DILATIONS = (1, 2, 4)
KERNEL = 5


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "content is built from its committed weights alone"
    return {"content.onnx": build(weights.read("content"))}


def build(stored: Weights) -> bytes:
    """Returns the ONNX graph. Matrices are [inputs, outputs]; `conv{n}` are [KERNEL * H, H], from the first tap."""
    made = {name: value.astype(np.float32) for name, value in stored.items()}
    g = Graph("content")
    table = g.stored("words_table", made["embedding"])
    near, far, text = (
        _bag(g, table, g.node("Slice", "words", g.integers(start), g.integers(end), g.integers(1)))
        for start, end in (
            (0, NEAR_HINTS),
            (NEAR_HINTS, NEAR_HINTS + FAR_HINTS),
            (NEAR_HINTS + FAR_HINTS, NEAR_HINTS + FAR_HINTS + TEXT_WORDS),
        )
    )
    centred = g.node("Sub", "features", g.constant("mean", made["mean"]))
    scaled = g.node("Mul", centred, g.constant("inverse_std", 1 / made["std"]))
    joined = g.node("Concat", scaled, near, far, text, axis=1)
    page = _linear(g, "page", made, _bag(g, table, "page"))
    h = g.node("Relu", g.node("Add", _linear(g, "input", made, joined), page))
    for number, dilation in enumerate(DILATIONS):
        if number == 1:
            mean = g.node("ReduceMean", h, g.integers(0), keepdims=1)
            highest = g.node("ReduceMax", h, g.integers(0), keepdims=1)
            h = g.node("Add", h, _linear(g, "whole", made, g.node("Concat", mean, highest, axis=1)))
        h = g.node("Add", h, g.node("Relu", _convolution(g, f"conv{number}", made, h, dilation)))
    g.node("Squeeze", g.node("Sigmoid", _linear(g, "output", made, h)), g.integers(1), name="scores")
    return g.serialize(
        {"features": (FLOAT, ["n", COUNT]), "words": (INT32, ["n", WORD_COUNT]), "page": (INT32, [1, PAGE_WORDS])},
        {"scores": (FLOAT, ["n"])},
    )


def _linear(g: Graph, name: str, made: Mapping[str, Any], x: str) -> str:
    matrix, bias = made[f"{name}.weight"], g.constant(f"{name}.bias", made[f"{name}.bias"])
    held = g.stored(f"{name}.weight", matrix) if matrix.size > 1_000 else g.constant(f"{name}.weight", matrix)
    return str(g.node("Gemm", x, held, bias))


def _convolution(g: Graph, name: str, made: Mapping[str, Any], x: str, dilation: int) -> str:
    """A dilated convolution over the rows of x [n, H], as one product over shifted copies."""
    reach = (KERNEL // 2) * dilation
    padded = g.node("Pad", x, g.integers(reach, 0, reach, 0))
    shifted = []
    for tap in range(KERNEL):
        start, end = tap * dilation, (tap + 1 - KERNEL) * dilation
        if end == 0:
            end = np.iinfo(np.int64).max
        shifted.append(g.node("Slice", padded, g.integers(start), g.integers(end), g.integers(0)))
    return _linear(g, name, made, g.node("Concat", *shifted, axis=1))


def _bag(g: Graph, table: str, ids: str) -> str:
    """Returns the sum of the rows of `table` for each row of ids, divided by the square root of how many there are."""
    known = g.indicator(g.node("Greater", ids, g.constant("zero_id", 0, np.int32)))
    count = g.node("Max", g.node("ReduceSum", known, g.integers(1), keepdims=1), g.number(1.0))
    total = g.node("ReduceSum", g.node("Gather", table, ids), g.integers(1), keepdims=0)
    return str(g.node("Div", total, g.node("Sqrt", count)))
