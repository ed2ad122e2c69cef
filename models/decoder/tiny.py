"""A decoder of a few hundred KB with random weights, by the same recipe: for tests that need one and not its sense."""

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
    """Every byte, a few merges, and the control tokens of ChatML."""
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
    """The letter that GPT-2's tokenizer gives to each byte, by the byte's number."""
    shown = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = [byte for byte in range(256) if byte not in shown]
    return [chr(byte) if byte in shown else chr(256 + others.index(byte)) for byte in range(256)]


def shape() -> Shape:
    fields = {name: getattr(SHAPE, name) for name in Shape.__slots__}
    return Shape(**fields | {"vocabulary": len(tokenizer()["tokens"])})


def weights(seed: int = 7) -> Weights:
    """Random, of the sizes that keep a signal alive through the layers."""
    dice, like = np.random.default_rng(seed), shape()

    def rows(outputs: int, inputs: int) -> Any:
        return (dice.standard_normal((outputs, inputs)) / np.sqrt(inputs)).astype(np.float32)

    one = np.ones(like.width, np.float32)
    made = {"tokens": rows(like.vocabulary, like.width) * np.float32(2), "norm": one}
    made["tokens"][: len(CONTROLS)] /= 50  # hardly ever said: it goes on until it is told to stop
    query, key = like.heads * like.head, like.kv_heads * like.head
    for layer in range(like.layers):
        sizes = {
            "q": (query, like.width), "k": (key, like.width), "v": (key, like.width), "o": (like.width, query),
            "gate": (like.inner, like.width), "up": (like.inner, like.width), "down": (like.width, like.inner),
        }  # fmt: skip
        made |= {f"{layer}.{name}": rows(*size) for name, size in sizes.items()}
        made |= {f"{layer}.norm1": one, f"{layer}.norm2": one}
    return made


def write(folder: Path, seed: int = 7) -> dict[str, Any]:
    """Put its files into `folder`; answers their entry for `manifest.json` (see pins.py)."""
    files = outputs(weights(seed), shape(), tokenizer())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return entry(files, "Tiny, random", "none")


def manifest(folder: Path, seed: int = 7) -> None:
    """The files and a `manifest.json` that holds this decoder and no other model."""
    (folder / "manifest.json").write_text(json.dumps({"decoder": write(folder, seed)}))
