"""What the package consists of: where each file comes from, and how large the package may be."""

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

PARTS = {"vendor": "Pyodide, onnxruntime-web and pdf.js", "models": "models", "engine": "engine and core"}


class BuildError(RuntimeError):
    """The package cannot be built. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces `text`, which must occur exactly once in a vendored file."""

    text: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file from an npm package. `source` is relative to `node_modules`."""

    source: str
    target: str
    edits: tuple[Edit, ...] = ()


# Pyodide loads packages that are not in its lock file from a CDN. We give it an empty lock file and no address, so an
# unexpected load fails inside the extension.
NO_CDN = Edit("`https://cdn.jsdelivr.net/pyodide/v${U}/full/`", "t")
# extension/engine/python.js compiles the WebAssembly module before Pyodide asks for it.
COMPILED_EARLY = Edit("instantiateWasm:Ie(e.indexURL)", "instantiateWasm:e._instantiate?.(K)??Ie(e.indexURL)")
NO_PYODIDE_MAP = Edit("\n//# sourceMappingURL=pyodide.mjs.map", "")
NO_ORT_MAP = Edit("\n//# sourceMappingURL=ort.wasm.min.mjs.map", "")

# age: modules are imported by path, not by the name of their package. Only passphrases are used (age-passphrase.js), so
# public keys, hardware keys and ASCII armor are left out, and with them five more packages' worth of code.
_AGE_LEFT_OUT = (
    'import { HybridIdentity, HybridRecipient } from "./recipients.js";\n',
    'import { ScryptIdentity, ScryptRecipient } from "./recipients.js";\n',
    'import { X25519Identity, X25519Recipient } from "./recipients.js";\n',
    'import { TagRecipient, HybridTagRecipient } from "./recipients.js";\n',
    'export * as armor from "./armor.js";\n',
    'export * as webauthn from "./webauthn.js";\n',
    "export { generateIdentity, generateHybridIdentity, generateX25519Identity, identityToRecipient }"
    ' from "./recipients.js";\n',
)


def _imports(*names: str) -> tuple[Edit, ...]:
    """Edits that turn imports of `@noble/NAME` and `@scure/NAME` into those of `../NAME`."""
    return tuple(Edit(f'"{name}"', f'"../{name.partition("/")[2]}"') for name in names)


AGE = (
    Vendored(
        "age-encryption/dist/index.js",
        "vendor/age/index.js",
        (
            *(Edit(text, "") for text in _AGE_LEFT_OUT),
            *_imports(*(f"@noble/hashes/{name}.js" for name in ("hmac", "hkdf", "sha2", "utils"))),
        ),
    ),
    Vendored("age-encryption/dist/format.js", "vendor/age/format.js", (Edit('"@scure/base"', '"../base/index.js"'),)),
    Vendored("age-encryption/dist/io.js", "vendor/age/io.js", _imports("@noble/hashes/utils.js")),
    Vendored("age-encryption/dist/stream.js", "vendor/age/stream.js", _imports("@noble/ciphers/chacha.js")),
    Vendored("@scure/base/index.js", "vendor/base/index.js"),
    *(
        Vendored(f"@noble/hashes/{name}.js", f"vendor/hashes/{name}.js")
        for name in ("_md", "_u64", "hkdf", "hmac", "pbkdf2", "scrypt", "sha2", "utils")
    ),
)
# pdf.js. The builds for older browsers: the others need functions that our minimum version of Chrome lacks.
# Text comes with the id of its font only; its name tells what is bold.
FONT_NAME = Edit("fontFamily:e.fallbackName,", "fontFamily:e.fallbackName,fontName:e.name,")
# Fonts that are not in the file are named by these character maps: those that the PDF specification lists. They and the
# fonts that every viewer must have are packaged, because pdf.js would load them from a server.
_CMAPS = (
    *("GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K", "UniGB-UCS2", "UniGB-UTF16"),
    *("B5pc", "HKscs-B5", "ETen-B5", "ETenms-B5", "CNS-EUC", "UniCNS-UCS2", "UniCNS-UTF16"),
    *("90ms-RKSJ", "90msp-RKSJ", "Add-RKSJ", "EUC", "Ext-RKSJ", "UniJIS-UCS2", "UniJIS-UCS2-HW", "UniJIS-UTF16"),
    *("UniJIS2004-UTF16", "KSC-EUC", "KSCms-UHC", "KSCms-UHC-HW", "UniKS-UCS2", "UniKS-UTF16"),
)
_CMAP_FILES = (
    *(f"{name}-{direction}" for name in _CMAPS for direction in "HV"),
    *("H", "V", "83pv-RKSJ-H", "90pv-RKSJ-H", "KSCpc-EUC-H"),
    *(f"Adobe-{name}-UCS2" for name in ("CNS1", "GB1", "Japan1", "Korea1")),
)
_FOXIT_FONTS = (
    *("FoxitDingbats", "FoxitFixed", "FoxitFixedBold", "FoxitFixedBoldItalic", "FoxitFixedItalic", "FoxitSerif"),
    *("FoxitSerifBold", "FoxitSerifBoldItalic", "FoxitSerifItalic", "FoxitSymbol"),
)
_LIBERATION_FONTS = ("Bold", "BoldItalic", "Italic", "Regular")
_PDF_FONTS = (
    *(f"{name}.pfb" for name in _FOXIT_FONTS),
    *(f"LiberationSans-{name}.ttf" for name in _LIBERATION_FONTS),
)
PDF = (
    Vendored("pdfjs-dist/legacy/build/pdf.min.mjs", "vendor/pdf/pdf.min.mjs"),
    Vendored("pdfjs-dist/legacy/build/pdf.worker.min.mjs", "vendor/pdf/pdf.worker.min.mjs", (FONT_NAME,)),
    *(Vendored(f"pdfjs-dist/cmaps/{name}.bcmap", f"vendor/pdf/cmaps/{name}.bcmap") for name in _CMAP_FILES),
    *(Vendored(f"pdfjs-dist/standard_fonts/{name}", f"vendor/pdf/fonts/{name}") for name in _PDF_FONTS),
    *(
        Vendored(f"pdfjs-dist/wasm/{name}.wasm", f"vendor/pdf/wasm/{name}.wasm")
        for name in ("jbig2", "openjpeg", "qcms_bg")
    ),
)
_CIPHERS = ("_arx", "_poly1305", "_polyval", "aes", "chacha", "utils")

VENDORED = (
    Vendored("pyodide/pyodide.mjs", "vendor/pyodide.mjs", (NO_CDN, COMPILED_EARLY, NO_PYODIDE_MAP)),
    Vendored("pyodide/pyodide.asm.mjs", "vendor/pyodide.asm.mjs"),
    Vendored("pyodide/pyodide.asm.wasm", "vendor/pyodide.asm.wasm"),
    Vendored("onnxruntime-web/dist/ort.wasm.min.mjs", "vendor/ort.wasm.min.mjs", (NO_ORT_MAP,)),
    Vendored("onnxruntime-web/dist/ort-wasm-simd-threaded.mjs", "vendor/ort-wasm-simd-threaded.mjs"),
    Vendored("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm", "vendor/ort-wasm-simd-threaded.wasm"),
    *(Vendored(f"@noble/ciphers/{name}.js", f"vendor/ciphers/{name}.js") for name in _CIPHERS),
    *AGE,
    *PDF,
    Vendored("@mozilla/readability/Readability.js", "vendor/Readability.js"),
)


@dataclass(frozen=True, slots=True)
class Bundled:
    """A component compiled into Pyodide. `mark` is a text in Pyodide's binary that identifies the version."""

    name: str
    version: str
    licence: str
    mark: bytes
    targets: tuple[str, ...]


