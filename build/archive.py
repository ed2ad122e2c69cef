"""Reproducible zip archives."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_zip(target: Path | IO[bytes], files: Mapping[str, bytes], *, compress: bool) -> None:
    """Writes the same bytes for the same files: names are sorted, with one date and one mode for all."""
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix, so that the mode below means the same on every machine
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], method, 9 if compress else None)


def read_tree(folder: Path) -> dict[str, bytes]:
    """Returns every file under `folder` by its relative name, with forward slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
