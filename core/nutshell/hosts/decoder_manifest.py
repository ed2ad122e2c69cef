"""Reads the language model's entry in a package's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nutshell.ports import Decoder


def decoder_from_manifest(entry: Mapping[str, Any], tokenizer: str) -> Decoder:
    """`entry` is described in models/decoder/pins.py. `tokenizer` is the content of its file."""
    return Decoder(
        name=entry["name"],
        bytes=entry["bytes"] + entry["weights"]["bytes"],
        licence=entry["licence"],
        context=entry["context"],
        tokenizer=tokenizer,
        good=entry.get("good", ""),
        bad=entry.get("bad", ""),
        chosen=bool(entry.get("chosen")),
    )
