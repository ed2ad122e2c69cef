// The model worker: onnxruntime-web and nothing else. See protocol.js.
// It may be ended at any time; whoever waits is told by the offscreen document.

import { allowPackage, packaged } from "./quiet.js"; // first: see there
import { sha256Hex } from "./digest.js";
import { Decoder } from "./generate.js";
import { holdLock } from "./protocol.js";
import { span } from "../span.js";

const ROOT = new URL("../", import.meta.url);

let ort;
let catalogue;
const sessions = new Map();
let queue = Promise.resolve();
let decoder = null; // the promise of one
const stopped = new Set(); // ids of requests for text that nobody waits for

self.onmessage = async ({ data }) => {
  if (data.type !== "start") return;
  await holdLock(data.lock);
  try {
    await start(data);
    self.postMessage({ type: "ready" });
  } catch (error) {
    self.postMessage({ type: "broken", message: String(error?.message ?? error) });
  }
};

async function start({ port, threads }) {
  const from = performance.now();
  allowPackage(); // onnxruntime-web fetches its own files
  ort = await import(new URL("vendor/ort.wasm.min.mjs", ROOT).href);
  ort.env.wasm.wasmPaths = new URL("vendor/", ROOT).href;
  ort.env.wasm.proxy = false;
  ort.env.wasm.numThreads = typeof SharedArrayBuffer === "undefined" ? 1 : threads;
  ort.env.logLevel = "error";
  catalogue = await (await packaged("models/manifest.json")).json();
  port.onmessage = ({ data }) => receive(port, data);
  span("start onnxruntime", from);
}

function receive(port, message) {
  if (message.warm) {
    // One after the other, while nothing else is asked; a real request will say what is wrong.
    queue = queue.then(() => load(message.warm)).catch(() => {});
    return;
  }
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
    span(`run ${model}`, from);
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
  const entry = catalogue.decoder;
  if (!entry) throw new Error("There is no language model in this package.");
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
  const [bytes, weights] = await Promise.all([read(entry), entry.weights && read(entry.weights)]);
  // Hashing runs beside the session's own work; nothing is run before both are done.
  const session = ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
    enableMemPattern: false, // shapes differ from batch to batch
    ...(weights && { externalData: [{ path: entry.weights.file, data: new Uint8Array(weights) }] }),
  });
  session.catch(() => {}); // a damaged file is told by its checksum, below
  await check(entry, bytes);
  if (weights) await check(entry.weights, weights);
  await session;
  span(`load ${model}`, from);
  return session;
}

async function read({ file }) {
  return (await packaged(`models/${file}`)).arrayBuffer();
}

async function check({ file, sha256: pinned }, bytes) {
  if ((await sha256Hex(bytes)) !== pinned) {
    throw new Error(`${file} is damaged: its checksum is wrong. Install Nutshell again.`);
  }
}
