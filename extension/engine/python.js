// Starts Python inside Pyodide: from the snapshot of its memory that the build made (build/snapshot.mjs), where its
// modules are loaded and its templates compiled already; or, whatever is wrong with the snapshot, from the beginning.
//
// Pyodide would do one thing after the other: load its script, wait for the snapshot, only then compile its code. Here
// all of them begin at once, and they meet before the memory is filled.

const CORE = "/lib/nutshell.zip";
const STDLIB = "/lib/python314.zip"; // as Pyodide names it

/**
 * @param {string} folder address of Pyodide's, with a slash at its end
 * @param {object} options for loadPyodide
 * @param {(path: string) => Promise<Response>} packaged gives a file of the package
 * @param {(path: string, sha256: string) => Promise<{bytes: Uint8Array, whole: Promise<void>}>} quick gives a large one (copies.js)
 * @returns {Promise<object>} Pyodide, where `nutshell` can be imported
 */
export async function startPython(folder, options, packaged, quick) {
  const code = WebAssembly.compileStreaming(packaged("vendor/pyodide.asm.wasm"));
  const script = import(`${folder}pyodide.asm.mjs`);
  const loader = import(`${folder}pyodide.mjs`);
  const files = snapshot(packaged, quick);
  for (const early of [code, script, files]) early.catch(() => {}); // told below
  const { loadPyodide } = await loader;
  const given = { ...options, indexURL: folder, _instantiate: (errors) => instantiating(code, errors) };
  const load = (more) => Promise.all([loadPyodide({ ...given, ...more }), code]); // Pyodide only warns when there is no code
  try {
    const createPyodideModule = async (settings) => {
      const { default: create } = await script;
      const [module, { view }] = await Promise.all([create(settings), files]);
      restoring(module, settings.API, view);
      return module;
    };
    // No snapshot holds files: the archives are put in place once there is something to read them. Until then any file will do.
    const stdLibURL = `${folder}../engine/snapshot.json`;
    const [pyodide] = await load({ _loadSnapshot: new Uint8Array(0), createPyodideModule, stdLibURL });
    const { view, core, stdlib } = await files;
    view.buffer.transfer?.(0); // nobody reads it again
    pyodide.FS.writeFile(CORE, core, { canOwn: true });
    pyodide.FS.writeFile(STDLIB, stdlib, { canOwn: true });
    pyodide.runPython("import random; random.seed()"); // or all copies would draw the same lots
    return pyodide;
  } catch (error) {
    console.warn("Starting without the snapshot:", error);
    const [pyodide] = await load();
    pyodide.FS.writeFile(CORE, new Uint8Array(await (await packaged("engine/core.zip")).arrayBuffer()), { canOwn: true });
    pyodide.runPython(`import sys; sys.path.insert(0, "${CORE}")`);
    return pyodide;
  }
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

/** The snapshot and the archives that it was made from. Rejects when any of them is not what the build pinned. */
async function snapshot(packaged, quick) {
  const pinned = await (await packaged("engine/snapshot.json")).json();
  const read = async (path, sha256) => {
    const { bytes, whole } = await quick(path, sha256);
    await whole;
    return bytes;
  };
  const [view, core, stdlib] = await Promise.all([
    read("engine/snapshot.bin", pinned.sha256),
    read("engine/core.zip", pinned.core),
    read("vendor/python_stdlib.zip", pinned.stdlib),
  ]);
  return { view, core, stdlib };
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
