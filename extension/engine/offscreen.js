// The engine's supervisor: starts, watches, ends and restarts the two workers, and carries messages between
// panels and the engine. See protocol.js. It decides nothing about pages.

import "./network-lockdown.js"; // first: see there
import { parsePanelMessage, isOwnSender } from "./message-validation.js";
import { ENGINE_PORT, ERRORS, TIMES } from "./protocol.js";
import { hasHostPermission } from "../platform.js";
import { measure } from "../user-timing.js";
import { WatchedWorker } from "./watched-worker.js";

const WARM = ["encoder", "salience"]; // what a summary needs, in this order
const MODELS_LOST = "The model stopped. Try again: it has been restarted.";
const WORDS_LOST = "The language model stopped. Try again: it has been restarted.";

let engine = null;
let models = null;
let words = null; // the language model's worker
const requests = new Map(); // id in the engine -> {port, id in the port}
let lastId = 0;
let pingTimer = null;
let modelsTimer = null;
let engineTimer = null;
let lock = { sealed: false, locked: false, minutes: 0 }; // as the engine worker last said
// By the reader: fetching in the background keeps nothing open. The wall's time, which goes on while a laptop sleeps.
let lastUse = Date.now();
const ports = new Set();

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
        forget(id);
      }
    }
  });
});

async function receive(port, said) {
  if (overslept()) lockNow(); // the clocks below stood still: what comes now finds it locked
  const message = parsePanelMessage(said);
  if (message.kind === "bad") {
    const error = { code: ERRORS.BAD_REQUEST, message: "That is not a request." };
    if (message.id !== null) send(port, { id: message.id, error });
    return;
  }
  if (message.kind === "warm") {
    used(port);
    startModels();
    return;
  }
  if (message.kind === "cancel") {
    for (const [id, request] of requests) {
      if (request.port === port && request.id === message.id) {
        engine?.post({ type: "cancel", id });
        forget(id);
        send(port, { id: message.id, error: { code: ERRORS.CANCELLED, message: "Cancelled." } });
      }
    }
    return;
  }
  used(port);
  if (message.name === "lock.now") {
    send(port, { id: message.id, answer: {} });
    lockNow();
    return;
  }
  const id = ++lastId;
  requests.set(id, { port, id: message.id });
  rest();
  const worker = startEngine();
  try {
    await worker.ready;
  } catch (error) {
    fail(id, ERRORS.ENGINE_START, `Nutshell's engine could not start: ${error.message}.`);
    return;
  }
  if (!requests.has(id)) return; // cancelled while it started
  worker.post({ type: "request", id, name: message.name, payload: JSON.stringify(message.payload) });
  watchSilence();
}

function startEngine() {
  if (engine && !engine.over) return engine;
  const worker = new WatchedWorker(new URL("./engine.js", import.meta.url), {
    onMessage: (message) => fromEngine(worker, message),
    onDeath(reason) {
      for (const id of [...requests.keys()]) fail(id, ERRORS.ENGINE_LOST, `Nutshell's engine stopped: ${reason}.`);
      endModels();
      words?.end();
    },
  });
  engine = worker;
  worker.start({}, [], TIMES.engineStart).catch(() => {});
  rest();
  return worker;
}

function fromEngine(worker, message) {
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
    case "words-wanted":
      startWords();
      break;
    case "words-unwanted":
      endWords();
      break;
    case "may-reach": {
      const tell = (allowed) => worker.post({ type: "may-reach", url: message.url, allowed });
      hasHostPermission(message.url).then(tell, () => tell(false));
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
      forget(message.id);
      break;
    case "error":
      fail(message.id, message.code, message.message);
      break;
  }
}

function startModels() {
  clearTimeout(modelsTimer);
  if (models && !models.over) {
    rest();
    return;
  }
  let port;
  [models, port] = startWorker("models-lost", MODELS_LOST, WARM);
  startEngine().post({ type: "models", port }, [port]);
  rest();
}

/** The language model runs in a worker of its own: the others need not wait for it, and it is ended alone. */
function startWords() {
  if (words && !words.over) return;
  let port;
  [words, port] = startWorker("words-lost", WORDS_LOST);
  startEngine().post({ type: "words", port }, [port]);
}

