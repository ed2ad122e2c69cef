"""What in the reader's memory is closest in meaning to a question, as one ONNX graph without weights.

    vectors  float32 [a, 256]  new ones, of the static encoder; the first is the question
    packed   int8 [n, 256]     kept ones          |  scales  float32 [n]  one over their length; 0 leaves a row out

    kept     int8 [a, 256]     the new ones over their largest value, times 127: what is stored
    scale    float32 [a]       one over the length of each of those
    best     int32 [k]         rows of `packed`, the closest first; k = min(n, 200)
    cosines  float32 [k]       of those with the question

The product is of whole numbers (MatMulInteger): 100,000 rows in some 40 ms of WASM on one thread, a third of what
making floats of them first takes. A row of zeros is like nothing (cosine 0).
"""

from __future__ import annotations

from collections.abc import Mapping

from onnx import TensorProto

from models.graph import FLOAT, INT32, Graph
from models.shop import Outputs, Source

BEST = 200
_BYTE = TensorProto.INT8


def make(sources: Mapping[str, Source]) -> Outputs:
    assert not sources, "recall is made of arithmetic alone"
    return {"recall.onnx": build()}


def build() -> bytes:
    g = Graph("recall")
    largest = g.node("Max", g.node("ReduceMax", g.node("Abs", "vectors"), g.integers(-1), keepdims=1), g.number(1e-12))
    rounded = g.node("Round", g.node("Mul", g.node("Div", "vectors", largest), g.number(127.0)))
    g.node("Cast", rounded, to=_BYTE, name="kept")
    length = g.node("ReduceL2", rounded, g.integers(-1), keepdims=0)
    inverse = g.node("Reciprocal", g.node("Max", length, g.number(1.0)), name="scale")

    question = g.node("Transpose", g.node("Slice", "kept", g.integers(0), g.integers(1), g.integers(0)), perm=[1, 0])
    products = g.node("Cast", g.node("Squeeze", g.node("MatMulInteger", "packed", question), g.integers(1)), to=FLOAT)
    own = g.node("Slice", inverse, g.integers(0), g.integers(1), g.integers(0))
    cosines = g.node("Mul", g.node("Mul", products, "scales"), own)
    count = g.node("Min", g.node("Shape", "packed", start=0, end=1), g.constant("most", [BEST], "int64"))
    values, places = g.node("TopK", cosines, count, outputs=2, axis=0)
    g.node("Identity", values, name="cosines")
    g.node("Cast", places, to=INT32, name="best")
    return g.serialize(
        {"vectors": (FLOAT, ["a", 256]), "packed": (_BYTE, ["n", 256]), "scales": (FLOAT, ["n"])},
        {
            "kept": (_BYTE, ["a", 256]),
            "scale": (FLOAT, ["a"]),
            "best": (INT32, ["k"]),
            "cosines": (FLOAT, ["k"]),
        },
    )
