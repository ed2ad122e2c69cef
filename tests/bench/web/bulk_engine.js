// Embeds many texts with the engine worker's own parts: Pyodide, the core, and the model worker behind a port.

const ROOT = new URL("../", import.meta.url);
const running = new Map();
let last = 0;
let models;
let pyodide;

self.onmessage = async ({ data }) => {
  try {
    if (data.type === "start") await start(data.port);
    else self.postMessage({ type: "embedded", ...(await embed(data)) });
  } catch (error) {
    self.postMessage({ type: "broken", message: String(error?.message ?? error) });
  }
};

async function start(port) {
  models = port;
  port.onmessage = ({ data: { id, outputs, error } }) => {
    const { resolve, reject } = running.get(id);
    running.delete(id);
    if (error) reject(new Error(error));
    else resolve(Object.entries(outputs).map(([name, { dtype, dims, data }]) => [name, dtype, dims, data]));
  };
  const { loadPyodide } = await import(new URL("vendor/pyodide.mjs", ROOT).href);
  const [loaded, core, vocabulary] = await Promise.all([
    loadPyodide({
      indexURL: new URL("vendor/", ROOT).href,
      stdLibURL: new URL("vendor/python_stdlib.zip", ROOT).href,
      lockFileContents: { info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" }, packages: {} },
    }),
    fetch(new URL("engine/core.zip", ROOT)).then((answer) => answer.arrayBuffer()),
    fetch(new URL("models/vocab.txt", ROOT)).then((answer) => answer.text()),
  ]);
  pyodide = loaded;
  pyodide.FS.writeFile("/lib/nutshell.zip", new Uint8Array(core));
  pyodide.globals.set("run", runModel);
  pyodide.globals.set("vocabulary", vocabulary);
  pyodide.runPython(`
import json, sys, time
sys.path.insert(0, "/lib/nutshell.zip")
from nutshell.hosts.browser import WorkerModels
from nutshell.text import encoder, static_encoder
from nutshell.text.wordpiece import WordPiece

models = WorkerModels(run)

async def embed(name, texts):
    texts = json.loads(texts)
    wordpiece = WordPiece.from_vocab(vocabulary)  # an empty cache
    work = static_encoder.embed_static if name == "static" else encoder.embed
    started = time.perf_counter()
    vectors = await work(models, wordpiece, texts)
    taken = time.perf_counter() - started
    started = time.perf_counter()
    for text in texts:
        wordpiece.encode(text, 130)
    return json.dumps({"ms": 1000 * taken, "again": 1000 * (time.perf_counter() - started), "shape": vectors.shape})
`);
  self.postMessage({ type: "ready" });
}

/** Runs a model as engine.js does. */
function runModel(model, inputs) {
  return new Promise((resolve, reject) => {
    const message = { id: ++last, model, inputs: {} };
    const transfer = [];
    for (const [name, [dtype, dims, data]] of inputs) {
      message.inputs[name] = { dtype, dims, data };
      transfer.push(data.buffer);
    }
    running.set(message.id, { resolve, reject });
    models.postMessage(message, transfer);
  });
}

async function embed({ model, texts }) {
  return JSON.parse(await pyodide.globals.get("embed")(model, JSON.stringify(texts)));
}
