// Compiles a zip of Python sources to a zip of .pyc with the Python that will run them: Pyodide's own.
// usage: node bytecode.mjs PYODIDE_FOLDER SOURCES.zip COMPILED.zip OPTIMIZATION_LEVEL
//
// The .pyc are "unchecked hash" ones (PEP 552): no time stamp in them, and no source looked for. Only bytes go in,
// the hash seed is fixed and the names are sorted, so that the same sources always give the same archive.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, sources, compiled, level] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({ indexURL: folder, env: { PYTHONHASHSEED: "0" } });
pyodide.FS.writeFile("/sources.zip", await readFile(sources));
pyodide.runPython(`
import _imp
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

with zipfile.ZipFile("/sources.zip") as sources, zipfile.ZipFile("/compiled.zip", "w") as compiled:
    for name in sorted(sources.namelist()):
        source = sources.read(name)
        code = compile(source, name, "exec", dont_inherit=True, optimize=${Number(level)})
        pyc = _code_to_hash_pyc(code, _imp.source_hash(_imp.pyc_magic_number_token, source), checked=False)
        compiled.writestr(zipfile.ZipInfo(name + "c"), bytes(pyc))
`);
await writeFile(compiled, pyodide.FS.readFile("/compiled.zip"));
