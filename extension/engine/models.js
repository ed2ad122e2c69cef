// The model worker: onnxruntime-web and nothing else. See protocol.js.
// It may be ended at any time; whoever waits is told by the offscreen document.

import { allowPackageFetch, allowOnnxThreads, fetchPackaged, prefetchPackaged } from "./network-lockdown.js"; // first: see there
import { getDecoderEntry, readModelFile } from "./language-model-files.js";
import { sha256Hex } from "./digest.js";
import { Decoder } from "./decoder-session.js";
import { holdLock } from "./protocol.js";
import { measure } from "../user-timing.js";

const ROOT = new URL("../", import.meta.url);
const SMALLEST = "cosine";
// Their graphs are fused by hand (models/*/recipe.py): looking for more to fuse finds nothing that a run would notice, and
// takes a third of a second of a cold start, when onnxruntime's own code has not been optimized yet either.
const AS_THEY_ARE = new Set([SMALLEST, "encoder", "salience"]);

let ort;
let catalogue;
const sessions = new Map();
const ahead = new Map(); // model -> the promise of its files
let queue = Promise.resolve();
let decoder = null; // the promise of one
const stopped = new Set(); // ids of requests for text that nobody waits for

self.onmessage = async ({ data }) => {
  if (data.type === "ping") self.postMessage({ type: "pong" });
  if (data.type !== "start") return;
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
  // Its second script and its code, at once and not one after the other.
  const code = prefetchPackaged("vendor/ort-wasm-simd-threaded.wasm");
  import(new URL("vendor/ort-wasm-simd-threaded.mjs", ROOT).href).catch(() => {});
  const listed = fetchPackaged("models/manifest.json").then((answer) => answer.json());
  [ort, catalogue] = await Promise.all([import(new URL("vendor/ort.wasm.min.mjs", ROOT).href), listed]);
  ort.env.wasm.wasmPaths = new URL("vendor/", ROOT).href;
  ort.env.wasm.proxy = false;
  ort.env.wasm.numThreads = typeof SharedArrayBuffer === "undefined" ? 1 : threads;
  ort.env.logLevel = "error";
  // What will be wanted is read from the disk while onnxruntime's own code is compiled, and not before that: its first
  // session, of the smallest model, needs the code. A real request will say what is wrong.
  code.then(() => warm.forEach(fetchAhead));
  if (warm.length) queue = load(SMALLEST).catch(() => {});
  for (const model of warm) queue = queue.then(() => load(model)).catch(() => {});
  port.onmessage = ({ data }) => receive(port, data);
  measure("start onnxruntime", from);
}

function receive(port, message) {
  if (message.stop) {
    stopped.add(message.id);
    return;
  }
  // A session cannot run twice at once, and two sessions at once only share the same cores.
  queue = queue.then(() => (message.generate ? say(port, message) : run(port, message)));
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
      const data = tensor.data.slice(); // out of the wasm heap, into a buffer that can be handed over
      outputs[name] = { dtype: tensor.type, dims: [...tensor.dims], data };
      transfer.push(data.buffer);
      tensor.dispose();
    }
    port.postMessage({ id, outputs }, transfer);
  } catch (error) {
    port.postMessage({ id, error: String(error?.message ?? error) });
  }
}

/** Tokens as they are made, until the end or a stop; see protocol.js. */
async function say(port, { id, generate }) {
  try {
    decoder ??= openDecoder();
    const opened = await decoder;
    for await (const tokens of opened.generate(generate)) {
      if (tokens.length) port.postMessage({ id, tokens });
      await turn();
      if (stopped.has(id)) break;
    }
    port.postMessage({ id, done: true });
  } catch (error) {
    decoder = null;
    port.postMessage({ id, error: String(error?.message ?? error) });
  } finally {
    stopped.delete(id);
  }
}

/** Let messages in: a session computes without a pause. */
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), resolve());
    port2.postMessage(null);
  });
}

async function openDecoder() {
  const entry = await getDecoderEntry();
  if (!entry) throw new Error("There is no language model in this package.");
  catalogue.decoder = entry; // the package's, or one that the reader chose
  return new Decoder(ort, await create("decoder"), entry.vocabulary);
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
  const entry = catalogue[model];
  if (!entry) throw new Error(`There is no model named ${model} in the package.`);
  fetchAhead(model);
  const files = ahead.get(model);
  ahead.delete(model);
  const [graph, weights] = await files;
  const session = ort.InferenceSession.create(graph.bytes, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: AS_THEY_ARE.has(model) ? "disabled" : "all",
    enableMemPattern: false, // shapes differ from batch to batch
    ...(weights && { externalData: [{ path: entry.weights.file, data: weights.bytes }] }),
  });
  session.catch(() => {}); // a damaged file is told by its checksum
  try {
    await Promise.all([graph.whole, weights?.whole]); // nothing is run before
    await session;
  } finally {
    // The session has its own copy; the garbage collector would come for these only much later.
    session.catch(() => {}).then(() => [graph, weights].forEach((file) => file?.bytes.buffer.transfer?.(0)));
  }
  measure(`load ${model}`, from);
  return session;
}

/** Begin to read a model's files. */
function fetchAhead(model) {
  const entry = catalogue[model];
  if (!entry || sessions.has(model) || ahead.has(model)) return;
  const files = Promise.all([read(entry, entry.folder), entry.weights && read(entry.weights, entry.folder)]);
  files.catch(() => {}); // told to whoever asks
  ahead.set(model, files);
}

/** A file's bytes, and a promise that rejects when they are not the pinned ones: hashing runs beside the session's work. */
async function read({ file, sha256: pinned }, folder) {
  const bytes = await readModelFile({ file }, folder);
  const whole = sha256Hex(bytes).then((found) => {
    if (found !== pinned) throw new Error(`${file} is damaged: its checksum is wrong. ${folder ? "Choose its file" : "Install Nutshell"} again.`);
  });
  whole.catch(() => {});
  return { bytes, whole };
}
