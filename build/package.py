"""Builds the package for one browser: the unpacked folder and the zip."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from build import messages, models, python, sbom, snapshot, vendor
from build.archive import read_tree, write_zip
from build.layout import EXTENSION, PARTS, ROOT, WORDS_BUDGET, ZIP_BUDGET, BuildError
from build.manifest import manifest, version

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    folder: Path
    archive: Path


def build(browser: str, out: Path, say: Say = print, words: bool = False) -> Package:
    """Builds `out/BROWSER/` and its zip, or `out/BROWSER-words/` with the language model.

    Raises BuildError if a check fails. The folder of the last build is then unchanged.
    """
    files = contents(browser, say, words)
    files[sbom.NAME] = sbom.sbom(files)
    found = vendor.code_hosts(files)
    if found:
        raise BuildError("The package contains addresses of code hosts:\n  " + "\n  ".join(found))
    name, budget = (f"{browser}-words", WORDS_BUDGET) if words else (browser, ZIP_BUDGET)
    package = Package(out / name, out / f"nutshell-{name}-{version()}.zip")
    _lay_out(package.folder, files)
    package.archive.with_suffix(".cdx.json").write_bytes(files[sbom.NAME])
    say(f"zip         {_shown(package.archive)}")
    write_zip(package.archive, files, compress=True)
    for line in sizes(package.archive, budget):
        say(line)
    size = package.archive.stat().st_size
    if size > budget:
        raise BuildError(f"The zip is {size:,} bytes, over its budget of {budget:,} (build/layout.py)")
    return package


def contents(browser: str, say: Say, words: bool = False) -> dict[str, bytes]:
    """Returns every file of the package as {name: content}, except the bill of materials."""
    say("shell       extension/")
    files = {name: content for name, content in read_tree(EXTENSION).items() if not name.endswith((".jinja", ".svg"))}
    files |= messages.shell_files()
    files["manifest.json"] = (json.dumps(manifest(browser), indent=2, ensure_ascii=False) + "\n").encode()
    say("vendor      node_modules/")
    files |= vendor.vendored()
    say("python      bytecode, by pyodide-build inside Pyodide")
    stdlib, core = _zipped(python.stdlib()), _zipped(python.core())
    files |= {"vendor/python_stdlib.zip": stdlib, "engine/core.zip": core}
    say("models      models/*/out/")
    say("snapshot    the memory of the started core, by Pyodide")
    files |= models.models(words)
    files |= snapshot.snapshot(stdlib, core, files["models/vocab.txt"])
    files["LICENSE"] = (ROOT / "LICENSE").read_bytes()
    return files


def sizes(archive: Path, budget: int) -> Iterator[str]:
    """Yields one line for each part with its size in the zip and unpacked."""
    totals = {part: [0, 0] for part in (*PARTS, "shell")}
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            part = entry.filename.partition("/")[0]
            total = totals[part if part in PARTS else "shell"]
            total[0] += entry.compress_size
            total[1] += entry.file_size
    for part, (packed, unpacked) in totals.items():
        yield f"  {part:<10}{packed / 1e6:7.2f} MB  ({unpacked / 1e6:6.2f} unpacked)"
    yield f"  {'zip':<10}{archive.stat().st_size / 1e6:7.2f} MB  (budget {budget / 1e6:.0f})"


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    write_zip(buffer, files, compress=False)
    return buffer.getvalue()


def _lay_out(folder: Path, files: dict[str, bytes]) -> None:
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, content in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
