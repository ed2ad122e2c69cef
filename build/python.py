"""The Python in the package: Pyodide's standard library and the core, as bytecode of Pyodide's own Python.

Measured under node (median of 3; start of Pyodide, imports of the core and its libraries, one template):
sources 2.6 s, .pyc in a deflated zip 1.09 s, .pyc in a stored zip 0.94 s. So both archives are stored: the
package's own zip compresses them. The optimization level makes no difference to the start. The core keeps its
assertions and docstrings (level 0: a dataclass without one computes its signature). The libraries lose theirs
(level 2): 0.6 MB of the zip, and examples in them that name a CDN.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import files as distribution_files
from pathlib import Path

from build.archive import read_tree, write_zip
from build.layout import (
    CACHE,
    CORE,
    CORE_LEFT_OUT,
    PYODIDE,
    PYTHON_PACKAGES,
    STDLIB_LEFT_OUT,
    BuildError,
)
from build.node import run_node

COMPILER = Path(__file__).with_name("bytecode.mjs")
CORE_LEVEL, LIBRARY_LEVEL = 0, 2


def stdlib() -> dict[str, bytes]:
    """The trimmed standard library, compiled."""
    with zipfile.ZipFile(PYODIDE / "python_stdlib.zip") as archive:
        sources = {
            name: archive.read(name)
            for name in archive.namelist()
            if name.endswith(".py") and not name.startswith(STDLIB_LEFT_OUT)
        }
    return compiled(sources, LIBRARY_LEVEL)


def core() -> dict[str, bytes]:
    """The core and the libraries it imports, compiled; templates and word lists as they are."""
    own = {f"nutshell/{name}": content for name, content in read_tree(CORE / "nutshell").items()}
    own = {name: content for name, content in own.items() if name not in CORE_LEFT_OUT}
    sources = {name: content for name, content in own.items() if name.endswith(".py")}
    libraries: dict[str, bytes] = {}
    for package in PYTHON_PACKAGES:
        libraries |= _installed(package)
    data = {name: content for name, content in own.items() if name not in sources}
    return data | compiled(sources, CORE_LEVEL) | compiled(libraries, LIBRARY_LEVEL)


def compiled(sources: Mapping[str, bytes], level: int) -> dict[str, bytes]:
    """`.py` names and sources to `.pyc` names and bytecode; remembered by what went in."""
    key = hashlib.sha256(COMPILER.read_bytes() + (PYODIDE / "package.json").read_bytes() + bytes([level]))
    for name in sorted(sources):
        key.update(f"{name}\0{len(sources[name])}\0".encode() + sources[name])
    remembered = CACHE / f"{key.hexdigest()}.zip"
    if not remembered.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            given, made = Path(folder, "sources.zip"), Path(folder, "compiled.zip")
            write_zip(given, sources, compress=False)
            run_node(COMPILER, PYODIDE, given, made, level, doing="compile the Python sources")
            made.rename(remembered)
    with zipfile.ZipFile(remembered) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _installed(package: str) -> dict[str, bytes]:
    """An installed package's Python files. Compiled speed-ups stay behind: they are for another machine."""
    found = {
        str(path): Path(str(path.locate())).read_bytes()
        for path in distribution_files(package) or ()
        if path.parts[0] == package.replace("-", "_") and path.suffix == ".py"
    }
    if not found:
        raise BuildError(f"{package} is not installed here: run make setup")
    return found
