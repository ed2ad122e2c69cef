"""Zip archives that depend on nothing but the names and bytes in them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_zip(target: Path | IO[bytes], files: Mapping[str, bytes], *, compress: bool) -> None:
    """Names in order, one date, one mode, so the same files always give the same archive."""
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix on every machine: the mode below is read as Unix's
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], method, 9 if compress else None)


def read_tree(folder: Path) -> dict[str, bytes]:
    """Every file under `folder`, by its name from there with forward slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
