"""The snapshot of Python's memory from which the engine starts: made by Pyodide itself, under node (snapshot.mjs)."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from build.layout import CACHE, PYODIDE
from build.node import run_node

MAKER = Path(__file__).with_name("snapshot.mjs")


def snapshot(stdlib: bytes, core: bytes) -> dict[str, bytes]:
    """Package name -> bytes of the snapshot and of what says whether it is whole; remembered by what went in."""
    key = hashlib.sha256(MAKER.read_bytes() + (PYODIDE / "package.json").read_bytes())
    for archive in (stdlib, core):
        key.update(hashlib.sha256(archive).digest())
    remembered = CACHE / f"{key.hexdigest()}.snapshot"
    if not remembered.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            given = [Path(folder, name) for name in ("stdlib.zip", "core.zip")]
            for path, archive in zip(given, (stdlib, core), strict=True):
                path.write_bytes(archive)
            made = Path(folder, "made")
            run_node(MAKER, PYODIDE, *given, made, doing="take a snapshot of the core")
            made.rename(remembered)
    content = remembered.read_bytes()
    expected = {"sha256": _sha256(content), "core": _sha256(core)}
    return {"engine/snapshot.bin": content, "engine/snapshot.json": (json.dumps(expected) + "\n").encode()}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
