"""A sentence's vector as the weighted mean of its tokens' own: one row of a table for each token of the encoder.

    input_ids int32 [n, tokens], 0 = padding  ->  vectors float32 [n, 256], L2-normalized

Rows are int8 with one scale each; how much a token weighs is part of its scale, and of a mean's division nothing is
left after L2. A text without tokens has the zero vector, which is like nothing. Special tokens are not to be fed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from models.graph import FLOAT, INT32, Graph
from models.shop import Outputs, Source
from models.static.distill import WIDTH, plain, teacher_of_tokens

Floats = NDArray[np.float32]


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"static.onnx": build(*quantize(plain(teacher_of_tokens())))}


def quantize(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Rows in int8 and the scale of each: table ~ rows * scale[:, None]."""
    scale = (np.abs(table).max(axis=1) / 127).astype(np.float32)
    rows = np.rint(table / np.maximum(scale, 1e-12)[:, None])
    return np.clip(rows, -127, 127).astype(np.int8), scale


def build(rows: NDArray[np.int8], scale: Floats) -> bytes:
    """The graph's bytes; row 0, that of padding, must weigh nothing."""
    assert scale[0] == 0, "padding would be part of the mean"
    g = Graph("static")
    vectors = g.node("Cast", g.node("Gather", g.constant("rows", rows), "input_ids"), to=FLOAT)
    weights = g.node("Unsqueeze", g.node("Gather", g.constant("scale", scale), "input_ids"), g.integers(1))
    total = g.node("Squeeze", g.node("MatMul", weights, vectors), g.integers(1))
    g.node("LpNormalization", total, name="vectors", axis=-1, p=2)
    return g.serialize({"input_ids": (INT32, ["batch", "tokens"])}, {"vectors": (FLOAT, ["batch", WIDTH])})
