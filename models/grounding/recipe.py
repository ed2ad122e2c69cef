"""Scores whether people would find a sentence supported by its source: a small network over features.

    features float32 [n, F] (core/nutshell/grounding/features.py)  ->  scores float32 [n] in 0-1

The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.artifacts import Outputs, Source
from models.mlp import network, read
from nutshell.grounding.features import COUNT


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"grounding.onnx": network("grounding", read("grounding"), COUNT)}