/** A worker that runs models, and the engine's end of the way to it; its death is told as `lost`. */
function startWorker(lost, stopped, warm = []) {
  const { port1, port2 } = new MessageChannel();
  const worker = new WatchedWorker(new URL("./models.js", import.meta.url), {
    onMessage() {},
    onDeath(reason) {
      engine?.post({ type: lost, message: reason === "it stopped unexpectedly" ? stopped : `The model could not be run: ${reason}.` });
    },
  });
  const threads = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));
  worker.start({ port: port1, threads, warm }, [port1], TIMES.modelsStart).catch(() => {});
  return [worker, port2];
}

function endWords() {
  if (!words || words.over) return;
  words.end();
  engine?.post({ type: "words-lost", message: WORDS_LOST });
}

function endModels() {
  if (!models || models.over) return;
  models.end();
  engine?.post({ type: "models-lost", message: MODELS_LOST });
}

function fail(id, code, message) {
  const request = requests.get(id);
  if (request) send(request.port, { id: request.id, error: { code, message } });
  forget(id);
}

function forget(id) {
  if (requests.has(id)) used(requests.get(id).port);
  requests.delete(id);
  rest();
}

function send(port, message) {
  try {
    port.postMessage(message);
  } catch {
    // the panel was closed: nobody waits for this any more
  }
}

function used(port) {
  if (!lock.sealed || !port.sender.url?.endsWith("/background.js")) lastUse = Date.now();
}

/** Whether it was not used for longer than it may stay unlocked, though nobody noticed. */
function overslept() {
  const idle = TIMES.minute * lock.minutes;
  return lock.sealed && !lock.locked && requests.size === 0 && Math.abs(Date.now() - lastUse) > idle + TIMES.engineRest;
}

/** (Re)start the idle clocks: the model worker goes first, then the engine and this document with it. */
function rest() {
  clearTimeout(modelsTimer);
  clearTimeout(engineTimer);
  if (requests.size > 0) return;
  clearInterval(pingTimer);
  pingTimer = null;
  modelsTimer = setTimeout(() => {
    endModels();
    endWords();
  }, TIMES.modelsIdle);
  const idle = lock.sealed ? TIMES.minute * lock.minutes : TIMES.engineIdle;
  endLater(Math.max(TIMES.engineRest, Math.min(idle, lastUse + idle - Date.now())));
}

/** End the engine, and this document with it. Where it is locked by that, a timer is not enough: it sleeps with a laptop. */
function endLater(wait) {
  const look = lock.sealed ? Math.min(wait, TIMES.minute) : wait;
  engineTimer = setTimeout(() => {
    if (look < wait && !overslept()) return endLater(wait - look);
    lockNow();
    window.close();
  }, look);
}

/** The key is in the engine's memory and nowhere else: with the engine it is gone. Panels forget what they show. */
function lockNow() {
  endModels();
  endWords();
  engine?.end();
  for (const id of [...requests.keys()]) fail(id, ERRORS.ENGINE_LOST, "Nutshell was locked.");
  if (lock.sealed && !lock.locked) for (const port of ports) send(port, { locked: true });
  lock = { ...lock, locked: true };
}

/** While an answer is awaited the workers must answer pings. */
function watchSilence() {
  let looked = Date.now();
  pingTimer ??= setInterval(() => {
    const slept = Date.now() - looked - TIMES.ping;
    looked = Date.now();
    if (lock.sealed && slept > TIMES.ping + TIMES.minute * lock.minutes) return lockNow();
    engine?.ping(TIMES.engineSilence);
    models?.ping(TIMES.modelRun);
  }, TIMES.ping);
}

measure("open the engine's document", 0);
// Both workers start while the panel still opens, when a summary is wanted; the news may need no model at all.
if (location.hash === "#models") startModels();
else startEngine();

// A handle for tests and for whoever looks with the developer tools.
globalThis.nutshell = {
  times: TIMES,
  get engine() {
    return engine;
  },
  get models() {
    return models;
  },
  get words() {
    return words;
  },
  rest,
};
