// The engine worker: Pyodide, the core and SQLite. It owns the user's data. See protocol.js.

import { allowPackageFetch, fetchPackaged, prefetchPackaged, revokePackageFetch } from "./network-lockdown.js"; // must be the first import
import { text, useLanguage } from "../messages.js";
import { Fetcher } from "./fetcher.js";
import { LanguageModel } from "./language-model.js";
import { LockError } from "./lock-file.js";
import { holdLock } from "./protocol.js";
import { startPython } from "./python.js";
import { Storage } from "./storage.js";
import { measure } from "../user-timing.js";

const ROOT = new URL("../", import.meta.url);
const MOUNT_POINT = "/data";
// The `info` of Pyodide's own pyodide-lock.json.
const LOCK_FILE_INFO = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };
const PYTHON_OPTIONS = {
  stdLibURL: new URL("vendor/python_stdlib.zip", ROOT).href,
  lockFileContents: { info: LOCK_FILE_INFO, packages: {} }, // no package is ever loaded by name
  env: { HOME: "/home/nutshell", PYTHONDONTWRITEBYTECODE: "1" },
};

let core = null;
let language = "en"; // of answers, a BCP 47 tag
let pyodide, vocabulary;
let storage = null;
let storageProblem = ""; // why there is no storage
let lockRequests = Promise.resolve();
let models = null;
let lastRunId = 0;
const queuedRuns = []; // runs that wait for a model worker
const pendingRuns = new Map(); // id -> {resolve, reject}
const requestTimes = new Map(); // request id -> [name, start]
const permissionQueries = new Map(); // URL -> callback
const fetcher = new Fetcher(hasHostPermission);
const languageModel = new LanguageModel((message) => self.postMessage(message));

self.onmessage = async ({ data }) => {
  switch (data.type) {
    case "start":
      setLanguage(data.language);
      await holdLock(data.lock);
      try {
        core = await start();
        self.postMessage({ type: "ready" });
      } catch (error) {
        self.postMessage({ type: "broken", message: String(error?.message ?? error) });
      }
      break;
    case "request":
      requestTimes.set(data.id, [data.name, performance.now()]);
      if (data.name.startsWith("lock.")) {
        lockRequests = lockRequests.then(() => handleLockRequest(data.id, data.name, data.payload));
      } else if (core) {
        core.handle(data.id, data.name, data.payload, reply);
      } else {
        reply("error", data.id, "locked", text("engine.locked"));
      }
      break;
    case "language":
      setLanguage(data.language);
      break;
    case "cancel":
      core?.cancel(data.id);
      break;
    case "models":
      attachModels(data.port);
      break;
    case "models-lost":
      detachModels(data.message);
      break;
    case "language-model":
      languageModel.attach(data.port);
      break;
    case "language-model-lost":
      languageModel.detach(data.message);
      break;
    case "may-reach":
      permissionQueries.get(data.url)?.(data.allowed);
      break;
    case "ping":
      self.postMessage({ type: "pong" });
      break;
  }
};

/** Posts progress (stage, done, total, part), an answer (json) or an error (code, message) of a request. */
function reply(type, id, first, second, third, part = "") {
  if (type === "progress") {
    self.postMessage({ type, id, stage: first, done: second, total: third, part });
    return;
  }
  measure(...(requestTimes.get(id) ?? ["answer", performance.now()]));
  requestTimes.delete(id);
  if (type === "answer") self.postMessage({ type, id, json: first });
  else self.postMessage({ type, id, code: first, message: second });
}

function setLanguage(tag) {
  language = tag;
  useLanguage(tag);
  core?.set_language(tag);
}

async function start() {
  const from = performance.now();
  allowPackageFetch(); // Pyodide fetches its own files
  prefetchPackaged("vendor/python_stdlib.zip");
  [pyodide, vocabulary, { storage, storageProblem }] = await Promise.all([
    startPython(new URL("vendor/", ROOT).href, PYTHON_OPTIONS, fetchPackaged),
    fetchText("models/vocab.txt"),
    openStorage(),
  ]);
  revokePackageFetch(); // from here on only `fetcher` has network access
  measure("start Python", from);
  postLockState();
  return storage?.locked ? null : startCore(); // if locked, the core starts after `lock.open`
}

