"""Builds the graph, the weights file and the tokenizer from the pinned GGUF file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from models.artifacts import Outputs, Source
from models.decoder.network import Shape, Weights, build
from models.decoder.source import Gguf
from models.graph import externalize


def make(sources: Mapping[str, Source]) -> Outputs:
    source = Gguf(sources["weights"].file())
    return outputs(source.weights(), source.shape, source.tokenizer())


def outputs(weights: Weights, shape: Shape, tokenizer: Mapping[str, Any]) -> Outputs:
    """Returns decoder.onnx, which reads decoder.bin beside it, and the tokenizer for `nutshell.paraphrase`."""
    graph, constants = externalize(build(weights, shape), "decoder.bin")
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    return {"decoder.onnx": graph, "decoder.bin": constants, "decoder-tokenizer.json": text.encode()}
