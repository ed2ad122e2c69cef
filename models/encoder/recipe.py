"""all-MiniLM-L6-v2 as an ONNX graph with int8 products: three of its six layers, distilled from the whole model.

Sentence-BERT (Reimers & Gurevych 2019) on MiniLM (Wang et al. 2020): width 384, 12 heads, three layers of six (KEPT),
distilled from the whole model (distill.py). The embedding tables are the published ones. The layers are committed
(weights.npz), already quantized as the graph uses them.

Every product with a weight is a DynamicQuantizeMatMul: activations are quantized per tensor at run time, weights are u8
with one scale per column and zero point 128. No int8 kernel saturates on these values, so the integer sums are the same
in WASM and on any CPU. A few of MiniLM's activation channels are ten times larger than the rest, and one scale for all
would lose the others. Each channel is therefore divided by a scale that the weight's row absorbs (SmoothQuant, Xiao et
al. 2023; scales in smoothing.npy, see calibrate.py). Attention itself uses plain MatMul and Softmax, which
onnxruntime's WASM runs faster than its fused kernels.

    input_ids int32 [batch, tokens], 0 = padding  ->  vectors, lower float32 [batch, 384], L2-normalized

`vectors` are the means of the last layer's token states, `lower` those of the layer below it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from models import weights as trained
from models.artifacts import Model, Outputs, Source
from models.graph import FLOAT, INT32, ZERO_POINT, Graph, quantize

PUBLISHED_LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
KEPT = (0, 2, 5)
LAYERS = len(KEPT)
POSITIONS = 256  # as the published model was trained
EPSILON = 1e-12
TOKEN_STEP = 0.01  # of the token table; finer steps cost 3.7 MB of the package and gain .0003 cosine to fp32
STEPS = 4  # smoothing scales are stored in quarter-octave steps

# The inputs of a layer's four quantized products, and their columns in smoothing.npy.
PRODUCTS = {
    "qkv": slice(0, WIDTH),
    "out": slice(WIDTH, 2 * WIDTH),
    "up": slice(2 * WIDTH, 3 * WIDTH),
    "down": slice(3 * WIDTH, 3 * WIDTH + INNER),
}

# The published names of each product's parts and of a layer's norms.
PARTS = {
    "qkv": tuple(f"attention.self.{part}" for part in ("query", "key", "value")),
    "out": ("attention.output.dense",),
    "up": ("intermediate.dense",),
    "down": ("output.dense",),
}
NORMS = ("attention.output", "output")

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]


def make(sources: Mapping[str, Source]) -> Outputs:
    scales = smoothing()
    return {
        "encoder.onnx": build(distilled(sources, scales), scales),
        "vocab.txt": vocabulary(sources["tokenizer"].read()),
    }


def distilled(sources: Mapping[str, Source], scales: Floats) -> Weights:
    """Returns the weights by their published names, with the layers renumbered from 0.

    Raises RecipeError when a file is missing or its hash differs.
    """
    return tables(sources) | unpacked(trained.read("encoder"), scales)


def tables(sources: Mapping[str, Source]) -> dict[str, Floats]:
    """Returns the published embedding tables."""
    published = load(sources["weights"].read())
    return {name: value for name, value in published.items() if name.startswith("embeddings.")}


def vocabulary(tokenizer: bytes) -> bytes:
    """Returns the tokens of a tokenizer.json in the order of their ids, one per line."""
    tokens: dict[str, int] = json.loads(tokenizer)["model"]["vocab"]
    ordered = sorted(tokens, key=tokens.__getitem__)
    if [tokens[token] for token in ordered] != list(range(len(ordered))):
        raise ValueError("tokenizer.json: the ids of the vocabulary have gaps")
    return ("\n".join(ordered) + "\n").encode()


def smoothing() -> Floats:
    """Returns [LAYERS, sum of widths]: the scale by which each input channel of each quantized product is divided.

    Raises RecipeError when the committed file is missing or its hash differs.
    """
    steps = np.load(Model("encoder").committed("smoothing.npy", "smoothing"))
    scales: Floats = np.exp2(steps.astype(np.float32) / STEPS).astype(np.float32)
    return scales


def fused(weights: Weights, scales: Floats | None, layer: int, kind: str) -> tuple[Floats, Floats]:
    """Returns a product's matrix [inputs, outputs] and bias [outputs] as the graph uses them.

    Queries, keys and values are one product. The queries absorb attention's 1/sqrt(d), the values absorb the output
    product's smoothing, and each product's rows absorb its own smoothing.
    """
    stem = f"encoder.layer.{layer}"
    parts = [(weights[f"{stem}.{part}.weight"], weights[f"{stem}.{part}.bias"]) for part in PARTS[kind]]
    factors = _factors(scales, layer, kind)
    matrix = np.concatenate([weight * factor[:, None] for (weight, _), factor in zip(parts, factors, strict=True)]).T
    bias = np.concatenate([bias * factor for (_, bias), factor in zip(parts, factors, strict=True)])
    if scales is not None:
        matrix = matrix * scales[layer, PRODUCTS[kind]][:, None]
    return np.ascontiguousarray(matrix, np.float32), bias.astype(np.float32)


def _factors(scales: Floats | None, layer: int, kind: str) -> list[Floats]:
    """Returns the factors for the outputs of each part of a product."""
    if kind != "qkv":
        return [np.ones(INNER if kind == "up" else WIDTH, np.float32)]
    one = np.ones(WIDTH, np.float32)
    values = one if scales is None else (1 / scales[layer, PRODUCTS["out"]]).astype(np.float32)
    return [one * np.float32((WIDTH // HEADS) ** -0.5), one, values]


def packed(weights: Weights, scales: Floats) -> dict[str, NDArray[Any]]:
    """Returns the layers as they are committed: products in u8 with their scales; biases and norms unchanged."""
    arrays: dict[str, NDArray[Any]] = {}
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    for layer in range(layers):
        for kind in PRODUCTS:
            matrix, bias = fused(weights, scales, layer, kind)
            q, s = quantize(matrix, axis=0)
            arrays |= {f"{layer}.{kind}.weight": q, f"{layer}.{kind}.scale": s, f"{layer}.{kind}.bias": bias}
        for norm in NORMS:
            for part in ("weight", "bias"):
                name = f"encoder.layer.{layer}.{norm}.LayerNorm.{part}"
                arrays[f"{layer}.{norm}.{part}"] = weights[name].astype(np.float32)
    return arrays


def unpacked(arrays: Mapping[str, NDArray[Any]], scales: Floats) -> dict[str, Floats]:
    """The inverse of `packed`, by published names. `fused` of the result quantizes to exactly the same numbers."""
    weights: dict[str, Floats] = {}
    for layer in range(LAYERS):
        stem = f"encoder.layer.{layer}"
        for kind, smooth in PRODUCTS.items():
            name = f"{layer}.{kind}"
            steps = arrays[f"{name}.weight"].astype(np.float32) - np.float32(ZERO_POINT)
            matrix = (steps * arrays[f"{name}.scale"] / scales[layer, smooth][:, None]).T
            at = 0
            for part, factor in zip(PARTS[kind], _factors(scales, layer, kind), strict=True):
                rows = slice(at, at := at + len(factor))
                weights[f"{stem}.{part}.weight"] = (matrix[rows] / factor[:, None]).astype(np.float32)
                weights[f"{stem}.{part}.bias"] = (arrays[f"{name}.bias"][rows] / factor).astype(np.float32)
        for norm in NORMS:
            for part in ("weight", "bias"):
                weights[f"{stem}.{norm}.LayerNorm.{part}"] = arrays[f"{layer}.{norm}.{part}"]
    return weights


def build(weights: Weights, scales: Floats | None, taps: bool = False) -> bytes:
    """Returns the graph. With `scales` None, every product is in fp32 (the reference for validation).

    `taps` adds the inputs of the products as outputs "tap_LAYER.PRODUCT", for calibration.
    """
    g = Graph("encoder")
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    products = {(layer, kind): fused(weights, scales, layer, kind) for layer in range(layers) for kind in PRODUCTS}
    outputs: dict[str, tuple[int, Any]] = {name: (FLOAT, ["batch", WIDTH]) for name in ("vectors", "lower")}

    def product(x: str, layer: int, kind: str, divide: bool = True) -> str:
        """`divide` is False when x is already divided by its smoothing scales."""
        name = f"{layer}.{kind}"
        matrix, bias = products[layer, kind]
        if taps:
            g.node("Identity", x, name=f"tap_{name}")
            outputs[f"tap_{name}"] = (FLOAT, ["batch", "tokens", matrix.shape[0]])
        b = g.constant(f"{name}.bias", bias)
        if scales is None:
            w = g.constant(f"{name}.weight", matrix)
            return str(g.node("Add", g.node("MatMul", x, w), b))
        if divide:
            smooth = 1 / scales[layer, PRODUCTS[kind]]
            x = g.node("Mul", x, g.constant(f"{name}.smooth", smooth.astype(np.float32)))
        q, s = quantize(matrix, axis=0)
        zero = np.full(s.shape, ZERO_POINT, np.uint8)
        w, s_, z = (g.constant(f"{name}.{k}", v) for k, v in (("weight", q), ("scale", s), ("zero", zero)))
        return str(g.fused("DynamicQuantizeMatMul", x, w, s_, z, b))

    def norm(kind: str, stem: str, *inputs: str, **attributes: Any) -> str:
        gain, shift = f"{stem}.LayerNorm.weight", f"{stem}.LayerNorm.bias"
        parameters = (g.constant(gain, weights[gain]), g.constant(shift, weights[shift]))
        return str(g.node(kind, *inputs, *parameters, epsilon=EPSILON, **attributes))

    def skip_norm(stem: str, x: str, residual: str) -> str:
        return norm("SkipLayerNormalization", stem, x, residual, domain="com.microsoft")

    def heads(x: str, order: tuple[int, ...]) -> str:
        return str(g.node("Transpose", g.node("Reshape", x, g.integers(0, 0, HEADS, WIDTH // HEADS)), perm=order))

    def mean(x: str, name: str) -> None:
        """Averages over the real tokens, then L2-normalizes, which cancels the mean's division."""
        total = g.node("Squeeze", g.node("MatMul", g.node("Unsqueeze", real, g.integers(1)), x), g.integers(1))
        g.node("LpNormalization", total, name=name, axis=-1, p=2)

    real = g.indicator(g.node("Not", g.node("Equal", "input_ids", g.constant("pad", 0, np.int32))))
    masked = g.node("Mul", g.node("Sub", real, g.number(1.0)), g.number(10000.0))
    mask = g.node("Unsqueeze", masked, g.integers(1, 2))
    x = norm("LayerNormalization", "embeddings", embed(g, weights, scales is not None), axis=-1)
    for layer in range(layers):
        stem = f"encoder.layer.{layer}"
        if layer == layers - 1:
            mean(x, "lower")
        q, k, v = g.node("Split", product(x, layer, "qkv"), outputs=3, axis=-1, num_outputs=3)
        scores = g.node("MatMul", heads(q, (0, 2, 1, 3)), heads(k, (0, 2, 3, 1)))
        attention = g.node("Softmax", g.node("Add", scores, mask), axis=-1)
        mixed = g.node("Transpose", g.node("MatMul", attention, heads(v, (0, 2, 1, 3))), perm=(0, 2, 1, 3))
        mixed = g.node("Reshape", mixed, g.integers(0, 0, WIDTH))
        x = skip_norm(f"{stem}.attention.output", product(mixed, layer, "out", divide=False), x)
        inner = g.fused("FastGelu" if scales is not None else "Gelu", product(x, layer, "up"))
        x = skip_norm(f"{stem}.output", product(inner, layer, "down"), x)
    mean(x, "vectors")
    return g.serialize({"input_ids": (INT32, ["batch", "tokens"])}, outputs)


def embed(g: Graph, weights: Weights, quantized: bool) -> str:
    """Returns the sum of token, position and segment embeddings. The token table is u8, in steps of TOKEN_STEP."""
    table = weights["embeddings.word_embeddings.weight"]
    if quantized:
        steps = np.clip(np.rint(table / TOKEN_STEP), -127, 127) + ZERO_POINT
        rows = g.node("Gather", g.constant("tokens", steps.astype(np.uint8)), "input_ids")
        x = g.floats(rows, TOKEN_STEP, ZERO_POINT, np.uint8)
    else:
        x = g.node("Gather", g.constant("tokens", table), "input_ids")
    # Only segment 0 is used, so its embedding is added to the position table.
    segment = weights["embeddings.token_type_embeddings.weight"][0]
    positions = g.constant("positions", weights["embeddings.position_embeddings.weight"][:POSITIONS] + segment)
    length = g.node("Shape", "input_ids", start=1, end=2)
    return str(g.node("Add", x, g.node("Slice", positions, g.integers(0), length, g.integers(0))))
