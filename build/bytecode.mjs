// Compiles zip archives of Python sources with pyodide-build's own `pyodide py-compile`, run inside Pyodide, so that
// the bytecode is for the Python that runs it. Each archive in FOLDER is replaced by its compiled one.
// usage: node bytecode.mjs PYODIDE_FOLDER TOOLS_FOLDER FOLDER OPTIMIZATION_LEVEL
import { pathToFileURL } from "node:url";

const [indexURL, tools, folder, PYTHONOPTIMIZE] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${indexURL}/pyodide.mjs`).href);
// SOURCE_DATE_EPOCH makes py_compile write hashes instead of times (PEP 552), and zipfile one date for all files.
// With it and a fixed hash seed, the same sources always give the same bytes.
const env = { HOME: "/home", PYTHONHASHSEED: "0", PYTHONOPTIMIZE, SOURCE_DATE_EPOCH: "315532800" };
const pyodide = await loadPyodide({ indexURL, env });
for (const [path, root] of [["/tools", tools], ["/work", folder]]) {
  pyodide.FS.mkdir(path);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, path);
}
pyodide.runPython(`
import sys
sys.path.insert(0, "/tools")
from pyodide_build.cli.py_compile import main
main(["--silent", "--no-keep", "--compression-level", "0", "/work"], standalone_mode=False)
`);
