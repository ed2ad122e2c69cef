// The panel's client for the engine: sends requests, receives progress and answers. See protocol.js.

import { ensureEngineDocument } from "../platform.js";
import { text } from "../messages.js";
import { ENGINE_PORT, ERRORS } from "./protocol.js";

/** A request failed. `code` is one of ERRORS; `message` is text for the user. */
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

  /** @type {null | (() => Promise<void>)} asks the user for the passphrase; resolves once Nutshell is unlocked */
  unlock = null;

  /** @type {null | (() => void)} called when Nutshell was locked, so what is shown must go */
  onLocked = null;

  /** Starts the engine and the model worker ahead of a summary. */
  async warm() {
    try {
      (await this.#connect()).postMessage({ warm: true });
    } catch {
      // the request that follows reports the error
    }
  }

  /**
   * Sends a request to the core.
   * @param {string} name a request of core/nutshell/app.py
   * @param {object} [payload]
   * @param {{onProgress?: (stage: string, done: number, total: number, part: object|null) => void, signal?: AbortSignal}} [options]
   * @returns {Promise<object>} the answer. Rejects with an EngineError.
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
    const cancelled = () => new EngineError(ERRORS.CANCELLED, text("request_error.cancelled"));
    if (signal?.aborted) throw cancelled();
    let port;
    try {
      port = await this.#connect();
    } catch (error) {
      throw new EngineError(ERRORS.ENGINE_START, text("engine.start_failed", { reason: error.message }));
    }
    if (signal?.aborted) throw cancelled();
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const abort = () => {
        this.#pending.delete(id);
        if (this.#port === port) port.postMessage({ id, cancel: true });
        reject(cancelled());
      };
      const settle = (callback) => (value) => {
        signal?.removeEventListener("abort", abort);
        callback(value);
      };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject), onProgress });
      signal?.addEventListener("abort", abort, { once: true });
      port.postMessage({ id, name, payload });
    });
  }

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
      // The document closed while idle or crashed. Open requests are lost.
      const lost = new EngineError(ERRORS.ENGINE_LOST, text("engine.disconnected"));
      for (const { reject } of this.#pending.values()) reject(lost);
      this.#pending.clear();
    });
    this.#port = port;
    // Answers contain text for the user. The background has no document; its requests keep the language as it is.
    if (globalThis.document) port.postMessage({ language: document.documentElement.lang });
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
