"""The teacher's vector of each single token: the initial table of the static encoder (Model2Vec, Tulkens & van Dongen
2024).

Every token of the vocabulary goes through the teacher as a text of its own. The vectors are centred and projected onto
their first WIDTH principal components, then weighted by smooth inverse frequency (SIF, Arora et al. 2017). Zipf's law
replaces counts, because a WordPiece vocabulary is ordered by frequency.
"""

from __future__ import annotations

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load

from models.artifacts import Model
from models.encoder.recipe import build, vocabulary

WIDTH = 256
SIF = 1e-3
_BATCH = 256

Floats = NDArray[np.float32]


def teacher_of_tokens() -> Floats:
    """Returns float32 [vocabulary, 384]: the fp32 teacher's vector of each single token. Takes half a minute."""
    sources = Model("encoder").sources()
    session = onnxruntime.InferenceSession(build(load(sources["weights"].read()), None))
    tokens = vocabulary(sources["tokenizer"].read()).decode().split()
    first, last = tokens.index("[CLS]"), tokens.index("[SEP]")
    ids = np.array([[first, token, last] for token in range(1, len(tokens))], np.int32)
    parts = [session.run(None, {"input_ids": ids[at : at + _BATCH]})[0] for at in range(0, len(ids), _BATCH)]
    return np.concatenate([np.zeros((1, parts[0].shape[1]), np.float32), *parts])  # [PAD] has the zero vector


def plain(vectors: Floats) -> Floats:
    """Returns float32 [vocabulary, WIDTH]: centred, projected onto the principal components, weighted."""
    real = vectors[1:].astype(np.float64)
    centred = real - real.mean(0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, np.argsort(values)[::-1][:WIDTH]]
    rows = np.concatenate([np.zeros((1, WIDTH)), turned])
    return (rows * weights(len(rows))[:, None]).astype(np.float32)


def weights(count: int) -> NDArray[np.float64]:
    """Returns SIF / (SIF + p), with p from Zipf's law over the ranks of the vocabulary."""
    probabilities = 1 / (np.arange(count) + 1.0)
    probabilities /= probabilities.sum()
    return SIF / (SIF + probabilities)
