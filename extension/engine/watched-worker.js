// A worker whose end is noticed at once, however it ends: it holds a Web Lock for as long as it lives.

import { text } from "../messages.js";
import { claimWorker } from "./network-lockdown.js";

const Worker = claimWorker();

export class WatchedWorker {
  #worker;
  #ended = false;
  #pingedAt = null; // time of the first ping without an answer
  #onDeath;

  /**
   * @param {URL} url
   * @param {object} options
   * @param {(message: object) => void} options.onMessage called for all messages except ready, broken and pong
   * @param {(reason: string, crashed: boolean) => void} options.onDeath called once, unless `end` ended the worker.
   *   `crashed` is true if it ended by itself without an error.
   */
  constructor(url, { onMessage, onDeath }) {
    this.lock = `nutshell-${crypto.randomUUID()}`;
    this.#onDeath = onDeath;
    this.#worker = new Worker(url, { type: "module", name: url.pathname.split("/").pop() });
    this.ready = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.ready.catch(() => {});
    this.#worker.onmessage = ({ data }) => {
      this.#pingedAt = null;
      if (data.type === "ready") this.#watch();
      else if (data.type === "broken") this.#die(data.message);
      else if (data.type !== "pong") onMessage(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.#die(event.message || text("worker.load_failed"));
    };
  }

  /** Resolves once the worker is ready. Rejects with an Error whose message is text for the user. */
  start(message, transfer, timeout) {
    this.post({ type: "start", lock: this.lock, ...message }, transfer);
    this.timer = setTimeout(() => this.#die(text("worker.start_timeout", { seconds: timeout / 1000 })), timeout);
    return this.ready;
  }

  post(message, transfer = []) {
    if (!this.#ended) this.#worker.postMessage(message, transfer);
  }

  get over() {
    return this.#ended;
  }

  /** Ends the worker on purpose. `onDeath` is not called. */
  end() {
    this.#finish(text("worker.ended"));
  }

  /** Call this at intervals. Ends the worker if a ping got no answer for `limit` ms. */
  ping(limit) {
    if (this.#pingedAt !== null && performance.now() - this.#pingedAt > limit) {
      this.#die(text("worker.no_response"));
      return;
    }
    this.#pingedAt ??= performance.now();
    this.post({ type: "ping" });
  }

  /** Terminates the worker as a crash would. For tests. */
  crash() {
    this.#worker.terminate();
  }

  #watch() {
    clearTimeout(this.timer);
    this.settle.resolve();
    // The lock is granted only once the worker, which holds it, is gone.
    navigator.locks.request(this.lock, () => this.#die(text("worker.crashed"), true));
  }

  #die(reason, crashed = false) {
    if (this.#finish(reason)) this.#onDeath(reason, crashed);
  }

  #finish(reason) {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.timer);
    this.#worker.terminate();
    this.settle.reject(new Error(reason));
    return true;
  }
}
