"""Vectors of short texts, made comparable by what the whole pool is about: one ONNX graph, no weights.

    vectors  float32 [a, 256]  new ones, of the static encoder        |  packed   int8 [b, 256]  kept ones
    center   float32 [256]     the pool's mean                        |  topics   float32 [k, 256], unit rows or zero

    kept      int8    [a+b, 256]  rows over their largest value, times 127: what is stored
    features  int8    [a+b, 256]  unit rows times 127: what interests are compared by
    nearest   int64   [a+b]       the topic each is nearest to
    moved     float32 [k, 256]    the topics after one step of spherical k-means (Dhillon & Modha 2001)
    mean      float32 [256]       of the rows as given

A feature is half the centred vector and half the mean of the topics it is near to (softmax of SHARPNESS times the
cosine), which brings texts on the same subject together that share no word: a reader who opened a few of them is
understood sooner. The same is done by label propagation over neighbours (Zhu & Ghahramani 2002); topics do it for
new texts too and without comparing all with all. A row of zeros stays one; a topic without any row stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from onnx import TensorProto

from models.graph import FLOAT, INT64, Graph
from models.shop import Outputs, Source

SHARPNESS = 15.0
OWN = 0.5
"""How much of a feature is the text's own vector."""


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "topics are made of arithmetic alone"
    return {"topics.onnx": build()}


def build() -> bytes:
    g = Graph("topics")
    rows = _unit(g, g.node("Concat", "vectors", g.floats("packed"), axis=0))
    g.node("ReduceMean", rows, g.integers(0), keepdims=0, name="mean")
    largest = g.node("Max", g.node("ReduceMax", g.node("Abs", rows), g.integers(-1), keepdims=1), g.number(1e-12))
    _rounded(g, g.node("Div", rows, largest), "kept")

    # A text without a word is a row of zeros, and must not become the opposite of the centre.
    there = g.indicator(g.node("Greater", largest, g.number(1e-6)))
    centred = _unit(g, g.node("Mul", g.node("Sub", rows, "center"), there))
    cosines = g.node("MatMul", centred, g.node("Transpose", "topics", perm=[1, 0]))
    near = g.node("Softmax", g.node("Mul", cosines, g.number(SHARPNESS)), axis=-1)
    about = _unit(g, g.node("MatMul", near, "topics"))
    mixed = g.node("Add", g.node("Mul", centred, g.number(OWN)), g.node("Mul", about, g.number(1 - OWN)))
    _rounded(g, _unit(g, g.node("Mul", mixed, there)), "features")

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
