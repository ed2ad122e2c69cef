"""The trained salience heads as one ONNX graph. The weights are committed (weights.npz, made by train.py).

    vectors, lower float32 [n, 384], features float32 [n, COUNT]
        ->  scores float32 [n], similarity float32 [n, n], fitness float32 [n]

Each head is a pre-norm transformer over the page's sentences, like BertSumExt's inter-sentence layers (Liu & Lapata
2019), on frozen sentence vectors, the features, and four measures of where a sentence lies among the vectors (PLACES).
The heads differ only by their seed; `scores` is the mean of their probabilities. `similarity` is the cosine of the
vectors, which are already normalized.

`fitness` is a logistic regression over the same vectors and the features that do not depend on position (fitness.py).
Heads that were trained before a feature was added do not see it: new features come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from models import weights
from models.artifacts import Outputs, Source
from models.graph import FLOAT, Graph
from models.weights import Weights
from nutshell.summary.features import COUNT, POSITIONAL

ATTENTION_HEADS = 4
SCALE = 384**0.5  # scales unit vectors to unit variance
EPSILON = 1e-5
# Where a sentence lies among the vectors: cosine to the centroid, to the lead and to the nearest other sentence, and
# LexRank's degree.
PLACES = 4
LEAD, DEGREE = 3, 4.0
FITNESS = "fitness"


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"salience.onnx": build(read(), read_fitness())}


def read() -> list[Weights]:
    """Returns the weights of each head. Raises RecipeError when the file is missing or its hash differs."""
    arrays = weights.read("salience")
    heads = 1 + max(int(part) for part in (name.split("/")[0] for name in arrays) if part.isdigit())
    return [_part(arrays, str(head)) for head in range(heads)]


def read_fitness() -> Weights:
    """Returns `vectors` and `lower` [384], `features` [COUNT - POSITIONAL] and `bias` [1] of the regression."""
    return _part(weights.read("salience"), FITNESS)


def _part(arrays: Weights, name: str) -> Weights:
    prefix = f"{name}/"
    return {key.removeprefix(prefix): v.astype(np.float32) for key, v in arrays.items() if key.startswith(prefix)}


def build(heads: list[Weights], fitness: Weights) -> bytes:
    g = Graph("salience")
    similarity = g.node("MatMul", "vectors", g.node("Transpose", "vectors", perm=[1, 0]), name="similarity")
    vectors, lower = (
        _project_out(g, name, heads[0]["aside"][place]) for place, name in enumerate(("vectors", "lower"))
    )
    centroid = g.node("LpNormalization", g.node("ReduceSum", vectors, g.integers(0), keepdims=1), axis=-1, p=2)
    # The features say which sentences come first. With blanked position features there is no lead.
    first = g.node("Slice", "features", g.integers(0), g.integers(LEAD), g.integers(1))
    first = g.node("ReduceSum", first, g.integers(1), keepdims=1)
    lead = g.node("ReduceSum", g.node("Mul", vectors, first), g.integers(0), keepdims=1)
    lead = g.node("Div", lead, g.node("Max", g.node("ReduceL2", lead, g.integers(1), keepdims=1), g.number(1e-12)))
    others = g.node("Sub", similarity, g.node("Mul", g.node("EyeLike", similarity, dtype=FLOAT), g.number(2.0)))
    others = g.node("Relu", others)
    degree = g.node("ReduceMean", g.node("Mul", others, others), g.integers(1), keepdims=1)
    known = heads[0]["f.0.weight"].shape[1] - PLACES
    inputs = g.node(
        "Concat",
        g.node("Slice", "features", g.integers(0), g.integers(known), g.integers(1)),
        g.node("MatMul", vectors, g.node("Transpose", centroid, perm=[1, 0])),
        g.node("MatMul", vectors, g.node("Transpose", lead, perm=[1, 0])),
        g.node("ReduceMax", others, g.integers(1), keepdims=1),
        g.node("Mul", degree, g.number(DEGREE)),
        axis=1,
    )
    scaled = [g.node("Mul", x, g.number(SCALE)) for x in (vectors, lower)]
    parts = [g.node("Sigmoid", _head(g, f"{i}", w, scaled[0], scaled[1], inputs)) for i, w in enumerate(heads)]
    mean = parts[0] if len(parts) == 1 else g.node("Mean", *parts)
    g.node("Squeeze", mean, g.integers(1), name="scores")
    _fitness(g, fitness, scaled)
    return g.serialize(
        {"vectors": (FLOAT, ["n", 384]), "lower": (FLOAT, ["n", 384]), "features": (FLOAT, ["n", COUNT])},
        {"scores": (FLOAT, ["n"]), "similarity": (FLOAT, ["n", "n"]), "fitness": (FLOAT, ["n"])},
    )


def _fitness(g: Graph, w: Weights, scaled: list[str]) -> None:
    """Adds the output `fitness`. `scaled` are the two inputs of vectors without name directions."""
    style = g.node("Slice", "features", g.integers(POSITIONAL), g.integers(COUNT), g.integers(1))
    x = g.node("Concat", *scaled, style, axis=1)
    matrix = np.concatenate([w["vectors"], w["lower"], w["features"]])[:, None]
    logits = g.node("Gemm", x, g.constant("fitness.weight", matrix), g.constant("fitness.bias", w["bias"]))
    g.node("Squeeze", g.node("Sigmoid", logits), g.integers(1), name="fitness")


def _project_out(g: Graph, name: str, matrix: Any) -> str:
    """Projects the name directions (name_directions.py) out of the input `name`."""
    directions = g.constant(f"aside.{name}", matrix)
    moved = g.node("MatMul", g.node("MatMul", name, g.node("Transpose", directions, perm=[1, 0])), directions)
    return str(g.node("Sub", name, moved))


def _head(g: Graph, stem: str, w: Weights, vectors: str, lower: str, inputs: str) -> str:
    def linear(x: str, name: str, weight: Any = None, bias: Any = None) -> str:
        weight = w[f"{name}.weight"] if weight is None else weight
        bias = w[f"{name}.bias"] if bias is None else bias
        matrix = g.stored(f"{stem}.{name}.weight", weight.T)
        return str(g.node("Gemm", x, matrix, g.constant(f"{stem}.{name}.bias", bias)))

    def norm(x: str, name: str) -> str:
        gain, shift = (g.constant(f"{stem}.{name}.{part}", w[f"{name}.{part}"]) for part in ("weight", "bias"))
        return str(g.node("LayerNormalization", x, gain, shift, axis=-1, epsilon=EPSILON))

    def gelu(x: str) -> str:
        return str(g.fused("Gelu", x))

    def split(x: str) -> str:
        shaped = g.node("Reshape", x, g.integers(0, ATTENTION_HEADS, width // ATTENTION_HEADS))
        return str(g.node("Transpose", shaped, perm=[1, 0, 2]))

    width = w["v.weight"].shape[0]
    x = str(g.node("Add", linear(vectors, "v"), linear(gelu(linear(inputs, "f.0")), "f.2")))
    x = str(g.node("Add", x, linear(lower, "l")))
    layers = 1 + max(int(name.split(".")[2]) for name in w if name.startswith("t.layers."))
    for layer in range(layers):
        name = f"t.layers.{layer}"
        normed = norm(x, f"{name}.norm1")
        weight, bias = w[f"{name}.self_attn.in_proj_weight"], w[f"{name}.self_attn.in_proj_bias"]
        query, key, value = (
            split(linear(normed, f"{name}.in_{part}", weight[rows], bias[rows]))
            for part, rows in (
                ("query", slice(0, width)),
                ("key", slice(width, 2 * width)),
                ("value", slice(2 * width, None)),
            )
        )
        scores = g.node("MatMul", query, g.node("Transpose", key, perm=[0, 2, 1]))
        scores = g.node("Mul", scores, g.number((width // ATTENTION_HEADS) ** -0.5))
        mixed = g.node("MatMul", g.node("Softmax", scores, axis=-1), value)
        mixed = g.node("Reshape", g.node("Transpose", mixed, perm=[1, 0, 2]), g.integers(0, width))
        x = str(g.node("Add", x, linear(mixed, f"{name}.self_attn.out_proj")))
        inner = gelu(linear(norm(x, f"{name}.norm2"), f"{name}.linear1"))
        x = str(g.node("Add", x, linear(inner, f"{name}.linear2")))
    return linear(gelu(linear(norm(x, "n"), "o.0")), "o.3")
