// The message protocol between panel, offscreen document and workers.
//
// panel <-> offscreen document: a runtime Port named ENGINE_PORT; messages are JSON.
//   panel -> {id, name, payload}      a request of core/nutshell/app.py; id is unique within the port
//   panel -> {id, cancel: true}       the answer is no longer needed
//   panel -> {language}               the language of later answers, a BCP 47 tag; sent first
//   panel -> {warm: true}             a summary follows: start the model worker too
//   panel <- {id, progress: {stage, done, total, part}}   part: some of the answer, where it arrives in parts, or null
//   panel <- {id, answer}             the request is done
//   panel <- {locked: true}           Nutshell was locked: drop what is shown
//   panel <- {id, error: {code, message}}   the request failed; codes: ERRORS
//
// offscreen document <-> engine worker: postMessage.
//   -> {type: "start", lock, language}   load Python; hold the Web Lock `lock` while the worker lives
//   -> {type: "language", language}   the language of later answers
//   -> {type: "request", id, name, payload}   payload is a JSON string
//   -> {type: "cancel", id}
//   -> {type: "models", port}         a MessagePort to a running model worker
//   -> {type: "models-lost", message} that worker is gone
//   -> {type: "language-model", port} a MessagePort to a running language model worker
//   -> {type: "language-model-lost", message}   that worker is gone
//   -> {type: "may-reach", url, allowed}
//   -> {type: "ping"}                 answered by {type: "pong"}
//   <- {type: "ready"} | {type: "broken", message}
//   <- {type: "lock", sealed, locked, minutes}   lock-file.js: whether a passphrase is set, whether it is needed now
//   <- {type: "models-wanted"}        Python waits for a model worker
//   <- {type: "language-model-wanted"}     Python waits for a language model worker
//   <- {type: "language-model-unwanted"}   end that worker, whatever it does
//   <- {type: "may-reach", url}       is access to this URL's host granted?
//   <- {type: "progress", id, stage, done, total, part}   part is a JSON string, or empty
//   <- {type: "answer", id, json} | {type: "error", id, code, message}
//
// offscreen document -> model worker: {type: "start", lock, language, port, threads, warm};
//      warm: models to load at once
//   -> {type: "ping"}                 answered by {type: "pong"}, between two runs
//   <- {type: "ready"} | {type: "broken", message}
//
// engine worker <-> model worker: the MessagePort.
//   -> {id, model, inputs}            inputs: name -> {dtype, dims, data}, data a transferred typed array
//   <- {id, outputs} | {id, error}    outputs: name -> {dtype, dims, data}
//
// engine worker <-> language model worker, a model worker that runs only the language model: the MessagePort.
//   -> {id, decode}                   decode: as DecoderSession.run of decoder-session.js takes it
//   <- {id, result} | {id, error}     result: what that returns
//
// A worker that dies sends nothing. Its death is known from its Web Lock, which the browser then releases.

export const ENGINE_PORT = "nutshell-engine";

/** Why a request failed. */
export const ERRORS = Object.freeze({
  CANCELLED: "cancelled",
  ENGINE_START: "engine-start",
  ENGINE_LOST: "engine-lost",
  MODEL: "model",
  BAD_REQUEST: "bad-request",
  FAILED: "failed",
  LOCKED: "locked",
  WRONG_PASSPHRASE: "wrong-passphrase",
  WAIT: "wait",
});

/** Milliseconds. Tests change the idle times through the offscreen document. */
export const TIMES = {
  engineStart: 60_000,
  modelsStart: 60_000,
  modelRun: 60_000,
  engineSilence: 30_000,
  ping: 5_000,
  modelsIdle: 60_000,
  engineIdle: 300_000,
  engineRest: 1_000, // the least time from the last request to the engine's end
  minute: 60_000, // of the lock's idle time
};

/** Holds a Web Lock until this worker ends. Resolves once it is held. */
export function holdLock(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}