BUNDLED = (
    Bundled("CPython", "3.14.2", "PSF-2.0", b"\x003.14.2\x00", ("vendor/pyodide.asm.wasm", "vendor/python_stdlib.zip")),
    Bundled("SQLite", "3.39.0", "blessing", b"2022-06-25 14:57:57 14e166f40dbfa6e0", ("vendor/pyodide.asm.wasm",)),
)


@dataclass(frozen=True, slots=True)
class Included:
    """A component that an npm package contains under a licence of its own, whose text is the file `text`."""

    name: str
    version: str
    licence: str
    text: str
    targets: tuple[str, ...]


INCLUDED = (
    Included(
        "Adobe CMap resources",
        "2009",
        "BSD-3-Clause",
        "pdfjs-dist/cmaps/LICENSE",
        tuple(f"vendor/pdf/cmaps/{name}.bcmap" for name in _CMAP_FILES),
    ),
    Included(
        "PDFium fonts",
        "2014",
        "BSD-3-Clause",
        "pdfjs-dist/standard_fonts/LICENSE_FOXIT",
        tuple(f"vendor/pdf/fonts/{name}.pfb" for name in _FOXIT_FONTS),
    ),
    Included(
        "Liberation Sans",
        "2.00",
        "OFL-1.1",
        "pdfjs-dist/standard_fonts/LICENSE_LIBERATION",
        tuple(f"vendor/pdf/fonts/LiberationSans-{name}.ttf" for name in _LIBERATION_FONTS),
    ),
    Included(
        "PDFium JBIG2 decoder",
        "2014",
        "BSD-3-Clause",
        "pdfjs-dist/standard_fonts/LICENSE_FOXIT",
        ("vendor/pdf/wasm/jbig2.wasm",),
    ),
    Included("OpenJPEG", "2", "BSD-2-Clause", "pdfjs-dist/wasm/LICENSE_OPENJPEG", ("vendor/pdf/wasm/openjpeg.wasm",)),
    Included("qcms", "2024", "MIT", "pdfjs-dist/wasm/LICENSE_QCMS", ("vendor/pdf/wasm/qcms_bg.wasm",)),
)

