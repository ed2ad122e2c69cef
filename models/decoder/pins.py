"""A decoder's entry in a package's manifest.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def entry(files: Mapping[str, bytes], name: str, licence: str, good: str = "", bad: str = "") -> dict[str, Any]:
    """Returns the manifest entry of a decoder: its files with their hashes, and its description for the hosts."""

    def pinned(file: str) -> dict[str, Any]:
        content = files[file]
        return {"file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    tokenizer = json.loads(files["decoder-tokenizer.json"])
    return pinned("decoder.onnx") | {
        "name": name,
        "licence": licence,
        "good": good,
        "bad": bad,
        "context": tokenizer["context"],
        "vocabulary": len(tokenizer["tokens"]),
        "weights": pinned("decoder.bin"),
        "tokenizer": pinned("decoder-tokenizer.json"),
    }
