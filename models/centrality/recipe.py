"""LexRank (Erkan & Radev 2004) as an ONNX graph, for rows of any kind; here, the words of a sentence.

    vectors float32 [n, d]  ->  scores float32 [n] (sum 1), similarity float32 [n, n] (cosine)

Continuous LexRank: a random walk moves from a sentence to another in proportion to their cosine, where that reaches
THRESHOLD, or with probability DAMPING to any sentence. Power iteration is unrolled: after STEPS steps, less than
(1 - DAMPING)^STEPS = 0.0015 of the start is left. A row of zeros has no similar row and gets only the jump probability.
No value is ever NaN.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.artifacts import Outputs, Source
from models.graph import FLOAT, Graph

THRESHOLD = 0.1
DAMPING = 0.15
STEPS = 40


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "centrality has no sources"
    return {"centrality.onnx": build()}


def build() -> bytes:
    g = Graph("centrality")
    norm = g.node("Max", g.node("ReduceL2", "vectors", g.integers(-1), keepdims=1), g.number(1e-12))
    unit = g.node("Div", "vectors", norm)
    similarity = g.node("MatMul", unit, g.node("Transpose", unit, perm=[1, 0]), name="similarity")
    near = g.indicator(g.node("GreaterOrEqual", similarity, g.number(THRESHOLD)))
    linked = g.node("Mul", similarity, near)
    links = g.node("Max", g.node("ReduceSum", linked, g.integers(-1), keepdims=1), g.number(1e-12))
    walk = g.node("Mul", g.node("Div", linked, links), g.number(1 - DAMPING))
    shape = g.node("Concat", g.integers(1), g.node("Shape", "vectors", start=0, end=1), axis=0)
    count = g.node("ReduceSum", g.node("Expand", g.number(1.0), shape), keepdims=0)
    start = g.node("Div", g.number(1.0), g.node("Max", count, g.number(1.0)))
    jump = g.node("Mul", start, g.number(DAMPING))
    rank = g.node("Expand", start, shape)
    for _ in range(STEPS):
        rank = g.node("Add", g.node("MatMul", rank, walk), jump)
    total = g.node("Max", g.node("ReduceSum", rank, g.integers(-1), keepdims=1), g.number(1e-12))
    g.node("Squeeze", g.node("Div", rank, total), g.integers(0), name="scores")
    return g.serialize({"vectors": (FLOAT, ["n", "d"])}, {"scores": (FLOAT, ["n"]), "similarity": (FLOAT, ["n", "n"])})
