"""Scores whether a sentence holds the answer to a question: a small network over the features of a sentence.

    features float32 [n, F] (core/nutshell/ask/evidence.py)  ->  scores float32 [n] in 0-1

The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.artifacts import Outputs, Source
from models.mlp import network, read
from nutshell.ask.evidence import COUNT


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"ask.onnx": network("ask", read("ask"), COUNT)}
