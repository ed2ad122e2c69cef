// The offscreen document: starts, watches, ends and restarts the workers, and passes messages between panels and the
// engine. See protocol.js.

import "./network-lockdown.js"; // must be the first import
import { text, useLanguage } from "../messages.js";
import { isOwnSender, parsePanelMessage } from "./message-validation.js";
import { ENGINE_PORT, ERRORS, TIMES } from "./protocol.js";
import { hasHostPermission } from "../platform.js";
import { measure } from "../user-timing.js";
import { WatchedWorker } from "./watched-worker.js";

const SUMMARY_MODELS = ["content", "encoder", "salience", "gist"]; // in the order a summary needs them

let engine = null;
let models = null;
let languageModel = null; // its worker
const requests = new Map(); // id in the engine -> {port, id in the port}
const ports = new Set();
let lastId = 0;
let language = "en"; // of the panel that connected last
let pingTimer = null;
let modelsTimer = null;
let engineTimer = null;
let lock = { sealed: false, locked: false, minutes: 0 }; // as the engine worker last reported it
// By the user: a background refresh doesn't count as use. Wall-clock time, which goes on while the computer sleeps.
let lastUse = Date.now();

chrome.runtime.onConnect.addListener((port) => {
  if (port.name !== ENGINE_PORT) return;
  if (!isOwnSender(port.sender)) {
    port.disconnect();
    return;
  }
  ports.add(port);
  port.onMessage.addListener((message) => receive(port, message));
  port.onDisconnect.addListener(() => {
    ports.delete(port);
    for (const [id, request] of requests) {
      if (request.port === port) {
        engine?.post({ type: "cancel", id });
        removeRequest(id);
      }
    }
  });
});

async function receive(port, received) {
  if (isIdleTooLong()) lockNow(); // timers stand still during sleep, so this request must find it locked
  const message = parsePanelMessage(received);
  if (message.kind === "bad") {
    const error = { code: ERRORS.BAD_REQUEST, message: text("request_error.invalid") };
    if (message.id !== null) send(port, { id: message.id, error });
    return;
  }
  if (message.kind === "language") {
    setLanguage(message.language);
    return;
  }
  if (message.kind === "warm") {
    recordUse(port);
    startModels();
    return;
  }
  if (message.kind === "cancel") {
    for (const [id, request] of requests) {
      if (request.port === port && request.id === message.id) {
        engine?.post({ type: "cancel", id });
        removeRequest(id);
        send(port, { id: message.id, error: { code: ERRORS.CANCELLED, message: text("request_error.cancelled") } });
      }
    }
    return;
  }
  recordUse(port);
  if (message.name === "lock.now") {
    send(port, { id: message.id, answer: {} });
    lockNow();
    return;
  }
  const id = ++lastId;
  requests.set(id, { port, id: message.id });
  resetIdleTimers();
  const worker = startEngine();
  try {
    await worker.ready;
  } catch (error) {
    fail(id, ERRORS.ENGINE_START, text("engine.start_failed", { reason: error.message }));
    return;
  }
  if (!requests.has(id)) return; // cancelled during the start
  worker.post({ type: "request", id, name: message.name, payload: JSON.stringify(message.payload) });
  startPinging();
}

function setLanguage(tag) {
  if (tag === language) return;
  language = tag;
  useLanguage(tag);
  engine?.post({ type: "language", language });
}

function startEngine() {
  if (engine && !engine.over) return engine;
  const worker = new WatchedWorker(new URL("./engine.js", import.meta.url), {
    onMessage: (message) => receiveFromEngine(worker, message),
    onDeath(reason) {
      for (const id of [...requests.keys()]) fail(id, ERRORS.ENGINE_LOST, text("engine.stopped", { reason }));
      endModels();
      languageModel?.end();
    },
  });
  engine = worker;
  worker.start({ language }, [], TIMES.engineStart).catch(() => {});
  resetIdleTimers();
  return worker;
}

function receiveFromEngine(worker, message) {
  if (worker !== engine) return;
  const request = requests.get(message.id);
  switch (message.type) {
    case "lock": {
      const { sealed, locked, minutes } = message;
      lock = { sealed, locked, minutes };
      break;
    }
    case "models-wanted":
      startModels();
      break;
    case "language-model-wanted":
      startLanguageModel();
      break;
    case "language-model-unwanted":
      endLanguageModel();
      break;
    case "may-reach": {
      const reply = (allowed) => worker.post({ type: "may-reach", url: message.url, allowed });
      hasHostPermission(message.url).then(reply, () => reply(false));
      break;
    }
    case "progress": {
      const { stage, done, total, part } = message;
      const progress = { stage, done, total, part: part ? JSON.parse(part) : null };
      if (request) send(request.port, { id: request.id, progress });
      break;
    }
    case "answer":
      if (request) send(request.port, { id: request.id, answer: JSON.parse(message.json) });
      removeRequest(message.id);
      break;
    case "error":
      fail(message.id, message.code, message.message);
      break;
  }
}