# SPDX identifiers of the licences that packaged components may have.
LICENCES = frozenset({"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MPL-2.0", "OFL-1.1", "PSF-2.0", "blessing"})

# The installed Python packages that go into the extension, and the parts of them that nutshell.messages does not use.
PYTHON_PACKAGES = ("babel", "feedparser", "feedparser-sgmllib", "jinja2", "markupsafe")
LIBRARIES_LEFT_OUT = ("babel/languages.py", "babel/localtime/_win32.py", "babel/messages/", "babel/support.py")

# Only for the desktop and the command line.
CORE_LEFT_OUT = (
    "nutshell/cli/",
    "nutshell/hosts/desktop.py",
    "nutshell/hosts/native_generator.py",
    "nutshell/hosts/urllib_fetcher.py",
    "nutshell/py.typed",
)

# Parts of the standard library that nothing in the package imports, which a test checks: consoles, debuggers, servers,
# mail and file transfer, other platforms, other formats, and modules that need processes or threads.
STDLIB_LEFT_OUT = (
    "__hello__.py", "__phello__/", "_pyio.py", "_pyrepl/", "antigravity.py", "argparse.py", "asyncio/__main__.py",
    "asyncio/tools.py", "bdb.py", "cProfile.py", "cmd.py", "code.py", "colorsys.py", "compileall.py",
    "concurrent/futures/interpreter.py", "concurrent/futures/process.py", "concurrent/interpreters/",
    "configparser.py", "csv.py", "ctypes/", "doctest.py", "email/_header_value_parser.py",
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

_MODELS = (
    *("encoder", "salience", "centrality", "static", "interest", "topics", "nearest", "ranking", "recall"),
    *("cosine", "grounding", "ask", "same_event", "content", "gist"),
)
# Model name -> file under models/.
MODEL_FILES = {name: f"{name}/out/{name}.onnx" for name in _MODELS}
VOCABULARY = "encoder/out/vocab.txt"
# The language model. Only the larger package has it.
DECODER = "decoder"

# Largest size of the zip, in bytes.
ZIP_BUDGET = 42_000_000  # with the interface in seven languages; the models for them have a budget of their own
WORDS_BUDGET = 160_000_000  # with the language model
