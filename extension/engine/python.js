// Starts Python with the core in it: from the memory snapshot that the build made (build/snapshot.mjs), where its
// modules are loaded and its templates compiled already; or, whatever is wrong with the snapshot, from the beginning.

import { sha256Hex } from "./digest.js";

const CORE = "/lib/nutshell.zip";

/**
 * @param {(options: object) => Promise<object>} loadPyodide
 * @param {object} options for it
 * @param {(path: string) => Promise<Response>} packaged gives a file of the package
 * @returns {Promise<object>} Pyodide, where `nutshell` can be imported
 */
export async function startPython(loadPyodide, options, packaged) {
  const core = packaged("engine/core.zip").then(bytes);
  const view = snapshot(core, packaged);
  view.catch(() => {}); // told below
  let pyodide;
  try {
    // Read and checked while Pyodide loads its own code; it then reads its own header of it, and the rest is for us to
    // put in place (an edit in build/layout.py).
    pyodide = await loadPyodide({ ...options, _loadSnapshot: view, _applySnapshot: apply });
    (await view).buffer.transfer?.(0); // Pyodide holds on to it, and nobody reads it again
    pyodide.runPython("import random; random.seed()"); // or all copies would draw the same lots
  } catch (error) {
    console.warn("Starting without the snapshot:", error);
    pyodide = await loadPyodide(options);
    pyodide.runPython(`import sys; sys.path.insert(0, "${CORE}")`);
  }
  pyodide.FS.writeFile(CORE, await core, { canOwn: true }); // no snapshot holds files
  return pyodide;
}

/** The bytes to start from. Rejects when they are damaged, or not of this core. */
async function snapshot(core, packaged) {
  const [expected, view] = await Promise.all([
    packaged("engine/snapshot.json").then((answer) => answer.json()),
    packaged("engine/snapshot.bin").then(bytes),
  ]);
  const [own, itsCore] = await Promise.all([sha256Hex(view), core.then(sha256Hex)]);
  if (own !== expected.sha256) throw new Error("engine/snapshot.bin is damaged");
  if (itsCore !== expected.core) throw new Error("engine/snapshot.bin is not of this engine/core.zip");
  return view;
}

/** Write the runs of `payload` (build/snapshot.mjs) into the memory of a fresh Emscripten module. */
function apply(module, payload) {
  const [size, count] = new Uint32Array(payload.slice(0, 8).buffer);
  if (module.HEAPU8.length < size) module.growMemory(size);
  const memory = module.HEAPU8;
  const table = new Uint32Array(payload.slice(8, 8 + 8 * count).buffer);
  let from = 8 + 8 * count;
  for (let run = 0; run < table.length; run += 2) {
    const length = table[run + 1];
    memory.set(payload.subarray(from, from + length), table[run]);
    from += length;
  }
}

async function bytes(answer) {
  return new Uint8Array(await answer.arrayBuffer());
}
