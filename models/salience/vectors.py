"""Sentence vectors of the training texts, computed once. They take an hour, so each sentence is cached in .cache/."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.artifacts import ROOT, Model
from models.host import BuiltModels, run_sync, to_array, wordpiece
from nutshell.text.encoder import encode

_AT_ONCE = 800


class VectorCache:
    """The encoder's `vectors` and `lower` of each text, by the encoder's hash and the text.

    Quantization depends on the batch, so a cached vector can differ from the product's in the third decimal.
    """

    def __init__(self, models: BuiltModels) -> None:
        self._models = models
        digest = Model("encoder").card["outputs"]["encoder.onnx"][:16]
        path = ROOT.parent / ".cache" / "salience" / f"{digest}.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(path, isolation_level=None, timeout=60)
        self._store.execute("PRAGMA synchronous = OFF")
        self._store.execute("CREATE TABLE IF NOT EXISTS sentence (key BLOB PRIMARY KEY, vectors BLOB)")

    def get(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """Returns float32 [2, len(texts), 384]: `vectors` and `lower`."""
        found = {text: self._load(text) for text in texts}
        missing = [text for text, vectors in found.items() if vectors is None]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            encoded = run_sync(encode(self._models, wordpiece(), part))
            both = np.stack([to_array(encoded.vectors), to_array(encoded.lower)], axis=1).astype(np.float16)
            rows = [(_key(text), both[place].tobytes()) for place, text in enumerate(part)]
            self._store.executemany("INSERT OR REPLACE INTO sentence VALUES (?, ?)", rows)
            found |= dict(zip(part, both.astype(np.float32), strict=True))
        vectors = [vectors for text in texts if (vectors := found[text]) is not None]
        return np.stack(vectors, axis=1) if vectors else np.zeros((2, 0, 384), np.float32)

    def _load(self, text: str) -> np.ndarray[Any, Any] | None:
        row = self._store.execute("SELECT vectors FROM sentence WHERE key = ?", (_key(text),)).fetchone()
        return np.frombuffer(row[0], np.float16).reshape(2, 384).astype(np.float32) if row else None


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
