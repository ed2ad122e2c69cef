// The panel's way to the engine: requests out, progress and answers back. See protocol.js.

import { ensureEngineDocument } from "../platform.js";
import { ENGINE_PORT, ERRORS } from "./protocol.js";

/** A request failed: `code` is one of ERRORS, `message` is fit to be shown. */
export class EngineError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "EngineError";
    this.code = code;
  }
}

export class EngineClient {
  #port = null;
  #connecting = null;
  #pending = new Map();
  #lastId = 0;

  /** @type {null | (() => Promise<void>)} asks the reader for the passphrase; resolves when Nutshell is unlocked */
  unlock = null;

  /** @type {null | (() => void)} what is shown was locked */
  onLocked = null;

  /** Start the engine and the model worker now: a summary will be asked for in a moment. */
  async warm() {
    try {
      (await this.#connect()).postMessage({ warm: true });
    } catch {
      // the request that follows will say what is wrong
    }
  }

  /**
   * Ask the core.
   * @param {string} name a request of core/nutshell/app.py
   * @param {object} [payload]
   * @param {{onProgress?: (stage: string, done: number, total: number, part: object|null) => void, signal?: AbortSignal}} [options]
   * @returns {Promise<object>} the answer; rejects with an EngineError
   */
  async request(name, payload = {}, options = {}) {
    for (;;) {
      try {
        return await this.#request(name, payload, options);
      } catch (error) {
        if (error.code !== ERRORS.LOCKED || !this.unlock) throw error;
        await this.unlock();
      }
    }
  }

  async #request(name, payload, { onProgress, signal }) {
    const cancelled = () => new EngineError(ERRORS.CANCELLED, "Cancelled.");
    if (signal?.aborted) throw cancelled();
    let port;
    try {
      port = await this.#connect();
    } catch (error) {
      throw new EngineError(ERRORS.ENGINE_START, `Nutshell's engine could not start: ${error.message}`);
    }
    if (signal?.aborted) throw cancelled();
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const abort = () => {
        this.#pending.delete(id);
        if (this.#port === port) port.postMessage({ id, cancel: true });
        reject(cancelled());
      };
      const settle = (how) => (value) => {
        signal?.removeEventListener("abort", abort);
        how(value);
      };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject), onProgress });
      signal?.addEventListener("abort", abort, { once: true });
      port.postMessage({ id, name, payload });
    });
  }

  /** Nothing more is asked for. */
  close() {
    this.#port?.disconnect();
    this.#port = null;
  }

  #connect() {
    if (this.#port) return Promise.resolve(this.#port);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #open() {
    await ensureEngineDocument();
    const port = chrome.runtime.connect({ name: ENGINE_PORT });
    port.onMessage.addListener((message) => this.#receive(message));
    port.onDisconnect.addListener(() => {
      if (this.#port === port) this.#port = null;
      // Ended after idling, or lost: whatever was asked must be asked again.
      const lost = new EngineError(ERRORS.ENGINE_LOST, "Nutshell's engine stopped. Try again: it starts anew.");
      for (const { reject } of this.#pending.values()) reject(lost);
      this.#pending.clear();
    });
    this.#port = port;
    return port;
  }

  #receive({ id, progress, answer, error, locked }) {
    if (locked) this.onLocked?.();
    const request = this.#pending.get(id);
    if (!request) return;
    if (progress) {
      request.onProgress?.(progress.stage, progress.done, progress.total, progress.part);
      return;
    }
    this.#pending.delete(id);
    if (error) request.reject(new EngineError(error.code, error.message));
    else request.resolve(answer);
  }
}
