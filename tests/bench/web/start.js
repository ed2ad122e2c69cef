// The engine worker and a worker with bare Pyodide, each from its start to the answer to a first request.

import { heard, open } from "./worker.js";

/** @returns {Promise<{ready: number, answered: number}>} milliseconds since the worker was asked for */
export async function startOurs() {
  const from = performance.now();
  const worker = open("../engine/engine.js");
  const lock = crypto.randomUUID();
  worker.postMessage({ type: "start", lock });
  await heard(worker, ({ type }) => type === "ready");
  const ready = performance.now() - from;
  worker.postMessage({ type: "request", id: 1, name: "settings", payload: "{}" });
  const answer = await heard(worker, ({ id }) => id === 1);
  const answered = performance.now() - from;
  worker.terminate();
  await navigator.locks.request(lock, () => {}); // it is gone, and with it its hold on the database
  if (answer.type !== "answer") throw new Error(answer.message);
  return { ready, answered };
}

/** The same for the npm package `pyodide` as it is, which answers a sum. */
export async function startStock() {
  const from = performance.now();
  const worker = open("stock.js");
  await heard(worker, ({ type }) => type === "ready");
  const ready = performance.now() - from;
  worker.postMessage("1 + 1");
  const { answer } = await heard(worker, ({ type }) => type === "answer");
  const answered = performance.now() - from;
  worker.terminate();
  if (answer !== 2) throw new Error(`Pyodide says 1 + 1 = ${answer}.`);
  return { ready, answered };
}
