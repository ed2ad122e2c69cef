// usage: node python.mjs PACKAGE_FOLDER [NAME=FILE...]
// Starts Python as the engine worker does (extension/engine/python.js). Replaces packaged files by FILE, or removes them
// if FILE is empty. Prints what was loaded as JSON.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, ...pairs] = process.argv.slice(2);
const replaced = new Map(pairs.map((pair) => pair.split("=")));
const load = (path) => import(pathToFileURL(`${folder}/${path}`).href);
const { startPython } = await load("engine/python.js");

let warning = "";
console.warn = (text, error) => (warning ||= `${text} ${error?.message ?? ""}`);

async function fetchPackaged(path) {
  const file = replaced.get(path) ?? `${folder}/${path}`;
  if (!file) throw new Error(`${path} is missing from the package.`);
  const type = file.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(await readFile(file), { headers: { "content-type": type } });
}

const pyodide = await startPython(
  `${folder}/vendor/`,
  {
    stdLibURL: `${folder}/vendor/python_stdlib.zip`,
    lockFileContents: {
      info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
      packages: {},
    },
    env: { HOME: "/home/nutshell", PYTHONDONTWRITEBYTECODE: "1" },
  },
  fetchPackaged,
);
const found = pyodide.runPython(`
import datetime, json, sys
loaded = "nutshell.app" in sys.modules
import random
import tracemalloc  # not in the snapshot, so this needs the standard library
import nutshell.hosts.browser
from nutshell import views
json.dumps({
    "loaded": loaded,
    "random": random.getrandbits(64),
    "utc_offset_hours": datetime.datetime(2026, 1, 1).astimezone().utcoffset().total_seconds() / 3600,
    "html": views.render_notice("pdf"),
})
`);
console.log(JSON.stringify({ warning, ...JSON.parse(found) }));
