"""From the pinned GGUF file to the graph, its weights, and its tokenizer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from models.decoder.network import Shape, Weights, build
from models.decoder.source import Gguf
from models.graph import apart
from models.shop import Outputs, Source


def make(sources: Mapping[str, Source]) -> Outputs:
    source = Gguf(sources["weights"].file())
    return outputs(source.weights(), source.shape, source.tokenizer())


def outputs(weights: Weights, shape: Shape, tokenizer: Mapping[str, Any]) -> Outputs:
    """`decoder.onnx` reads `decoder.bin` beside it; the tokenizer is for `nutshell.words`."""
    graph, constants = apart(build(weights, shape), "decoder.bin")
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    return {"decoder.onnx": graph, "decoder.bin": constants, "decoder-tokenizer.json": text.encode()}
