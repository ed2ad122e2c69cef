"""Measure the encoder's activations on real text and write smoothing.npy with its pin (rarely needed: it is committed).

SmoothQuant's scale of channel j is max|x_j|^a / max|w_j|^(1-a); a = 0.75 keeps most precision here
(cosine to fp32 .9975; 0.5 gives .983, none .992). `python -m models.encoder.calibrate`
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load
from tokenizers import Tokenizer

from models.data import summaries
from models.encoder.recipe import LAYERS, PRODUCTS, STEPS, build
from models.shop import Model

ALPHA = 0.75
BATCH = 8  # in padded batches, as the product runs it: padding has outliers of its own
SETS = (
    "train-cnn-val1000",
    "train-page-descriptions",
    "train-xsum-faithful",
    "train-standfirst",
    "train-inshorts",
)


def sample(every: int = 25) -> list[str]:
    """Some two thousand sentences of the training sets."""
    return [
        sentence
        for name in SETS
        for row in summaries(name)
        for sentence in re.split(r"(?<=[.!?])\s+", row["document"])[1::every]
    ][:2000]


def calibrate() -> None:
    sources = Model("encoder").sources()
    weights = load(sources["weights"].read())
    tokenizer = Tokenizer.from_str(sources["tokenizer"].read().decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(128)
    session = onnxruntime.InferenceSession(build(weights, None, taps=True))
    names = [output.name for output in session.get_outputs()][1:]
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
        stem = f"encoder.layer.{layer}"
        matrices = {
            "qkv": np.concatenate([weights[f"{stem}.attention.self.{n}.weight"] for n in ("query", "key", "value")]),
            "out": weights[f"{stem}.attention.output.dense.weight"],
            "up": weights[f"{stem}.intermediate.dense.weight"],
            "down": weights[f"{stem}.output.dense.weight"],
        }
        for kind, part in PRODUCTS.items():
            x = np.maximum(largest[f"tap_{layer}.{kind}"], 1e-3)
            w = np.maximum(np.abs(matrices[kind]).max(axis=0), 1e-5)
            exponent = ALPHA * np.log2(x) - (1 - ALPHA) * np.log2(w)
            steps[layer, part] = np.clip(np.rint(STEPS * exponent), -127, 127)
    path = Path(__file__).with_name("smoothing.npy")
    np.save(path, steps)
    model = Model("encoder")
    model.card["smoothing"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (model.folder / "model.json").write_text(json.dumps(model.card, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"file": path.name, "sentences": len(sample()), "range": [int(steps.min()), int(steps.max())]}))


if __name__ == "__main__":
    calibrate()
