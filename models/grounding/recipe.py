"""How likely would people find nothing in a sentence that its source does not say? A small network.

    features float32 [n, F] (core/nutshell/grounding/features.py)  ->  scores float32 [n] in 0-1

The weights are committed (weights.npz, made by train.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from models.mlp import network, read
from models.shop import Outputs, Source
from nutshell.grounding.features import COUNT


def make(sources: Mapping[str, Source]) -> Outputs:
    return {"grounding.onnx": network("grounding", read("grounding"), COUNT)}
