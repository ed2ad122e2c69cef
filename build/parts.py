"""What the package is made of: one table, so that a reviewer can see where every file comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM = ROOT / "node_modules"


class BuildError(Exception):
    """The build cannot go on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file of an npm package, copied as it is, save for `replacements` which must each be found once."""

    package: str
    file: str
    replacements: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> Path:
        return NPM / self.package / self.file

    def content(self) -> bytes:
        if not self.source.is_file():
            raise BuildError(f"{self.source.relative_to(ROOT)} is missing: run `make setup` first.")
        content = self.source.read_bytes()
        for old, new in self.replacements:
            if content.count(old.encode()) != 1:
                raise BuildError(f"{self.package}/{self.file} has changed: expected {old!r} in it exactly once.")
            content = content.replace(old.encode(), new.encode())
        return content


# Target below vendor/ -> where it comes from.
VENDORED = {
    "Readability.js": Vendored("@mozilla/readability", "Readability.js"),
    "ort.wasm.min.mjs": Vendored("onnxruntime-web", "dist/ort.wasm.min.mjs"),
    "ort-wasm-simd-threaded.mjs": Vendored("onnxruntime-web", "dist/ort-wasm-simd-threaded.mjs"),
    "ort-wasm-simd-threaded.wasm": Vendored("onnxruntime-web", "dist/ort-wasm-simd-threaded.wasm"),
    # Pyodide's loader names a CDN, which it uses under node only. Stores reject packages over such an address.
    "pyodide.mjs": Vendored(
        "pyodide", "pyodide.mjs", (("`https://cdn.jsdelivr.net/pyodide/v${U}/full/`", "``"),)
    ),
    "pyodide.asm.mjs": Vendored("pyodide", "pyodide.asm.mjs"),
    "pyodide.asm.wasm": Vendored("pyodide", "pyodide.asm.wasm"),
}

STDLIB = Vendored("pyodide", "python_stdlib.zip")
LOCK = Vendored("pyodide", "pyodide-lock.json")

# Of the standard library, what a backend without a screen, a network, a file tree or threads never imports.
STDLIB_LEFT_OUT = (
    "__phello__", "_pyrepl", "concurrent/interpreters", "ctypes", "doctest.py", "ensurepip", "ftplib.py",
    "http/server.py", "idlelib", "imaplib.py", "lib2to3", "mailbox.py", "multiprocessing", "nntplib.py",
    "pdb.py", "pickletools.py", "poplib.py", "profile.py", "pstats.py", "pyclbr.py", "pydoc.py", "smtplib.py",
    "socketserver.py", "tabnanny.py", "test", "this.py", "timeit.py", "tkinter", "trace.py", "turtle.py",
    "unittest", "venv", "wave.py", "webbrowser.py", "wsgiref", "xmlrpc", "zipapp.py",
)  # fmt: skip

# Pure Python packages beside the core, taken from the environment of the build (pinned there).
PYTHON_PACKAGES = ("jinja2", "markupsafe")

# Files of the core that only the desktop uses.
DESKTOP_ONLY = ("hosts/cli.py", "hosts/desktop.py", "hosts/extraction.py")

MODELS = ("encoder", "centrality", "salience")
VOCABULARY = ROOT / "models" / "encoder" / "out" / "vocab.txt"

# Stores take more, but nobody should wait for more: the zip without a generative model.
ZIP_BUDGET = 45_000_000
