// Starts Python inside Pyodide: from the snapshot of its memory that the build made (build/snapshot.mjs), where its
// modules are loaded and its templates compiled already; or, whatever is wrong with the snapshot, from the beginning.
//
// Pyodide would do one thing after the other: load its script, wait for the snapshot, only then compile its code. Here
// all of them begin at once, and they meet before the memory is filled.

import { responseBytes } from "./bytes.js";
import { sha256Hex } from "./digest.js";

const CORE = "/lib/nutshell.zip";

/**
 * @param {string} folder address of Pyodide's, with a slash at its end
 * @param {object} options for loadPyodide
 * @param {(path: string) => Promise<Response>} fetchPackaged gives a file of the package
 * @returns {Promise<object>} Pyodide, where `nutshell` can be imported
 */
export async function startPython(folder, options, fetchPackaged) {
  const code = WebAssembly.compileStreaming(fetchPackaged("vendor/pyodide.asm.wasm"));
  const script = import(`${folder}pyodide.asm.mjs`);
  const loader = import(`${folder}pyodide.mjs`);
  const core = fetchPackaged("engine/core.zip").then(responseBytes);
  const view = snapshot(core, fetchPackaged);
  for (const early of [code, script, view]) early.catch(() => {}); // told below
  const { loadPyodide } = await loader;
  const given = { ...options, indexURL: folder, _instantiate: (errors) => instantiating(code, errors) };
  const load = (more) => Promise.all([loadPyodide({ ...given, ...more }), code]); // Pyodide only warns when there is no code
  let pyodide;
  try {
    const createPyodideModule = async (settings) => {
      const { default: create } = await script;
      const [module, whole] = await Promise.all([create(settings), view]);
      restoring(module, settings.API, whole);
      return module;
    };
    [pyodide] = await load({ _loadSnapshot: new Uint8Array(0), createPyodideModule });
    (await view).buffer.transfer?.(0); // nobody reads it again
    pyodide.runPython("import random; random.seed()"); // or all copies would draw the same lots
  } catch (error) {
    console.warn("Starting without the snapshot:", error);
    [pyodide] = await load();
    pyodide.runPython(`import sys; sys.path.insert(0, "${CORE}")`);
  }
  pyodide.FS.writeFile(CORE, await core, { canOwn: true }); // no snapshot holds files
  return pyodide;
}

/** What Emscripten calls to make an instance of its code (an edit in build/layout.py): of ours, compiled already. */
function instantiating(code, errors) {
  return (imports, receive) => {
    const made = Promise.all([code, errors()]).then(async ([module, functions]) => {
      const { Jsv_GetError_import, JsvError_Check } = functions;
      Object.assign(imports.env, { Jsv_GetError_import, JsvError_Check });
      receive(await WebAssembly.instantiate(module, imports), module);
    });
    made.catch((error) => console.warn("Pyodide's code cannot be run:", error));
    return {};
  };
}

/** The bytes to start from. Rejects when they are damaged, or not of this core. */
async function snapshot(core, fetchPackaged) {
  const [expected, view] = await Promise.all([
    fetchPackaged("engine/snapshot.json").then((answer) => answer.json()),
    fetchPackaged("engine/snapshot.bin").then(responseBytes),
  ]);
  const [own, itsCore] = await Promise.all([sha256Hex(view), core.then(sha256Hex)]);
  if (own !== expected.sha256) throw new Error("engine/snapshot.bin is damaged");
  if (itsCore !== expected.core) throw new Error("engine/snapshot.bin is not of this engine/core.zip");
  return view;
}

/** Have Pyodide, which reads the header of a snapshot and takes what follows for all of the memory, restore this one. */
function restoring(module, API, view) {
  const restore = API.restoreSnapshot;
  const start = new Uint32Array(view.buffer, view.byteOffset, 2)[1];
  API.restoreSnapshot = () => {
    const objects = restore(view.subarray(0, start)); // and nothing after it
    apply(module, view.subarray(start));
    return objects;
  };
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
