"""Dimensions, weights and tokenizer of a Llama-like model in a GGUF file (the format of llama.cpp)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from models.artifacts import RecipeError
from models.decoder.network import Floats, Shape, Weights

CONTROL = 3  # the type of tokens that never occur in a text

_NAMES = {
    "q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up",
    "down": "ffn_down", "norm1": "attn_norm", "norm2": "ffn_norm",
}  # fmt: skip


class Gguf:
    """Raises RecipeError when gguf is not installed or the graph does not support the file."""

    def __init__(self, path: Path) -> None:
        try:
            import gguf  # noqa: PLC0415 - only the language model needs it
        except ModuleNotFoundError:
            raise RecipeError(
                "gguf is not installed. Install it with: pip install --no-deps -r requirements/words.txt"
            ) from None
        self._dequantized = gguf.quants.dequantize
        self._reader = gguf.GGUFReader(path)
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}
        if (kind := self.field("general.architecture")) != "llama":
            raise RecipeError(f"{path.name} has the architecture {kind}; only Llama-like decoders are supported")
        if "output.weight" in self._tensors:
            raise RecipeError(
                f"{path.name} has a separate head; only models that use the token table as the head are supported"
            )

    def field(self, name: str, default: Any = None) -> Any:
        found = self._reader.fields.get(name)
        return default if found is None else found.contents()

    @property
    def shape(self) -> Shape:
        heads, width = self.field("llama.attention.head_count"), self.field("llama.embedding_length")
        return Shape(
            layers=self.field("llama.block_count"),
            width=width,
            heads=heads,
            kv_heads=self.field("llama.attention.head_count_kv", heads),
            head=self.field("llama.attention.key_length", width // heads),
            inner=self.field("llama.feed_forward_length"),
            vocabulary=len(self.field("tokenizer.ggml.tokens")),
            theta=float(self.field("llama.rope.freq_base", 10000.0)),
            epsilon=float(self.field("llama.attention.layer_norm_rms_epsilon")),
            context=self.field("llama.context_length"),
        )

    def weights(self) -> Weights:
        shape = self.shape
        weights = {"tokens": self._tensor("token_embd"), "norm": self._tensor("output_norm")}
        for layer in range(shape.layers):
            for ours, theirs in _NAMES.items():
                weights[f"{layer}.{ours}"] = self._tensor(f"blk.{layer}.{theirs}")
            for name, heads in (("q", shape.heads), ("k", shape.kv_heads)):
                weights[f"{layer}.{name}"] = halves(weights[f"{layer}.{name}"], heads)
        return weights

    def tokenizer(self) -> dict[str, Any]:
        """Returns the tokenizer. Tokens and merges use the characters that GPT-2 assigns to bytes."""
        if (kind := self.field("tokenizer.ggml.model")) != "gpt2":
            raise RecipeError(f"the tokenizer is {kind}; only byte-level BPE (gpt2) is supported")
        types = self.field("tokenizer.ggml.token_type")
        return {
            "pre": self.field("tokenizer.ggml.pre"),
            "bos": self.field("tokenizer.ggml.bos_token_id"),
            "eos": self.field("tokenizer.ggml.eos_token_id"),
            "context": self.shape.context,
            "chat_template": self.field("tokenizer.chat_template"),
            "special": [number for number, type_ in enumerate(types) if type_ == CONTROL],
            "tokens": self.field("tokenizer.ggml.tokens"),
            "merges": self.field("tokenizer.ggml.merges"),
        }

    def _tensor(self, name: str) -> Floats:
        tensor = self._tensors[f"{name}.weight"]
        values: Floats = self._dequantized(tensor.data, tensor.tensor_type).astype(np.float32)
        return values


def halves(rows: Floats, heads: int) -> Floats:
    """Reorders rows: llama.cpp stores the two values of a rotary pair adjacently, the graph half a head apart."""
    outputs, inputs = rows.shape
    return rows.reshape(heads, outputs // heads // 2, 2, inputs).swapaxes(1, 2).reshape(outputs, inputs)
