// Starts Python in Pyodide, from the memory snapshot that the build made (build/snapshot.mjs), in which modules are imported
// and templates compiled. If the snapshot can't be used, Python starts from scratch.
//
// Pyodide would load its script, wait for the snapshot and then compile its code, one after the other. Here all of these
// start at once.

import { responseBytes } from "./bytes.js";
import { sha256Hex } from "./digest.js";

const CORE_PATH = "/lib/nutshell.zip";

/**
 * @param {string} folder URL of Pyodide's folder, with a trailing slash
 * @param {object} options for loadPyodide
 * @param {(path: string) => Promise<Response>} fetchPackaged fetches a file of the package
 * @returns {Promise<object>} Pyodide, with `nutshell` importable
 */
export async function startPython(folder, options, fetchPackaged) {
  const code = WebAssembly.compileStreaming(fetchPackaged("vendor/pyodide.asm.wasm"));
  const script = import(`${folder}pyodide.asm.mjs`);
  const loader = import(`${folder}pyodide.mjs`);
  const core = fetchPackaged("engine/core.zip").then(responseBytes);
  const snapshot = loadSnapshot(core, fetchPackaged);
  for (const promise of [code, script, snapshot]) promise.catch(() => {}); // errors surface where they are awaited
  const { loadPyodide } = await loader;
  const baseOptions = { ...options, indexURL: folder, _instantiate: (errors) => instantiator(code, errors) };
  const load = (more) => Promise.all([loadPyodide({ ...baseOptions, ...more }), code]); // without `code` Pyodide only warns
  let pyodide;
  try {
    const createPyodideModule = async (settings) => {
      const { default: create } = await script;
      const [module, bytes] = await Promise.all([create(settings), snapshot]);
      patchRestore(module, settings.API, bytes);
      return module;
    };
    [pyodide] = await load({ _loadSnapshot: new Uint8Array(0), createPyodideModule });
    (await snapshot).buffer.transfer?.(0); // frees the bytes
    pyodide.runPython("import random; random.seed()"); // otherwise every start would get the same random numbers
  } catch (error) {
    console.warn("Starting without the snapshot:", error);
    [pyodide] = await load();
    pyodide.runPython(`import sys; sys.path.insert(0, "${CORE_PATH}")`);
  }
  pyodide.FS.writeFile(CORE_PATH, await core, { canOwn: true }); // snapshots hold no files
  return pyodide;
}

/** Returns Emscripten's `instantiateWasm`, for code that is compiled already (see the edit in build/layout.py). */
function instantiator(code, errors) {
  return (imports, receive) => {
    const instance = Promise.all([code, errors()]).then(async ([module, functions]) => {
      const { Jsv_GetError_import, JsvError_Check } = functions;
      Object.assign(imports.env, { Jsv_GetError_import, JsvError_Check });
      receive(await WebAssembly.instantiate(module, imports), module);
    });
    instance.catch((error) => console.warn("Could not run Pyodide's code:", error));
    return {};
  };
}

/** Returns the bytes of the snapshot. Rejects if they are damaged or belong to another core. */
async function loadSnapshot(core, fetchPackaged) {
  const [expected, bytes] = await Promise.all([
    fetchPackaged("engine/snapshot.json").then((response) => response.json()),
    fetchPackaged("engine/snapshot.bin").then(responseBytes),
  ]);
  const [hash, coreHash] = await Promise.all([sha256Hex(bytes), core.then(sha256Hex)]);
  if (hash !== expected.sha256) throw new Error("engine/snapshot.bin is damaged");
  if (coreHash !== expected.core) throw new Error("engine/snapshot.bin is not of this engine/core.zip");
  return bytes;
}

/** Makes Pyodide restore this snapshot. It takes everything after the header for memory; ours holds only the non-zero runs. */
function patchRestore(module, API, bytes) {
  const restore = API.restoreSnapshot;
  const headerSize = new Uint32Array(bytes.buffer, bytes.byteOffset, 2)[1];
  API.restoreSnapshot = () => {
    const objects = restore(bytes.subarray(0, headerSize));
    writeRuns(module, bytes.subarray(headerSize));
    return objects;
  };
}

/** Writes the runs of `payload` (build/snapshot.mjs) into the memory of a fresh Emscripten module. */
function writeRuns(module, payload) {
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
