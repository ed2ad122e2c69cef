// The model worker: runs ONNX models with onnxruntime-web. See protocol.js.
// It may be ended at any time. The offscreen document then tells the engine worker.

import { allowOnnxThreads, allowPackageFetch, fetchPackaged, prefetchPackaged } from "./network-lockdown.js"; // must be the first import
import { getDecoderEntry, readModelFile } from "./language-model-files.js";
import { sha256Hex } from "./digest.js";
import { DecoderSession } from "./decoder-session.js";
import { text, useLanguage } from "../messages.js";
import { holdLock } from "./protocol.js";
import { measure } from "../user-timing.js";

const ROOT = new URL("../", import.meta.url);
const SMALLEST_MODEL = "cosine";
// The graphs of these are fused by their recipes (models/*/recipe.py). onnxruntime's own optimizer finds nothing useful in
// them and would take a third of a second of a cold start.
const SKIP_OPTIMIZATION = new Set([SMALLEST_MODEL, "content", "encoder", "salience"]);

let ort;
let manifest;
const sessions = new Map();
const prefetchedFiles = new Map(); // model -> Promise of its files
let queue = Promise.resolve();
let decoder = null; // Promise<DecoderSession>

self.onmessage = async ({ data }) => {
  if (data.type === "ping") self.postMessage({ type: "pong" });
  if (data.type !== "start") return;
  useLanguage(data.language);
  await holdLock(data.lock);
  try {
    await start(data);
    self.postMessage({ type: "ready" });
  } catch (error) {
    self.postMessage({ type: "broken", message: String(error?.message ?? error) });
  }
};

async function start({ port, threads, warm = [] }) {
  const from = performance.now();
  allowOnnxThreads("vendor/ort-wasm-simd-threaded.mjs");
  allowPackageFetch(); // onnxruntime-web fetches its own files
  // Loads its second script and its code in parallel.
  const code = prefetchPackaged("vendor/ort-wasm-simd-threaded.wasm");
  import(new URL("vendor/ort-wasm-simd-threaded.mjs", ROOT).href).catch(() => {});
  const manifestJson = fetchPackaged("models/manifest.json").then((response) => response.json());
  [ort, manifest] = await Promise.all([import(new URL("vendor/ort.wasm.min.mjs", ROOT).href), manifestJson]);
  ort.env.wasm.wasmPaths = new URL("vendor/", ROOT).href;
  ort.env.wasm.proxy = false;
  ort.env.wasm.numThreads = typeof SharedArrayBuffer === "undefined" ? 1 : threads;
  ort.env.logLevel = "error";
  // Model files are read while onnxruntime's code is compiled, but not before it was read: the first session, of the
  // smallest model, needs it. Errors surface in the requests that follow.
  code.then(() => warm.forEach(prefetchModel));
  if (warm.length) queue = load(SMALLEST_MODEL).catch(() => {});
  for (const model of warm) queue = queue.then(() => load(model)).catch(() => {});
  port.onmessage = ({ data }) => receive(port, data);
  measure("start onnxruntime", from);
}

function receive(port, message) {
  // A session can't run twice at once, and two sessions would only share the same cores.
  queue = queue.then(() => (message.decode ? decode(port, message) : run(port, message)));
}

async function run(port, { id, model, inputs }) {
  try {
    const session = await load(model);
    const feeds = {};
    for (const [name, { dtype, dims, data }] of Object.entries(inputs)) {
      feeds[name] = new ort.Tensor(dtype, data, dims);
    }
    const from = performance.now();
    const results = await session.run(feeds);
    measure(`run ${model}`, from);
    const outputs = {};
    const transfer = [];
    for (const [name, tensor] of Object.entries(results)) {
      const data = tensor.data.slice(); // copies from the WASM heap to a transferable buffer
      outputs[name] = { dtype: tensor.type, dims: [...tensor.dims], data };
      transfer.push(data.buffer);
      tensor.dispose();
    }
    port.postMessage({ id, outputs }, transfer);
  } catch (error) {
    port.postMessage({ id, error: String(error?.message ?? error) });
  }
}

/** Runs the language model once. See protocol.js. */
async function decode(port, { id, decode: request }) {
  try {
    decoder ??= openDecoder();
    const session = await decoder;
    const from = performance.now();
    const result = await session.run(request);
    measure("run decoder", from);
    port.postMessage({ id, result });
  } catch (error) {
    decoder = null;
    port.postMessage({ id, error: String(error?.message ?? error) });
  }
}

async function openDecoder() {
  const entry = await getDecoderEntry();
  if (!entry) throw new Error(text("language_model.missing"));
  manifest.decoder = entry; // the package's or the user's own
  return new DecoderSession(ort, await create("decoder"));
}

function load(model) {
  if (!sessions.has(model)) {
    const session = create(model);
    session.catch(() => sessions.delete(model));
    sessions.set(model, session);
  }
  return sessions.get(model);
}

async function create(model) {
  const from = performance.now();
  const entry = manifest[model];
  if (!entry) throw new Error(text("model.unknown", { model }));
  prefetchModel(model);
  const files = prefetchedFiles.get(model);
  prefetchedFiles.delete(model);
  const [graph, weights] = await files;
  const session = ort.InferenceSession.create(graph.bytes, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: SKIP_OPTIMIZATION.has(model) ? "disabled" : "all",
    enableMemPattern: false, // shapes differ from batch to batch
    ...(weights && { externalData: [{ path: entry.weights.file, data: weights.bytes }] }),
  });
  session.catch(() => {}); // for a damaged file, the checksum error below is more useful
  try {
    await Promise.all([graph.verified, weights?.verified]);
    await session;
  } finally {
    // Frees the buffers at once: the session has its own copy, and garbage collection would take much longer.
    session.catch(() => {}).then(() => [graph, weights].forEach((file) => file?.bytes.buffer.transfer?.(0)));
  }
  measure(`load ${model}`, from);
  return session;
}

/** Starts reading a model's files. */
function prefetchModel(model) {
  const entry = manifest[model];
  if (!entry || sessions.has(model) || prefetchedFiles.has(model)) return;
  const files = Promise.all([read(entry, entry.folder), entry.weights && read(entry.weights, entry.folder)]);
  files.catch(() => {}); // surfaces in `create`
  prefetchedFiles.set(model, files);
}

/** Returns a file's bytes, and a promise that rejects if their hash is wrong: hashing runs while the session is created. */
async function read({ file, sha256: pinned }, folder) {
  const bytes = await readModelFile({ file }, folder);
  const verified = sha256Hex(bytes).then((hash) => {
    if (hash !== pinned) throw new Error(folder ? text("language_model.damaged", { file }) : text("model.damaged", { file }));
  });
  verified.catch(() => {});
  return { bytes, verified };
}
