"""What a package's manifest says of the language model in it, as the core is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nutshell.ports import Decoder


def described(entry: Mapping[str, Any], tokenizer: str) -> Decoder:
    """`entry`: see models/decoder/pins.py. `tokenizer` is the text of its file."""
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
