"""Where things are: what the package is made of, where each file comes from, and what it may weigh."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
PYODIDE = NODE_MODULES / "pyodide"
EXTENSION = ROOT / "extension"
CORE = ROOT / "core"
MODELS = ROOT / "models"
CACHE = ROOT / ".cache" / "build"
BROWSERS = ("chrome",)

PARTS = {"vendor": "Pyodide and onnxruntime-web", "models": "models", "engine": "engine and core"}


class BuildError(RuntimeError):
    """The package cannot be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` occurs exactly once in a vendored file, and becomes `replacement`."""

    text: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file taken from a package of package-lock.json, under `node_modules`."""

    source: str
    target: str
    edits: tuple[Edit, ...] = ()


# Pyodide asks its CDN for packages that are not in the lock file it is given. Here it is given an empty one,
# and no address: a load that should not happen then fails inside the package.
NO_CDN = Edit("`https://cdn.jsdelivr.net/pyodide/v${U}/full/`", "t")
# Pyodide's code is compiled before Pyodide itself is there to ask for it: engine/python.js.
COMPILED_EARLY = Edit("instantiateWasm:Ie(e.indexURL)", "instantiateWasm:e._instantiate?.(K)??Ie(e.indexURL)")
NO_PYODIDE_MAP = Edit("\n//# sourceMappingURL=pyodide.mjs.map", "")
NO_ORT_MAP = Edit("\n//# sourceMappingURL=ort.wasm.min.mjs.map", "")

VENDORED = (
    Vendored("pyodide/pyodide.mjs", "vendor/pyodide.mjs", (NO_CDN, COMPILED_EARLY, NO_PYODIDE_MAP)),
    Vendored("pyodide/pyodide.asm.mjs", "vendor/pyodide.asm.mjs"),
    Vendored("pyodide/pyodide.asm.wasm", "vendor/pyodide.asm.wasm"),
    Vendored("onnxruntime-web/dist/ort.wasm.min.mjs", "vendor/ort.wasm.min.mjs", (NO_ORT_MAP,)),
    Vendored("onnxruntime-web/dist/ort-wasm-simd-threaded.mjs", "vendor/ort-wasm-simd-threaded.mjs"),
    Vendored("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm", "vendor/ort-wasm-simd-threaded.wasm"),
    *(Vendored(f"@noble/ciphers/{name}", f"vendor/ciphers/{name}") for name in ("_polyval.js", "aes.js", "utils.js")),
    Vendored("@mozilla/readability/Readability.js", "vendor/Readability.js"),
)


@dataclass(frozen=True, slots=True)
class Bundled:
    """A part of Pyodide with a life of its own; `mark` stands in its binary."""

    name: str
    version: str
    licence: str
    mark: bytes
    targets: tuple[str, ...]


BUNDLED = (
    Bundled("CPython", "3.14.2", "PSF-2.0", b"\x003.14.2\x00", ("vendor/pyodide.asm.wasm", "vendor/python_stdlib.zip")),
    Bundled("SQLite", "3.39.0", "blessing", b"2022-06-25 14:57:57 14e166f40dbfa6e0", ("vendor/pyodide.asm.wasm",)),
)

# SPDX names of the licences that what is packaged may have.
LICENCES = frozenset({"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MPL-2.0", "PSF-2.0", "blessing"})

# Installed in .venv from requirements/build.txt; only what is named here is packaged.
PYTHON_PACKAGES = ("feedparser", "feedparser-sgmllib", "jinja2", "markupsafe")

# Desktop only.
CORE_LEFT_OUT = tuple(
    f"nutshell/{name}"
    for name in (
        "cli/core_client.py",
        "cli/batch.py",
        "cli/main.py",
        "cli/feed.py",
        "cli/library.py",
        "cli/rank.py",
        "cli/ask.py",
        "hosts/desktop.py",
        "cli/extract.mjs",
        "cli/extraction.py",
        "hosts/urllib_fetcher.py",
        "hosts/native_generator.py",
        "cli/article_reader.py",
        "py.typed",
    )
)

# Parts of Pyodide's standard library that nothing in the package imports (a test holds the list to what the sources
# say): consoles, debuggers, servers, mail and file transfer, other platforms, other formats, and what cannot work
# without processes or threads.
STDLIB_LEFT_OUT = (
    "__hello__.py", "__phello__/", "_pyio.py", "_pyrepl/", "antigravity.py", "argparse.py", "asyncio/__main__.py",
    "asyncio/tools.py", "bdb.py", "cProfile.py", "cmd.py", "code.py", "colorsys.py", "compileall.py",
    "concurrent/futures/interpreter.py", "concurrent/futures/process.py", "concurrent/interpreters/",
    "configparser.py", "csv.py", "ctypes/", "difflib.py", "doctest.py", "email/_header_value_parser.py",
    "email/contentmanager.py", "email/headerregistry.py", "email/mime/", "email/policy.py", "ensurepip/",
    "filecmp.py", "fileinput.py", "fractions.py", "ftplib.py", "getopt.py", "getpass.py", "graphlib.py",
    "http/cookiejar.py", "http/cookies.py", "http/server.py", "idlelib/", "imaplib.py", "json/__main__.py",
    "json/tool.py", "logging/config.py", "logging/handlers.py", "mailbox.py", "modulefinder.py",
    "multiprocessing/", "netrc.py", "nturl2path.py", "optparse.py", "pathlib/types.py", "pdb.py", "pickletools.py",
    "plistlib.py", "poplib.py", "profile.py", "pstats.py", "pty.py", "py_compile.py", "pyclbr.py", "pydoc.py",
    "pyodide/console.py",
    "rlcompleter.py", "runpy.py", "sched.py", "shelve.py", "shlex.py", "smtplib.py", "socketserver.py",
    "sqlite3/__main__.py", "statistics.py", "symtable.py", "sysconfig/__main__.py", "tabnanny.py", "tarfile.py",
    "this.py", "timeit.py", "tkinter/", "tomllib/", "trace.py", "tty.py", "turtle.py", "unittest/",
    "urllib/robotparser.py", "uuid.py", "venv/", "wave.py", "webbrowser.py", "wsgiref/", "xml/dom/", "xml/etree/",
    "xmlrpc/", "zipapp.py", "zipfile/__main__.py",
)  # fmt: skip

# name -> file under models/, and what the package calls it.
_MODELS = (
    *("encoder", "salience", "centrality", "static", "interest", "topics", "nearest", "ranking", "recall"),
    *("cosine", "grounding", "ask", "same_event"),
)
MODEL_FILES = {name: f"{name}/out/{name}.onnx" for name in _MODELS}
VOCABULARY = "encoder/out/vocab.txt"
# The language model, in the larger of the two packages.
DECODER = "decoder"

ZIP_BUDGET = 40_000_000
WORDS_BUDGET = 160_000_000  # with the language model
