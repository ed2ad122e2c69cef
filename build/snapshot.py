"""The snapshot of Python's memory that the engine starts from. Pyodide makes it under Node.js (snapshot.mjs)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from build.layout import CACHE, PYODIDE
from build.node import run_node

SCRIPT = Path(__file__).with_name("snapshot.mjs")


def snapshot(stdlib: bytes, core: bytes, vocabulary: bytes) -> dict[str, bytes]:
    """Returns the snapshot and the hashes that the engine checks it against, as {package name: content}.

    Snapshots are cached by their inputs.
    """
    key = hashlib.sha256(SCRIPT.read_bytes() + (PYODIDE / "package.json").read_bytes())
    inputs = {"stdlib.zip": stdlib, "core.zip": core, "vocab.txt": vocabulary}
    for content in inputs.values():
        key.update(hashlib.sha256(content).digest())
    cached = CACHE / f"{key.hexdigest()}.snapshot"
    if not cached.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            for name, content in inputs.items():
                Path(folder, name).write_bytes(content)
            output = Path(folder, "snapshot.bin")
            paths = (Path(folder, name) for name in inputs)
            run_node(SCRIPT, PYODIDE, *paths, output, doing="take a snapshot of the core")
            output.rename(cached)
    content = cached.read_bytes()
    expected = {"sha256": _sha256(content), "core": _sha256(core)}
    return {"engine/snapshot.bin": content, "engine/snapshot.json": (json.dumps(expected) + "\n").encode()}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
