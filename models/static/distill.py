"""What the teacher makes of each token alone: the start of the static encoder (Model2Vec, Tulkens & van Dongen 2024).

Every token of the vocabulary goes through the teacher as a text of its own. The vectors are centred, turned onto
their principal components, the first WIDTH kept, and each is weighted as smooth inverse frequency would (SIF, Arora
et al. 2017), with Zipf's law standing in for counts: a WordPiece vocabulary is ordered by frequency.
"""

from __future__ import annotations

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load

from models.encoder.recipe import build, vocabulary
from models.shop import Model

WIDTH = 256
SIF = 1e-3
_BATCH = 256

Floats = NDArray[np.float32]


def teacher_of_tokens() -> Floats:
    """[vocabulary, 384] float32: the fp32 teacher's vector of each token by itself, half a minute."""
    sources = Model("encoder").sources()
    session = onnxruntime.InferenceSession(build(load(sources["weights"].read()), None))
    tokens = vocabulary(sources["tokenizer"].read()).decode().split()
    first, last = tokens.index("[CLS]"), tokens.index("[SEP]")
    ids = np.array([[first, token, last] for token in range(1, len(tokens))], np.int32)
    parts = [session.run(None, {"input_ids": ids[at : at + _BATCH]})[0] for at in range(0, len(ids), _BATCH)]
    return np.concatenate([np.zeros((1, parts[0].shape[1]), np.float32), *parts])  # [PAD] is no token


def plain(vectors: Floats) -> Floats:
    """[vocabulary, WIDTH] float32: centred, first principal components, weighted."""
    real = vectors[1:].astype(np.float64)
    centred = real - real.mean(0)
    values, axes = np.linalg.eigh(centred.T @ centred)
    turned = centred @ axes[:, np.argsort(values)[::-1][:WIDTH]]
    rows = np.concatenate([np.zeros((1, WIDTH)), turned])
    return (rows * weights(len(rows))[:, None]).astype(np.float32)


def weights(count: int) -> NDArray[np.float64]:
    """SIF / (SIF + p): p from Zipf's law over the ranks of the vocabulary."""
    chances = 1 / (np.arange(count) + 1.0)
    chances /= chances.sum()
    return SIF / (SIF + chances)
