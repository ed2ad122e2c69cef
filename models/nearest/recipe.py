"""Cosine similarity of int8 rows as an ONNX graph, for interests and for stories of the same event.

    rows int8 [n, d], others int8 [m, d], neither need be normalized  ->  cosines float32 [n, m]

A row of zeros has cosine 0 with everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from onnx import TensorProto

from models.artifacts import Outputs, Source
from models.graph import FLOAT, Graph


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "nearest has no sources"
    return {"nearest.onnx": build()}


def build() -> bytes:
    g = Graph("nearest")
    others = _unit(g, g.floats("others"))
    g.node("MatMul", _unit(g, g.floats("rows")), g.node("Transpose", others, perm=[1, 0]), name="cosines")
    return g.serialize(
        {"rows": (TensorProto.INT8, ["n", "d"]), "others": (TensorProto.INT8, ["m", "d"])},
        {"cosines": (FLOAT, ["n", "m"])},
    )


def _unit(g: Graph, rows: str) -> str:
    norm = g.node("Max", g.node("ReduceL2", rows, g.integers(-1), keepdims=1), g.number(1e-12))
    return str(g.node("Div", rows, norm))
