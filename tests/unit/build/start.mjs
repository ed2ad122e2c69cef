// usage: node start.mjs PACKAGE_FOLDER MODULE
// Starts the packaged Pyodide without a snapshot, imports MODULE, and prints the time in ms as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, module] = process.argv.slice(2);
const started = performance.now();
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
pyodide.runPython("import sys; sys.path.insert(0, '/lib/nutshell.zip')");
pyodide.pyimport(module);
console.log(JSON.stringify({ ms: Math.round(performance.now() - started), module }));
