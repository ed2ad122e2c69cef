"""The size of the store package and its parts."""

from __future__ import annotations

import zipfile
from pathlib import Path

from models.tables import Table
from tests.bench.browser import built
from tests.bench.report import BenchError, Result, main

# A file belongs to the part of the first prefix that matches its name.
PARTS = {
    "vendor/pyodide": "Python: Pyodide",
    "vendor/python_stdlib": "Python: standard library, as bytecode",
    "engine/core.zip": "Python: Nutshell's core, Jinja2 and feedparser, as bytecode",
    "engine/snapshot": "Python: memory snapshot",
    "vendor/ort": "onnxruntime-web",
    "models/encoder": "model: encoder",
    "models/vocab": "model: encoder's vocabulary",
    "models/salience": "model: salience",
    "models/static": "model: static encoder",
    "models/": "models: small ones",
    "vendor/Readability": "Readability",
    "vendor/ciphers": "noble-ciphers",
    "vendor/age": "age, and what it needs",
    "vendor/hashes": "age, and what it needs",
    "vendor/base": "age, and what it needs",
    "": "shell: panel, page scripts, workers, icons, manifest",
}


def measure(quick: bool) -> Result:
    zipped = archive()
    sizes: dict[str, list[int]] = {part: [0, 0] for part in PARTS.values()}
    with zipfile.ZipFile(zipped) as file:
        for entry in file.infolist():
            part = next(name for prefix, name in PARTS.items() if entry.filename.startswith(prefix))
            sizes[part][0] += entry.compress_size
            sizes[part][1] += entry.file_size
    total = zipped.stat().st_size
    rows = [(part, _mb(packed), _mb(unpacked)) for part, (packed, unpacked) in sizes.items()]
    rows.append((zipped.name, _mb(total), _mb(sum(unpacked for _, unpacked in sizes.values()))))
    return Result(
        name="size",
        title="Size of the package",
        tables=[Table(("part", "in the zip, MB", "installed, MB"), rows, note="1 MB is 1,000,000 bytes.")],
        figures={"zip_bytes": total, "parts_bytes": sizes},
    )


def archive() -> Path:
    """Returns the newest zip without the language model."""
    found = sorted(built().parent.glob("nutshell-chrome-[0-9]*.zip"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise BenchError("dist has no zip: run `make build` first")
    return found[-1]


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f}"


if __name__ == "__main__":
    main(measure)
