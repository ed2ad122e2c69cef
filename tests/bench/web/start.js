// Times the engine worker and a worker with stock Pyodide from their start to their first answer.

import { nextMessage, open } from "./worker.js";

/** @returns {Promise<{ready: number, answered: number}>} milliseconds since the worker was created */
export async function startOurs() {
  const from = performance.now();
  const worker = open("../engine/engine.js");
  const lock = crypto.randomUUID();
  worker.postMessage({ type: "start", lock });
  await nextMessage(worker, ({ type }) => type === "ready");
  const ready = performance.now() - from;
  worker.postMessage({ type: "request", id: 1, name: "settings", payload: "{}" });
  const answer = await nextMessage(worker, ({ id }) => id === 1);
  const answered = performance.now() - from;
  worker.terminate();
  await navigator.locks.request(lock, () => {}); // the worker has ended and released the database
  if (answer.type !== "answer") throw new Error(answer.message);
  return { ready, answered };
}

/** Does the same for the unmodified npm package `pyodide`, which answers a sum. */
export async function startStock() {
  const from = performance.now();
  const worker = open("stock.js");
  await nextMessage(worker, ({ type }) => type === "ready");
  const ready = performance.now() - from;
  worker.postMessage("1 + 1");
  const { answer } = await nextMessage(worker, ({ type }) => type === "answer");
  const answered = performance.now() - from;
  worker.terminate();
  if (answer !== 2) throw new Error(`Pyodide returned ${answer} for 1 + 1.`);
  return { ready, answered };
}