function startModels() {
  clearTimeout(modelsTimer);
  if (models && !models.over) {
    resetIdleTimers();
    return;
  }
  let port;
  [models, port] = startModelWorker("models-lost", text("model.stopped"), SUMMARY_MODELS);
  startEngine().post({ type: "models", port }, [port]);
  resetIdleTimers();
}

/** The language model has a worker of its own: other models don't wait for it, and it can be ended alone. */
function startLanguageModel() {
  if (languageModel && !languageModel.over) return;
  let port;
  [languageModel, port] = startModelWorker("language-model-lost", text("language_model.stopped"));
  startEngine().post({ type: "language-model", port }, [port]);
}

/**
 * Starts a worker that runs models.
 * @param {string} lostType type of the message to the engine when the worker dies
 * @param {string} crashText text of that message if the worker crashed
 * @param {string[]} warm models to load at once
 * @returns {[WatchedWorker, MessagePort]} the worker and the engine's end of the channel to it
 */
function startModelWorker(lostType, crashText, warm = []) {
  const { port1, port2 } = new MessageChannel();
  const worker = new WatchedWorker(new URL("./models.js", import.meta.url), {
    onMessage() {},
    onDeath(reason, crashed) {
      engine?.post({ type: lostType, message: crashed ? crashText : text("model.failed", { reason }) });
    },
  });
  const threads = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));
  worker.start({ language, port: port1, threads, warm }, [port1], TIMES.modelsStart).catch(() => {});
  return [worker, port2];
}

function endLanguageModel() {
  if (!languageModel || languageModel.over) return;
  languageModel.end();
  engine?.post({ type: "language-model-lost", message: text("language_model.stopped") });
}

function endModels() {
  if (!models || models.over) return;
  models.end();
  engine?.post({ type: "models-lost", message: text("model.stopped") });
}

function fail(id, code, message) {
  const request = requests.get(id);
  if (request) send(request.port, { id: request.id, error: { code, message } });
  removeRequest(id);
}

function removeRequest(id) {
  if (requests.has(id)) recordUse(requests.get(id).port);
  requests.delete(id);
  resetIdleTimers();
}

function send(port, message) {
  try {
    port.postMessage(message);
  } catch {
    // the panel was closed
  }
}

function recordUse(port) {
  if (!lock.sealed || !port.sender.url?.endsWith("/background.js")) lastUse = Date.now();
}

/** Returns whether Nutshell is unlocked although its idle time has passed, because the timers stood still. */
function isIdleTooLong() {
  const idle = TIMES.minute * lock.minutes;
  return lock.sealed && !lock.locked && requests.size === 0 && Math.abs(Date.now() - lastUse) > idle + TIMES.engineRest;
}

/** Restarts the idle timers: the model worker ends first, then the engine together with this document. */
function resetIdleTimers() {
  clearTimeout(modelsTimer);
  clearTimeout(engineTimer);
  if (requests.size > 0) return;
  clearInterval(pingTimer);
  pingTimer = null;
  modelsTimer = setTimeout(() => {
    endModels();
    endLanguageModel();
  }, TIMES.modelsIdle);
  const idle = lock.sealed ? TIMES.minute * lock.minutes : TIMES.engineIdle;
  closeAfter(Math.max(TIMES.engineRest, Math.min(idle, lastUse + idle - Date.now())));
}

/** Ends the engine and this document. With a lock it checks the clock every minute: timers stop while the computer sleeps. */
function closeAfter(delay) {
  const step = lock.sealed ? Math.min(delay, TIMES.minute) : delay;
  engineTimer = setTimeout(() => {
    if (step < delay && !isIdleTooLong()) return closeAfter(delay - step);
    lockNow();
    window.close();
  }, step);
}

/** Ends the workers. The data key exists only in the engine's memory, so this locks. Panels drop what they show. */
function lockNow() {
  endModels();
  endLanguageModel();
  engine?.end();
  for (const id of [...requests.keys()]) fail(id, ERRORS.ENGINE_LOST, text("engine.locked"));
  if (lock.sealed && !lock.locked) for (const port of ports) send(port, { locked: true });
  lock = { ...lock, locked: true };
}

/** Pings the workers while a request is open. */
function startPinging() {
  let checkedAt = Date.now();
  pingTimer ??= setInterval(() => {
    const slept = Date.now() - checkedAt - TIMES.ping;
    checkedAt = Date.now();
    if (lock.sealed && slept > TIMES.ping + TIMES.minute * lock.minutes) return lockNow();
    engine?.ping(TIMES.engineSilence);
    models?.ping(TIMES.modelRun);
  }, TIMES.ping);
}

measure("open the engine's document", 0);
// For a summary both workers start while the panel still opens. News may need no model at all.
if (location.hash === "#models") startModels();
else startEngine();

// For tests and the developer tools.
globalThis.nutshell = {
  times: TIMES,
  get engine() {
    return engine;
  },
  get models() {
    return models;
  },
  get languageModel() {
    return languageModel;
  },
  resetIdleTimers,
};
