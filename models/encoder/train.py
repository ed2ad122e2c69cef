"""Teach the encoder's layers and keep them: `python -m models train encoder` (half an hour on one thread).

The texts are those of the static encoder but XQuAD's, which questions are measured on: nothing about them is labelled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
import torch
from safetensors.numpy import load

from models.data import FOLDER
from models.encoder.calibrate import smoothing_steps
from models.encoder.recipe import KEPT, NORMS, PARTS, STEPS, Floats, packed, tables
from models.encoder.teach import SEED, teach
from models.host import wordpiece
from models.salience.train import packed as archived
from models.shop import Model
from models.static.corpus import texts
from models.static.teacher import Layer, MiniLM, published

STEPS_TAUGHT, HELD_OUT = 2000, 1000
TOKENS = 96


def train() -> None:
    """Write weights.npz and smoothing.npy with their pins, and build the graph."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    sources = Model("encoder").sources()
    student = MiniLM(load(sources["weights"].read()), KEPT)
    seconds = teach(student, published(), rows()[HELD_OUT:], STEPS_TAUGHT, tell=True)
    print(f"taught in {seconds:.0f} s", flush=True)
    keep(student)


def rows() -> list[Sequence[int]]:
    """Token ids of every text; the first HELD_OUT are not taught on."""
    asked = _asked()
    contexts = [text for text in asked if len(text) > 200]
    found = [text for text in texts() if text not in asked and not any(text in context for context in contexts)]
    return [wordpiece().encode(text, TOKENS) for text in found]


def _asked() -> set[str]:
    """XQuAD's paragraphs and questions."""
    data = json.loads((FOLDER / "text/xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    found = set()
    for paragraph in (paragraph for row in data for paragraph in row["paragraphs"]):
        found.add(" ".join(paragraph["context"].split()))
        found.update(question["question"].strip() for question in paragraph["qas"])
    return found


def keep(student: MiniLM) -> None:
    """Quantize, write and pin what was taught."""
    model = Model("encoder")
    sources = model.sources()
    weights = tables(sources) | by_published_names(student)
    steps = smoothing_steps(weights, sources["tokenizer"].read())
    np.save(model.folder / "smoothing.npy", steps)
    scales: Floats = np.exp2(steps.astype(np.float32) / STEPS).astype(np.float32)
    (model.folder / "weights.npz").write_bytes(archived(packed(weights, scales)))
    for name, file in (("smoothing", "smoothing.npy"), ("weights", "weights.npz")):
        model.card[name] = hashlib.sha256((model.folder / file).read_bytes()).hexdigest()
    (model.folder / "model.json").write_text(json.dumps(model.card, indent=2) + "\n", encoding="utf-8")
    Model("encoder").build(pin=True)


def by_published_names(student: MiniLM) -> dict[str, Floats]:
    """The layers' weights, layers counted anew from 0."""
    found: dict[str, Floats] = {}
    for number, layer in enumerate(student.layers):
        assert isinstance(layer, Layer)
        stem = f"encoder.layer.{number}"
        for kind, linear in zip(PARTS, (layer.qkv, layer.out, layer.up, layer.down), strict=True):
            for part in ("weight", "bias"):
                whole = getattr(linear, part).detach().float().numpy()
                for name, value in zip(PARTS[kind], np.split(whole, len(PARTS[kind])), strict=True):
                    found[f"{stem}.{name}.{part}"] = value
        for name, norm in zip(NORMS, layer.norms, strict=True):
            for part in ("weight", "bias"):
                found[f"{stem}.{name}.LayerNorm.{part}"] = getattr(norm, part).detach().float().numpy()
    return found
