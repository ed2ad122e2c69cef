"""A decoder of a few hundred KB with random weights, built by the same recipe, for tests that need a decoder but not
its quality.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from models.decoder.network import Shape, Weights
from models.decoder.pins import entry
from models.decoder.recipe import outputs

SHAPE = Shape(
    layers=2, width=64, heads=4, kv_heads=2, head=16, inner=128, vocabulary=0, theta=10000.0, epsilon=1e-5, context=512
)
CONTROLS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MERGES = ("Ġ t", "h e", "Ġt he", "i n", "Ġ a", "o n", "e r", "r e", "Ġa n", "Ġan d", "Ġ s", "Ġ o", "Ġo f")
TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def tokenizer() -> dict[str, Any]:
    """Returns a tokenizer with every byte, a few merges, and ChatML's control tokens."""
    tokens = [*CONTROLS, *byte_letters(), *(merge.replace(" ", "") for merge in MERGES)]
    return {
        "pre": "smollm",
        "bos": 1,
        "eos": 2,
        "context": SHAPE.context,
        "chat_template": TEMPLATE,
        "special": list(range(len(CONTROLS))),
        "tokens": tokens,
        "merges": list(MERGES),
    }


def byte_letters() -> list[str]:
    """Returns the character that GPT-2's tokenizer assigns to each byte, by the byte's value."""
    shown = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) if byte in shown else chr(256 + others.index(byte)) for byte in range(256)]


def shape() -> Shape:
    fields = {name: getattr(SHAPE, name) for name in Shape.__slots__}
    return Shape(**fields | {"vocabulary": len(tokenizer()["tokens"])})


def weights(seed: int = 7) -> Weights:
    """Returns random weights, scaled so that a signal survives the layers."""
    rng, dimensions = np.random.default_rng(seed), shape()

    def rows(outputs: int, inputs: int) -> Any:
        return (rng.standard_normal((outputs, inputs)) / np.sqrt(inputs)).astype(np.float32)

    ones = np.ones(dimensions.width, np.float32)
    arrays = {"tokens": rows(dimensions.vocabulary, dimensions.width) * np.float32(2), "norm": ones}
    arrays["tokens"][: len(CONTROLS)] /= 50  # rarely generated, so that it runs until the token limit
    query, key = dimensions.heads * dimensions.head, dimensions.kv_heads * dimensions.head
    for layer in range(dimensions.layers):
        width, inner = dimensions.width, dimensions.inner
        sizes = {
            "q": (query, width), "k": (key, width), "v": (key, width), "o": (width, query),
            "gate": (inner, width), "up": (inner, width), "down": (width, inner),
        }  # fmt: skip
        arrays |= {f"{layer}.{name}": rows(*size) for name, size in sizes.items()}
        arrays |= {f"{layer}.norm1": ones, f"{layer}.norm2": ones}
    return arrays


def write(folder: Path, seed: int = 7) -> dict[str, Any]:
    """Writes the files to `folder`. Returns their manifest entry (see pins.py)."""
    files = outputs(weights(seed), shape(), tokenizer())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return entry(files, "Tiny, random", "none")


def manifest(folder: Path, seed: int = 7) -> None:
    """Writes the files and a manifest.json that lists only this decoder."""
    (folder / "manifest.json").write_text(json.dumps({"decoder": write(folder, seed)}))
