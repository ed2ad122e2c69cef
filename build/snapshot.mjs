// Takes a snapshot of Pyodide's memory once the core is loaded and its templates are compiled: what the engine worker
// starts from (extension/engine/python.js). Only what differs from the memory of a fresh instance is written, which
// halves it: the constants of the WebAssembly module are there already.
// usage: node snapshot.mjs PYODIDE_FOLDER STDLIB.zip CORE.zip VOCABULARY OUT
//
// Little-endian: Pyodide's own header and table of JavaScript objects, whole; then u32 bytes of memory, u32 runs,
// [u32 offset, u32 length] for each run, and the bytes of all runs one after the other.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const GRAIN = 64; // finer costs more in the table than it saves

const [folder, stdlib, core, vocabulary, out] = process.argv.slice(2);
sameEverywhere();
const fresh = remembered();
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({
  indexURL: folder,
  stdLibURL: stdlib,
  // As the engine worker gives it; the seed is fixed so that the same sources give the same bytes.
  env: { HOME: "/home/nutshell", PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0" },
  _makeSnapshot: true,
});
pyodide.FS.writeFile("/lib/nutshell.zip", await readFile(core));
pyodide.globals.set("vocabulary", await readFile(vocabulary, "utf8"));
pyodide.runPython(`
import sys
sys.path.insert(0, "/lib/nutshell.zip")
from nutshell.hosts import browser
browser.warm(vocabulary)
del vocabulary
import gc, random
random.seed(0)  # no chance of this machine's; the engine seeds it anew from the system's
gc.collect()
`);
const snapshot = pyodide.makeMemorySnapshot();
const start = new DataView(snapshot.buffer).getUint32(4, true);
await writeFile(out, packed(snapshot.subarray(0, start), snapshot.subarray(start), await fresh));

/** Time stands still, chance is none and nothing is known of this machine: the snapshot must not depend on them. */
function sameEverywhere() {
  const then = Date.UTC(1980, 0, 1);
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...when) {
      super(...(when.length ? when : [then]));
    }
    static now() {
      return then;
    }
  };
  performance.now = () => 0;
  process.hrtime = Object.assign(() => [0, 0], { bigint: () => 0n });
  crypto.getRandomValues = (array) => array.fill(0);
  process.argv = ["node", "nutshell"];
}

/** Resolves to a copy of the memory as it is before the first instruction of the next module with one is run. */
function remembered() {
  return new Promise((resolve) => {
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = async (source, imports) => {
      const made = await instantiate(source, imports);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) resolve(new Uint8Array(memory.buffer.slice(0)));
      return made;
    };
  });
}

function packed(header, memory, before) {
  const runs = [];
  for (let at = 0; at < memory.length; at += GRAIN) {
    const grain = memory.subarray(at, at + GRAIN);
    if (grain.every((byte, place) => byte === (before[at + place] ?? 0))) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === at) last[1] += grain.length;
    else runs.push([at, grain.length]);
  }
  const table = new Uint8Array(new Uint32Array([memory.length, runs.length, ...runs.flat()]).buffer);
  return Buffer.concat([header, table, ...runs.map(([at, length]) => memory.subarray(at, at + length))]);
}
