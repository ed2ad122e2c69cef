"""Trains the encoder's layers: `python -m models train encoder` (half an hour on one thread).

The texts are those of the static encoder without XQuAD's, which measure question answering. No labels are used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
import torch
from safetensors.numpy import load

from models import weights
from models.artifacts import Model
from models.data import path_of
from models.encoder.calibrate import smoothing_steps
from models.encoder.distill import SEED, distill
from models.encoder.recipe import KEPT, NORMS, PARTS, STEPS, Floats, packed, tables
from models.host import wordpiece
from models.static.corpus import texts
from models.static.teacher import Layer, MiniLM, published

DISTILLATION_STEPS, HELD_OUT = 2000, 1000
TOKENS = 96


def train() -> None:
    """Writes and pins weights.npz and smoothing.npy and rebuilds the model."""
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    sources = Model("encoder").sources()
    student = MiniLM(load(sources["weights"].read()), KEPT)
    seconds = distill(student, published(), rows()[HELD_OUT:], DISTILLATION_STEPS, verbose=True)
    print(f"distilled in {seconds:.0f} s", flush=True)
    _save(student)


def rows() -> list[Sequence[int]]:
    """Returns the token ids of every text. The first HELD_OUT are held out."""
    excluded = _xquad_texts()
    contexts = [text for text in excluded if len(text) > 200]
    found = [text for text in texts() if text not in excluded and not any(text in context for context in contexts)]
    return [wordpiece().encode(text, TOKENS) for text in found]


def _xquad_texts() -> set[str]:
    """Returns XQuAD's paragraphs and questions."""
    data = json.loads(path_of("text/xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    found = set()
    for paragraph in (paragraph for row in data for paragraph in row["paragraphs"]):
        found.add(" ".join(paragraph["context"].split()))
        found.update(question["question"].strip() for question in paragraph["qas"])
    return found


def _save(student: MiniLM) -> None:
    """Quantizes the layers, writes and pins weights.npz and smoothing.npy, and rebuilds the model."""
    model = Model("encoder")
    sources = model.sources()
    published_names = tables(sources) | by_published_names(student)
    steps = smoothing_steps(published_names, sources["tokenizer"].read())
    np.save(model.folder / "smoothing.npy", steps)
    model.write_card(smoothing=hashlib.sha256((model.folder / "smoothing.npy").read_bytes()).hexdigest())
    scales: Floats = np.exp2(steps.astype(np.float32) / STEPS).astype(np.float32)
    weights.save("encoder", packed(published_names, scales))


def by_published_names(student: MiniLM) -> dict[str, Floats]:
    """Returns the layers' weights by their published names, with the layers renumbered from 0."""
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
