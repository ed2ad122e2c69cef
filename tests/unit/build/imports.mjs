// usage: node imports.mjs PACKAGE_FOLDER
// Prints which modules the packaged Python imports but does not have, as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/vendor/pyodide.mjs`).href);
const pyodide = await loadPyodide({
  indexURL: `${folder}/vendor/`,
  stdLibURL: `${folder}/vendor/python_stdlib.zip`,
  lockFileContents: {
    info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
    packages: {},
  },
});
pyodide.FS.writeFile("/lib/nutshell.zip", readFileSync(`${folder}/engine/core.zip`));
const found = pyodide.runPython(`
import importlib, importlib.util, json, marshal, sys, types, zipfile
import dis

sys.path.insert(0, "/lib/nutshell.zip")
STDLIB = next(path for path in sys.path if path.endswith(".zip") and "python" in path)

def modules(archive):
    with zipfile.ZipFile(archive) as zipped:
        for name in zipped.namelist():
            if name.endswith(".pyc"):
                parts = name.removesuffix(".pyc").split("/")
                package = parts[-1] == "__init__"
                yield ".".join(parts[:-1] if package else parts), package, marshal.loads(zipped.read(name)[16:])

def imports(code):
    """Yields (module, level) for every import statement, also inside functions."""
    before = [None, None]
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            yield step.argval, before[0]
        before = [before[1], step.argval]
    for part in code.co_consts:
        if isinstance(part, types.CodeType):
            yield from imports(part)

missing, imported = set(), 0
# Every module that the core and its libraries import can be found.
for module, package, code in modules("/lib/nutshell.zip"):
    for name, level in imports(code):
        base = module if package else module.rpartition(".")[0]
        wanted = importlib.util.resolve_name("." * level + name, base) if level else name
        imported += 1
        try:
            there = importlib.util.find_spec(wanted) is not None
        except ModuleNotFoundError:
            there = False
        if not there:
            missing.add((module, wanted))
# Every module of the trimmed standard library can be imported.
for module, package, code in modules(STDLIB):
    if module.startswith("encodings.") or module.endswith("__main__"):
        continue
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing.add((module, error.name))
    except Exception:
        pass  # fails for another reason, such as a module for another platform
json.dumps({"statements": imported, "missing": sorted(missing)})
`);
console.log(found);
