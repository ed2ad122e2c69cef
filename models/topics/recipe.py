"""Vectors of short texts, adjusted by the topics of all stored items: one ONNX graph without weights.

    vectors  float32 [a, 256]  new vectors of the static encoder      |  packed   int8 [b, 256]  stored vectors
    center   float32 [256]     the mean of all stored items           |  topics   float32 [k, 256], unit rows or zero

    kept      int8    [a+b, 256]  rows divided by their largest value, times 127: the stored form
    features  int8    [a+b, 256]  unit rows times 127: the vectors that interests are compared by
    nearest   int64   [a+b]       the nearest topic of each
    moved     float32 [k, 256]    the topics after one step of spherical k-means (Dhillon & Modha 2001)
    mean      float32 [256]       the mean of the given rows

A feature is half the centred vector and half the mean of its near topics (softmax of SHARPNESS times the cosine). This
brings together texts on the same subject that share no words, so that a few opened stories say more about an interest.
Label propagation over neighbours (Zhu & Ghahramani 2002) does the same; topics also work for new texts and need no
comparison of all pairs. A row of zeros stays zero. A topic without rows stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from onnx import TensorProto

from models.artifacts import Outputs, Source
from models.graph import FLOAT, INT64, Graph

SHARPNESS = 15.0
OWN = 0.5
"""The weight of the text's own vector in a feature."""


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "topics has no sources"
    return {"topics.onnx": build()}


def build() -> bytes:
    g = Graph("topics")
    rows = _unit(g, g.node("Concat", "vectors", g.floats("packed"), axis=0))
    g.node("ReduceMean", rows, g.integers(0), keepdims=0, name="mean")
    largest = g.node("Max", g.node("ReduceMax", g.node("Abs", rows), g.integers(-1), keepdims=1), g.number(1e-12))
    _rounded(g, g.node("Div", rows, largest), "kept")

    # A text without words is a row of zeros. Centring must not turn it into the negative centre.
    present = g.indicator(g.node("Greater", largest, g.number(1e-6)))
    centred = _unit(g, g.node("Mul", g.node("Sub", rows, "center"), present))
    cosines = g.node("MatMul", centred, g.node("Transpose", "topics", perm=[1, 0]))
    shares = g.node("Softmax", g.node("Mul", cosines, g.number(SHARPNESS)), axis=-1)
    about = _unit(g, g.node("MatMul", shares, "topics"))
    mixed = g.node("Add", g.node("Mul", centred, g.number(OWN)), g.node("Mul", about, g.number(1 - OWN)))
    _rounded(g, _unit(g, g.node("Mul", mixed, present)), "features")

    nearest = g.node("ArgMax", cosines, axis=1, keepdims=0, name="nearest")
    count = g.node("Shape", "topics", start=0, end=1)
    hot = g.node("OneHot", nearest, count, g.constant("off_on", [0.0, 1.0], "float32"), axis=0)
    sums = g.node("MatMul", hot, centred)
    alone = g.node("Less", g.node("ReduceL2", sums, g.integers(-1), keepdims=1), g.number(1e-6))
    g.node("Where", alone, "topics", _unit(g, sums), name="moved")
    byte = TensorProto.INT8
    return g.serialize(
        {
            "vectors": (FLOAT, ["a", 256]),
            "packed": (byte, ["b", 256]),
            "center": (FLOAT, [256]),
            "topics": (FLOAT, ["k", 256]),
        },
        {
            "kept": (byte, ["n", 256]),
            "features": (byte, ["n", 256]),
            "nearest": (INT64, ["n"]),
            "moved": (FLOAT, ["k", 256]),
            "mean": (FLOAT, [256]),
        },
    )


def _unit(g: Graph, rows: str) -> str:
    norm = g.node("Max", g.node("ReduceL2", rows, g.integers(-1), keepdims=1), g.number(1e-12))
    return str(g.node("Div", rows, norm))


def _rounded(g: Graph, rows: str, name: str) -> None:
    g.int8(g.node("Mul", rows, g.number(127.0)), name)