function startCore() {
  const from = performance.now();
  const mounted = storage ? storage.mount(pyodide.FS, pyodide.ERRNO_CODES, MOUNT_POINT) : { path: "", sync() {} };
  const started = pyodide.pyimport("nutshell.hosts.browser").start(
    runModel, fetcher, mounted.sync, vocabulary, mounted.path, storageProblem, languageModel, language,
  );
  measure("start the core", from);
  return started;
}

/** Without OPFS (a private window, a full disk) Nutshell still summarizes, but saves nothing and says so. */
async function openStorage() {
  try {
    return { storage: await Storage.open(), storageProblem: "" };
  } catch (error) {
    console.warn("Nothing can be saved in this session:", error);
    return { storage: null, storageProblem: String(error?.message ?? error) };
  }
}

function postLockState() {
  if (storage) self.postMessage({ type: "lock", ...storage.state });
}

/** Handles `lock.*` requests. They don't reach Python, which may not have its database yet. */
async function handleLockRequest(id, name, payload) {
  try {
    if (!storage) throw new LockError("failed", text("lock_error.no_storage", { reason: storageProblem }));
    const onProgress = (done, total) => reply("progress", id, "lock", done, total);
    const { passphrase, old, minutes } = JSON.parse(payload);
    if (name === "lock.open") await storage.unlock(passphrase);
    else if (name === "lock.set" && !storage.locked) await storage.setPassphrase(passphrase, old, onProgress);
    else if (name === "lock.remove" && !storage.locked) await storage.removePassphrase(passphrase, onProgress);
    else if (name === "lock.idle" && !storage.locked) await storage.setIdleTime(minutes);
    else if (name === "lock.forget") await storage.eraseLocked();
    else if (name !== "lock.state") throw new LockError("bad-request", text("lock_error.unknown_request", { name }));
    if (!storage.locked) core ??= startCore();
    postLockState();
    reply("answer", id, JSON.stringify(storage.state));
  } catch (error) {
    reply("error", id, error instanceof LockError ? error.code : "failed", error.message);
  }
}

async function fetchText(path) {
  return (await fetchPackaged(path)).text();
}

/** Workers have no `chrome.permissions`, so this asks the offscreen document. */
async function hasHostPermission(url) {
  const { promise, resolve } = Promise.withResolvers();
  const earlier = permissionQueries.get(url);
  permissionQueries.set(url, (allowed) => (earlier?.(allowed), resolve(allowed)));
  self.postMessage({ type: "may-reach", url });
  return promise.finally(() => permissionQueries.delete(url));
}

/**
 * Runs a model once, for Python.
 * @param {string} model
 * @param {Map<string, [string, number[], ArrayBufferView]>} inputs name -> dtype, dims, data
 * @returns {Promise<Array<[string, string, number[], ArrayBufferView]>>} name, dtype, dims, data of each output
 */
function runModel(model, inputs) {
  return new Promise((resolve, reject) => {
    const message = { id: ++lastRunId, model, inputs: {} };
    const transfer = [];
    for (const [name, [dtype, dims, data]] of inputs) {
      message.inputs[name] = { dtype, dims, data };
      transfer.push(data.buffer);
    }
    pendingRuns.set(message.id, { resolve, reject });
    if (models) {
      models.postMessage(message, transfer);
    } else {
      queuedRuns.push([message, transfer]);
      self.postMessage({ type: "models-wanted" });
    }
  });
}

function attachModels(port) {
  models = port;
  port.onmessage = ({ data: { id, outputs, error } }) => {
    const run = pendingRuns.get(id);
    pendingRuns.delete(id);
    if (!run) return;
    if (error) run.reject(new Error(error));
    else run.resolve(Object.entries(outputs).map(([name, { dtype, dims, data }]) => [name, dtype, dims, data]));
  };
  for (const [message, transfer] of queuedRuns.splice(0)) port.postMessage(message, transfer);
}

function detachModels(message) {
  models?.close();
  models = null;
  queuedRuns.length = 0;
  for (const { reject } of pendingRuns.values()) reject(new Error(message));
  pendingRuns.clear();
}
