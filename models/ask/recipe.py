"""Does a sentence hold the answer to a question? A small network over what speaks for each sentence.

    features float32 [n, F] (core/nutshell/ask/evidence.py)  ->  scores float32 [n] in 0-1

The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.mlp import network, read
from models.shop import Outputs, Source
from nutshell.ask.evidence import COUNT


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"ask.onnx": network("ask", read("ask"), COUNT)}
