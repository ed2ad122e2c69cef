"""The snapshot of Python's memory from which the engine starts: made by Pyodide itself, under node (snapshot.mjs)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from build.layout import CACHE, PYODIDE
from build.node import run_node

MAKER = Path(__file__).with_name("snapshot.mjs")


def snapshot(stdlib: bytes, core: bytes, vocabulary: bytes) -> dict[str, bytes]:
    """Package name -> bytes of the snapshot and of what says whether it is whole; remembered by what went in."""
    key = hashlib.sha256(MAKER.read_bytes() + (PYODIDE / "package.json").read_bytes())
    given = {"stdlib.zip": stdlib, "core.zip": core, "vocab.txt": vocabulary}
    for content in given.values():
        key.update(hashlib.sha256(content).digest())
    remembered = CACHE / f"{key.hexdigest()}.snapshot"
    if not remembered.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            for name, content in given.items():
                Path(folder, name).write_bytes(content)
            made = Path(folder, "made")
            paths = (Path(folder, name) for name in given)
            run_node(MAKER, PYODIDE, *paths, made, doing="take a snapshot of the core")
            made.rename(remembered)
    content = remembered.read_bytes()
    expected = {"sha256": _sha256(content), "core": _sha256(core)}
    return {"engine/snapshot.bin": content, "engine/snapshot.json": (json.dumps(expected) + "\n").encode()}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
