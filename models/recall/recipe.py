"""Nearest saved pages to a question by vector, as an ONNX graph without weights.

    vectors  float32 [a, 256]  new vectors of the static encoder; the first is the question
    packed   int8 [n, d]       stored vectors, or the first d values of each (d <= 256)
    scales   float32 [n]       the inverse of their lengths; 0 excludes a row     |  most  int64 [1]

    kept     int8 [a, 256]     the new vectors divided by their largest value, times 127: the stored form
    scale    float32 [a]       the inverse of the length of each of those
    best     int64 [k]         rows of `packed`, the nearest first; k = min(n, most)
    cosines  float32 [k]       their cosines with the question; with d < 256, partial sums

The product uses integers (MatMulInteger): 100,000 rows take about 40 ms of WASM on one thread, a third of the time with
a conversion to float first. The static encoder's first values carry most of the vector (64 of them hold 70 % of the
length). With many rows, the search first compares these, then the full vectors of the 2,000 best. On 100,000 pages that
keeps 99.4 % of the 50 nearest and reads a quarter of the bytes. A row of zeros has cosine 0 with everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from onnx import TensorProto

from models.artifacts import Outputs, Source
from models.graph import FLOAT, INT64, Graph

_BYTE = TensorProto.INT8


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "recall has no sources"
    return {"recall.onnx": build()}


def build() -> bytes:
    g = Graph("recall")
    largest = g.node("Max", g.node("ReduceMax", g.node("Abs", "vectors"), g.integers(-1), keepdims=1), g.number(1e-12))
    rounded = g.node("Round", g.node("Mul", g.node("Div", "vectors", largest), g.number(127.0)))
    g.int8(rounded, "kept")
    length = g.node("ReduceL2", rounded, g.integers(-1), keepdims=0)
    inverse = g.node("Reciprocal", g.node("Max", length, g.number(1.0)), name="scale")

    width = g.node("Shape", "packed", start=1, end=2)
    first = g.node("Slice", "kept", g.integers(0), g.integers(1), g.integers(0))
    question = g.node("Transpose", g.node("Slice", first, g.integers(0), width, g.integers(1)), perm=[1, 0])
    products = g.floats(g.node("Squeeze", g.node("MatMulInteger", "packed", question), g.integers(1)))
    own = g.node("Slice", inverse, g.integers(0), g.integers(1), g.integers(0))
    likeness = g.node("Mul", g.node("Mul", products, "scales"), own)
    count = g.node("Min", g.node("Shape", "packed", start=0, end=1), "most")
    g.node("TopK", likeness, count, names=("cosines", "best"), axis=0)
    return g.serialize(
        {"vectors": (FLOAT, ["a", 256]), "packed": (_BYTE, ["n", "d"]), "scales": (FLOAT, ["n"]), "most": (INT64, [1])},
        {
            "kept": (_BYTE, ["a", 256]),
            "scale": (FLOAT, ["a"]),
            "best": (INT64, ["k"]),
            "cosines": (FLOAT, ["k"]),
        },
    )
