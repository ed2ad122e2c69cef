"""Weights that are trained here and committed as npz files, pinned by hash in `model.json`."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifacts import Model

Weights = Mapping[str, NDArray[Any]]


def read(name: str) -> dict[str, NDArray[Any]]:
    """Returns a model's committed weights. Raises RecipeError when the file is missing or its hash differs."""
    with np.load(Model(name).committed("weights.npz", "weights")) as stored:
        return {key: stored[key] for key in stored.files}


def save(name: str, weights: Weights) -> None:
    """Writes a model's weights.npz, pins its hash, and rebuilds and pins the model."""
    data = pack(weights)
    model = Model(name)
    (model.folder / "weights.npz").write_bytes(data)
    model.write_card(weights=hashlib.sha256(data).hexdigest())
    Model(name).build(pin=True)


def pack(arrays: Weights) -> bytes:
    """Returns an npz file whose bytes depend only on the arrays, not on the time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), member.getvalue())
    return buffer.getvalue()
