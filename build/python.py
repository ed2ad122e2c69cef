"""The Python in the package: Pyodide's standard library and the core, compiled to bytecode for Pyodide's Python.

Both archives are stored, not deflated, because the package's own zip compresses them. Start-up time under node, median
of 3 (load Pyodide, import the core and its libraries, render one template): sources 2.6 s, .pyc in a deflated zip
1.09 s, .pyc in a stored zip 0.94 s.

The core keeps assertions and docstrings (level 0): a dataclass without a docstring computes its signature. The
libraries lose theirs (level 2), which saves 0.6 MB of the zip and removes docstrings that name a CDN. The level makes
no difference to start-up time.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import files as distribution_files
from pathlib import Path

from build import messages
from build.archive import read_tree, write_zip
from build.layout import (
    CACHE,
    CORE,
    CORE_LEFT_OUT,
    LIBRARIES_LEFT_OUT,
    PYODIDE,
    PYTHON_PACKAGES,
    ROOT,
    STDLIB_LEFT_OUT,
    BuildError,
)
from build.node import run_node

COMPILER = Path(__file__).with_name("bytecode.mjs")
# pyodide-build and its dependencies, for Pyodide's Python. The Makefile installs them.
TOOLS = Path(sys.prefix) / "pyodide"
TOOLS_LOCK = ROOT / "requirements" / "pyodide.txt"
CORE_LEVEL, LIBRARY_LEVEL = 0, 2


def stdlib() -> dict[str, bytes]:
    """Returns the trimmed standard library as {name: bytecode}."""
    with zipfile.ZipFile(PYODIDE / "python_stdlib.zip") as archive:
        sources = {
            name: archive.read(name)
            for name in archive.namelist()
            if name.endswith(".py") and not name.startswith(STDLIB_LEFT_OUT)
        }
    return compiled(sources, LIBRARY_LEVEL)


def core() -> dict[str, bytes]:
    """Returns the core and the libraries it imports, compiled, and the core's data files unchanged."""
    own = {f"nutshell/{name}": content for name, content in read_tree(CORE / "nutshell").items()}
    own = messages.core_files({name: content for name, content in own.items() if not name.startswith(CORE_LEFT_OUT)})
    sources = {name: content for name, content in own.items() if name.endswith(".py")}
    libraries: dict[str, bytes] = {}
    for package in PYTHON_PACKAGES:
        libraries |= _installed_sources(package)
    data = {name: content for name, content in own.items() if name not in sources}
    return data | compiled(sources, CORE_LEVEL) | compiled(libraries, LIBRARY_LEVEL)


def compiled(sources: Mapping[str, bytes], level: int) -> dict[str, bytes]:
    """Compiles `{"a.py": source}` to `{"a.pyc": bytecode}`, with the optimization level 0, 1 or 2.

    Results are cached by their inputs. Raises BuildError if pyodide-build is missing or a source does not compile.
    """
    if not (TOOLS / "pyodide_build").is_dir():
        raise BuildError("pyodide-build is not installed. Run `make setup`")
    key = hashlib.sha256(COMPILER.read_bytes() + (PYODIDE / "package.json").read_bytes() + TOOLS_LOCK.read_bytes())
    key.update(bytes([level]))
    for name in sorted(sources):
        key.update(f"{name}\0{len(sources[name])}\0".encode() + sources[name])
    cached = CACHE / f"{key.hexdigest()}.zip"
    if not cached.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            archive = Path(folder, "python.zip")
            write_zip(archive, sources, compress=False)
            run_node(COMPILER, PYODIDE, TOOLS, folder, level, doing="compile the Python sources")
            archive.rename(cached)
    with zipfile.ZipFile(cached) as compiled_archive:
        return {name: compiled_archive.read(name) for name in compiled_archive.namelist()}


def _installed_sources(package: str) -> dict[str, bytes]:
    """Returns an installed package's Python files. Its extension modules are for another machine, so they stay out."""
    found = {
        str(path): Path(str(path.locate())).read_bytes()
        for path in distribution_files(package) or ()
        if path.parts[0] == package.replace("-", "_")
        and path.suffix == ".py"
        and not str(path).startswith(LIBRARIES_LEFT_OUT)
    }
    if not found:
        raise BuildError(f"{package} is not installed. Run `make setup`")
    return found
