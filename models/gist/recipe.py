"""Scores how well a line says what its page is about: a small network over the features of the line.

    features float32 [n, F] (core/nutshell/summary/gist_features.py)  ->  scores float32 [n] in 0-1

The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.artifacts import Outputs, Source
from models.mlp import network, read
from nutshell.summary.gist_features import COUNT


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"gist.onnx": network("gist", read("gist"), COUNT)}
