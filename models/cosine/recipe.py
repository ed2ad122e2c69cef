"""Cosine similarity as an ONNX graph: a question or a claim with the sentences of a page.

    rows float32 [n, d], others float32 [m, d], neither need be normalized  ->  cosines float32 [n, m]

A row of zeros has cosine 0 with everything. (`nearest` does the same for the int8 rows in the database.)
"""

from __future__ import annotations

from collections.abc import Mapping

from models.artifacts import Outputs, Source
from models.graph import FLOAT, Graph


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "cosine has no sources"
    return {"cosine.onnx": build()}


def build() -> bytes:
    g = Graph("cosine")
    g.node("MatMul", _unit(g, "rows"), g.node("Transpose", _unit(g, "others"), perm=[1, 0]), name="cosines")
    return g.serialize({"rows": (FLOAT, ["n", "d"]), "others": (FLOAT, ["m", "d"])}, {"cosines": (FLOAT, ["n", "m"])})


def _unit(g: Graph, rows: str) -> str:
    norm = g.node("Max", g.node("ReduceL2", rows, g.integers(-1), keepdims=1), g.number(1e-12))
    return str(g.node("Div", rows, norm))
