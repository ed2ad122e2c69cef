// One worker that may die: started with a Web Lock it holds for life, so that its death is seen at once.

import { claimWorker } from "./network-lockdown.js";

const Worker = claimWorker();

/** Starts `url` and resolves when it says it is ready; rejects with an Error fit to be shown. */
export class WatchedWorker {
  #worker;
  #over = false;
  #silentSince = null; // a ping of then has no answer yet
  #onDeath;

  /**
   * @param {URL} url
   * @param {object} options
   * @param {(message: object) => void} options.onMessage everything but its ready, broken or pong
   * @param {(reason: string) => void} options.onDeath once, unless it was ended on purpose
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
      this.#silentSince = null;
      if (data.type === "ready") this.#watch();
      else if (data.type === "broken") this.#die(data.message);
      else if (data.type !== "pong") onMessage(data);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.#die(event.message || "it could not be loaded");
    };
  }

  start(message, transfer, timeout) {
    this.post({ type: "start", lock: this.lock, ...message }, transfer);
    this.timer = setTimeout(() => this.#die(`it did not start within ${timeout / 1000} seconds`), timeout);
    return this.ready;
  }

  post(message, transfer = []) {
    if (!this.#over) this.#worker.postMessage(message, transfer);
  }

  get over() {
    return this.#over;
  }

  /** End it on purpose: its death is not reported. */
  end() {
    this.#finish("ended");
  }

  /** It may think, but not for ever: called again and again, this ends it `limit` ms after a ping that it did not answer. */
  ping(limit) {
    if (this.#silentSince !== null && performance.now() - this.#silentSince > limit) {
      this.#die("it did not answer any more");
      return;
    }
    this.#silentSince ??= performance.now();
    this.post({ type: "ping" });
  }

  /** Pull the plug without a word, as a crash would. For tests. */
  crash() {
    this.#worker.terminate();
  }

  #watch() {
    clearTimeout(this.timer);
    this.settle.resolve();
    // Granted only when the worker, which holds it for life, is gone.
    navigator.locks.request(this.lock, () => this.#die("it stopped unexpectedly"));
  }

  #die(reason) {
    if (this.#finish(reason)) this.#onDeath(reason);
  }

  #finish(reason) {
    if (this.#over) return false;
    this.#over = true;
    clearTimeout(this.timer);
    this.#worker.terminate();
    this.settle.reject(new Error(reason));
    return true;
  }
}
