// The engine worker: Pyodide, the core and SQLite. See protocol.js. It owns the reader's data.

import { allowPackageFetch, revokePackageFetch, fetchPackaged, prefetchPackaged } from "./network-lockdown.js"; // first: see there
import { Fetcher } from "./fetcher.js";
import { LockError } from "./lock-file.js";
import { holdLock } from "./protocol.js";
import { startPython } from "./python.js";
import { Storage } from "./storage.js";
import { measure } from "../user-timing.js";
import { Words } from "./language-model.js";

const ROOT = new URL("../", import.meta.url);
const MOUNT = "/data";
// What Pyodide wants to know of a lock file: the `info` of its own pyodide-lock.json.
const LOCK_INFO = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };
const PYTHON = {
  stdLibURL: new URL("vendor/python_stdlib.zip", ROOT).href,
  lockFileContents: { info: LOCK_INFO, packages: {} }, // nothing is ever loaded by name
  env: { HOME: "/home/nutshell", PYTHONDONTWRITEBYTECODE: "1" },
};

let engine = null;
let pyodide, vocabulary;
let storage = null;
let problem = ""; // why there is no storage
let changingLock = Promise.resolve();
const waitingForModels = [];
const running = new Map();
let models = null;
let lastRun = 0;
const asked = new Map(); // request -> its name, and when it came
const askingToReach = new Map();
const fetcher = new Fetcher(hasHostPermission);
const words = new Words((message) => self.postMessage(message));

self.onmessage = async ({ data }) => {
  switch (data.type) {
    case "start":
      await holdLock(data.lock);
      try {
        engine = await start();
        self.postMessage({ type: "ready" });
      } catch (error) {
        self.postMessage({ type: "broken", message: String(error?.message ?? error) });
      }
      break;
    case "request":
      asked.set(data.id, [data.name, performance.now()]);
      if (data.name.startsWith("lock.")) {
        changingLock = changingLock.then(() => answerLock(data.id, data.name, data.payload));
      } else if (engine) {
        engine.handle(data.id, data.name, data.payload, reply);
      } else {
        reply("error", data.id, "locked", "Nutshell is locked.");
      }
      break;
    case "cancel":
      engine?.cancel(data.id);
      break;
    case "models":
      attachModels(data.port);
      break;
    case "models-lost":
      detachModels(data.message);
      break;
    case "words":
      words.attach(data.port);
      break;
    case "words-lost":
      words.detach(data.message);
      break;
    case "may-reach":
      askingToReach.get(data.url)?.(data.allowed);
      break;
    case "ping":
      self.postMessage({ type: "pong" });
      break;
  }
};

function reply(type, id, first, second, third, part = "") {
  if (type === "progress") {
    self.postMessage({ type, id, stage: first, done: second, total: third, part });
    return;
  }
  measure(...(asked.get(id) ?? ["answer", performance.now()]));
  asked.delete(id);
  if (type === "answer") self.postMessage({ type, id, json: first });
  else self.postMessage({ type, id, code: first, message: second });
}

async function start() {
  const from = performance.now();
  allowPackageFetch(); // Pyodide fetches its own files
  prefetchPackaged("vendor/python_stdlib.zip");
  [pyodide, vocabulary, { storage, problem }] = await Promise.all([
    startPython(new URL("vendor/", ROOT).href, PYTHON, fetchPackaged),
    text("models/vocab.txt"),
    openStorage(),
  ]);
  revokePackageFetch(); // from here on only `fetcher` reaches out
  measure("start Python", from);
  tellLock();
  return storage?.locked ? null : startCore(); // locked: until the passphrase is there
}

function startCore() {
  const started = performance.now();
  const mounted = storage ? storage.mount(pyodide.FS, pyodide.ERRNO_CODES, MOUNT) : { path: "", sync() {} };
  const core = pyodide.pyimport("nutshell.hosts.browser").start(
    runModel, fetcher, mounted.sync, vocabulary, mounted.path, problem, words,
  );
  measure("start the core", started);
  return core;
}

/** Without OPFS (a private window, a full disk) Nutshell still summarizes; it keeps nothing, and says so. */
async function openStorage() {
  try {
    return { storage: await Storage.open(), problem: "" };
  } catch (error) {
    console.warn("Nutshell keeps nothing in this session:", error);
    return { storage: null, problem: String(error?.message ?? error) };
  }
}

function tellLock() {
  if (storage) self.postMessage({ type: "lock", ...storage.state });
}

/** Requests about the lock are answered here: Python may not even have its files yet. */
async function answerLock(id, name, payload) {
  try {
    if (!storage) throw new LockError("failed", `Nothing is kept here that could be locked: ${problem}.`);
    const step = (done, total) => reply("progress", id, "lock", done, total);
    const { passphrase, old, minutes } = JSON.parse(payload);
    if (name === "lock.open") await storage.unlock(passphrase);
    else if (name === "lock.set" && !storage.locked) await storage.set(passphrase, old, step);
    else if (name === "lock.remove" && !storage.locked) await storage.remove(passphrase, step);
    else if (name === "lock.idle" && !storage.locked) await storage.idle(minutes);
    else if (name === "lock.forget") await storage.forget();
    else if (name !== "lock.state") throw new LockError("bad-request", `There is no request named ${name} now.`);
    if (!storage.locked) engine ??= startCore();
    tellLock();
    reply("answer", id, JSON.stringify(storage.state));
  } catch (error) {
    reply("error", id, error instanceof LockError ? error.code : "failed", error.message);
  }
}

async function text(path) {
  return (await fetchPackaged(path)).text();
}

/** Workers cannot ask the browser what is allowed: the document does. */
async function hasHostPermission(url) {
  const { promise, resolve } = Promise.withResolvers();
  const earlier = askingToReach.get(url);
  askingToReach.set(url, (allowed) => (earlier?.(allowed), resolve(allowed)));
  self.postMessage({ type: "may-reach", url });
  return promise.finally(() => askingToReach.delete(url));
}

/**
 * One forward pass, for Python.
 * @param {string} model
 * @param {Map<string, [string, number[], ArrayBufferView]>} inputs name -> dtype, dims, data
 * @returns {Promise<Array<[string, string, number[], ArrayBufferView]>>} name, dtype, dims, data of each output
 */
function runModel(model, inputs) {
  return new Promise((resolve, reject) => {
    const message = { id: ++lastRun, model, inputs: {} };
    const transfer = [];
    for (const [name, [dtype, dims, data]] of inputs) {
      message.inputs[name] = { dtype, dims, data };
      transfer.push(data.buffer);
    }
    running.set(message.id, { resolve, reject });
    if (models) {
      models.postMessage(message, transfer);
    } else {
      waitingForModels.push([message, transfer]);
      self.postMessage({ type: "models-wanted" });
    }
  });
}

function attachModels(port) {
  models = port;
  port.onmessage = ({ data: { id, outputs, error } }) => {
    const run = running.get(id);
    running.delete(id);
    if (!run) return;
    if (error) run.reject(new Error(error));
    else run.resolve(Object.entries(outputs).map(([name, { dtype, dims, data }]) => [name, dtype, dims, data]));
  };
  for (const [message, transfer] of waitingForModels.splice(0)) port.postMessage(message, transfer);
}

function detachModels(message) {
  models?.close();
  models = null;
  waitingForModels.length = 0;
  for (const { reject } of running.values()) reject(new Error(message));
  running.clear();
}
