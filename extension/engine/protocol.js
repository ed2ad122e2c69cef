// The message protocol between panel, offscreen document, engine worker and model worker.
//
// panel <-> offscreen document: a runtime Port named ENGINE_PORT; messages are JSON.
//   panel -> {id, name, payload}      a request of core/nutshell/app.py; id is unique within the port
//   panel -> {id, cancel: true}       the answer is no longer wanted
//   panel -> {warm: true}             a summary is about to be asked for: start the model worker too
//   panel <- {id, progress: {stage, done, total, part}}   part: some of the answer, for those that come bit by bit, or null
//   panel <- {id, answer}             the request is done
//   panel <- {locked: true}           what was shown is locked now
//   panel <- {id, error: {code, message}}   the request failed; codes: ERRORS
//
// offscreen <-> engine worker: postMessage.
//   -> {type: "start", lock}          load Python; hold the Web Lock `lock` for life
//   -> {type: "request", id, name, payload}   payload is a JSON string
//   -> {type: "cancel", id}
//   -> {type: "models", port}         a MessagePort to a running model worker
//   -> {type: "models-lost", message} that worker is gone
//   -> {type: "words", port}          a MessagePort to a running words worker
//   -> {type: "words-lost", message}  that worker is gone
//   -> {type: "may-reach", url, allowed}
//   -> {type: "ping"}                 answered by {type: "pong"}
//   <- {type: "ready"} | {type: "broken", message}
//   <- {type: "lock", sealed, locked, minutes}   lock.js: whether there is a passphrase, whether it is still wanted
//   <- {type: "models-wanted"}        Python waits for a model worker
//   <- {type: "words-wanted"}         Python waits for a words worker
//   <- {type: "words-unwanted"}       end it, whatever it does
//   <- {type: "may-reach", url}       may this address be fetched from?
//   <- {type: "progress", id, stage, done, total, part}   part is a JSON string, or empty
//   <- {type: "answer", id, json} | {type: "error", id, code, message}
//
// offscreen -> model worker: {type: "start", lock, port, threads, warm}, warm: models to load while nothing is asked;
//   -> {type: "ping"}                 answered by {type: "pong"}, between two runs
//   <- {type: "ready"} | {type: "broken", message}
//
// engine worker <-> model worker: the MessagePort.
//   -> {id, model, inputs}            inputs: name -> {dtype, dims, data}, data a transferred typed array
//   <- {id, outputs} | {id, error}    outputs: name -> {dtype, dims, data}
//
// engine worker <-> words worker, which is a model worker that runs the language model alone: the MessagePort.
//   -> {id, generate}                 generate: as Decoder.generate of decoder-session.js takes it
//   -> {id, stop: true}               no more of it; answered by {id, done} within 0.2 s
//   <- {id, tokens}                   some more token ids
//   <- {id, done: true} | {id, error}
//
// A worker that dies says nothing: it is known by its Web Lock, which the browser then frees.

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

/** Milliseconds. The idle times may be changed by tests through the offscreen document. */
export const TIMES = {
  engineStart: 60_000,
  modelsStart: 60_000,
  modelRun: 60_000,
  engineSilence: 30_000,
  ping: 5_000,
  modelsIdle: 60_000,
  engineIdle: 300_000,
  engineRest: 1_000, // at least, after the last request
  minute: 60_000, // of the lock's idle time
};

/** Hold a Web Lock until this worker ends. Resolves once it is held. */
export function holdLock(name) {
  return new Promise((held) => {
    navigator.locks.request(name, () => {
      held();
      return new Promise(() => {});
    });
  });
}
