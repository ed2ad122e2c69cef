// Takes a snapshot of Pyodide's memory after the core is loaded and its templates are compiled. The engine worker starts
// from it (extension/engine/python.js). Only bytes that differ from the memory of a fresh instance are written. That
// halves the file, because a fresh instance already has the constants of the WebAssembly module.
// usage: node snapshot.mjs PYODIDE_FOLDER STDLIB.zip CORE.zip VOCABULARY OUT
//
// Format, little-endian: Pyodide's header and table of JavaScript objects, unchanged; u32 memory size in bytes; u32
// number of runs; [u32 offset, u32 length] for each run; the bytes of all runs, concatenated.
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const GRAIN = 64; // a smaller grain costs more in the table of runs than it saves

const [folder, stdlib, core, vocabulary, out] = process.argv.slice(2);
makeDeterministic();
const fresh = captureFreshMemory();
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const pyodide = await loadPyodide({
  indexURL: folder,
  stdLibURL: stdlib,
  // The same environment as in the engine worker, with a fixed hash seed so that the same sources give the same bytes.
  // PYTHONTZPATH stops zoneinfo from loading sysconfig's large data module to look it up.
  env: {
    HOME: "/home/nutshell",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONHASHSEED: "0",
    PYTHONTZPATH: "/usr/share/zoneinfo",
  },
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
random.seed(0)  # the engine seeds it again from the system's source
gc.collect()
`);
const snapshot = pyodide.makeMemorySnapshot();
const start = new DataView(snapshot.buffer).getUint32(4, true);
await writeFile(out, pack(snapshot.subarray(0, start), snapshot.subarray(start), await fresh));

/** Fixes the clock, random numbers and process arguments, so that the snapshot does not depend on the machine. */
function makeDeterministic() {
  const fixed = Date.UTC(1980, 0, 1);
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length ? parts : [fixed]));
    }
    static now() {
      return fixed;
    }
  };
  performance.now = () => 0;
  process.hrtime = Object.assign(() => [0, 0], { bigint: () => 0n });
  crypto.getRandomValues = (array) => array.fill(0);
  process.argv = ["node", "nutshell"];
}

/** Resolves to a copy of the memory of the next WebAssembly module that has one, before it runs. */
function captureFreshMemory() {
  return new Promise((resolve) => {
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = async (source, imports) => {
      const result = await instantiate(source, imports);
      const memory = (result.instance ?? result).exports.memory;
      if (memory) resolve(new Uint8Array(memory.buffer.slice(0)));
      return result;
    };
  });
}

/** Returns the header, the table of runs where `memory` differs from `before`, and their bytes. */
function pack(header, memory, before) {
  const runs = [];
  for (let offset = 0; offset < memory.length; offset += GRAIN) {
    const grain = memory.subarray(offset, offset + GRAIN);
    if (grain.every((byte, index) => byte === (before[offset + index] ?? 0))) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === offset) last[1] += grain.length;
    else runs.push([offset, grain.length]);
  }
  const table = new Uint8Array(new Uint32Array([memory.length, runs.length, ...runs.flat()]).buffer);
  return Buffer.concat([header, table, ...runs.map(([offset, length]) => memory.subarray(offset, offset + length))]);
}
