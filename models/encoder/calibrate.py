"""Measures the encoder's activations on real text, for the SmoothQuant scales of its products' inputs.

The scale of channel j is max|x_j|^a / max|w_j|^(1-a). a = 0.75 keeps the most precision here (cosine to fp32 of the
whole encoder .9975; 0.5 gives .983, no smoothing .992). Part of `python -m models train encoder`.
"""

from __future__ import annotations

import re

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.data import summaries
from models.encoder.recipe import LAYERS, PARTS, PRODUCTS, STEPS, Floats, Weights, build

ALPHA = 0.75
BATCH = 8  # padded batches, as in the product: padding has outliers too
SETS = (
    "train-cnn-val1000",
    "train-page-descriptions",
    "train-xsum-faithful",
    "train-standfirst",
    "train-inshorts",
)


def sample(every: int = 25) -> list[str]:
    """Returns about two thousand sentences of the training sets."""
    return [
        sentence
        for name in SETS
        for row in summaries(name)
        for sentence in re.split(r"(?<=[.!?])\s+", row["document"])[1::every]
    ][:2000]


def smoothing_steps(weights: Weights, tokenizer_json: bytes) -> NDArray[np.int8]:
    """Returns smoothing.npy for the fp32 `weights`: [layers, sum of widths] in steps of 1 / STEPS octaves."""
    tokenizer = Tokenizer.from_str(tokenizer_json.decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(128)
    session = onnxruntime.InferenceSession(build(weights, None, taps=True))
    names = [output.name for output in session.get_outputs() if output.name.startswith("tap_")]
    largest: dict[str, np.ndarray] = {}
    rows = sorted((tokenizer.encode(text).ids for text in sample()), key=len)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        ids = np.array([row + [0] * (len(batch[-1]) - len(row)) for row in batch], np.int32)
        for name, values in zip(names, session.run(names, {"input_ids": ids}), strict=True):
            peak = np.abs(values).max(axis=(0, 1))
            largest[name] = np.maximum(largest.get(name, peak), peak)
    steps = np.zeros((LAYERS, max(part.stop for part in PRODUCTS.values())), np.int8)
    for layer in range(LAYERS):
        for kind, part in PRODUCTS.items():
            x = np.maximum(largest[f"tap_{layer}.{kind}"], 1e-3)
            w = np.maximum(np.abs(_matrix(weights, layer, kind)).max(axis=0), 1e-5)
            exponent = ALPHA * np.log2(x) - (1 - ALPHA) * np.log2(w)
            steps[layer, part] = np.clip(np.rint(STEPS * exponent), -127, 127)
    return steps


def _matrix(weights: Weights, layer: int, kind: str) -> Floats:
    return np.concatenate([weights[f"encoder.layer.{layer}.{part}.weight"] for part in PARTS[kind]])
