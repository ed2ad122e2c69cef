// The engine's client for the language model's worker. The model runs in a worker of its own (models.js again), so that other
// models don't wait for it and its memory is freed when it ends. The decoding loop is Python's: each run is asked for here.

import { getDecoderEntry, readModelFile } from "./language-model-files.js";

const STOP_TIMEOUT = 150; // ms; a worker that is still busy with an abandoned run by then is ended

export class LanguageModel {
  #post;
  #port = null;
  #queue = []; // messages to send once there is a worker
  #runs = new Map(); // id -> {message, resolve, reject, abandoned, timer}
  #restarting = false; // the worker is being ended because of an abandoned run

  /** @param {(message: object) => void} post sends a message to the offscreen document */
  constructor(post) {
    this.#post = post;
  }

  /** Returns the decoder's manifest entry with the text of its tokenizer, as JSON; "" if there is no decoder. */
  async decoder() {
    const entry = await getDecoderEntry();
    if (!entry) return "";
    const tokenizer = new TextDecoder().decode(await readModelFile(entry.tokenizer, entry.folder));
    return JSON.stringify({ ...entry, tokenizer });
  }

  /**
   * @param {number} id for `abandon`
   * @param {string} request JSON, as DecoderSession.run of decoder-session.js takes it
   * @returns {Promise<string>} its result as JSON. Rejects with an Error whose message is text for the user.
   */
  run(id, request) {
    const message = { id, decode: JSON.parse(request) };
    return new Promise((resolve, reject) => {
      this.#runs.set(id, { message, resolve, reject });
      this.#send(message);
    });
  }

  /** The result of a run is no longer needed. Its promise stays pending. Ends the worker if it takes too long. */
  abandon(id) {
    const run = this.#runs.get(id);
    if (!run || run.abandoned) return;
    run.abandoned = true;
    if (!this.#port) {
      this.#queue = this.#queue.filter((message) => message.id !== id);
      this.#runs.delete(id);
      return;
    }
    run.timer = setTimeout(() => {
      this.#restarting = true;
      this.release();
    }, STOP_TIMEOUT);
  }

  /** Ends the worker, which frees its memory. */
  release() {
    this.#post({ type: "language-model-unwanted" });
  }

  attach(port) {
    this.#port = port;
    port.onmessage = ({ data: { id, result, error } }) => this.#settle(id, JSON.stringify(result), error);
    for (const message of this.#queue.splice(0)) port.postMessage(message);
  }

  /** The worker is gone. Runs that waited behind an abandoned one are sent to the next worker. */
  detach(message) {
    const resend = this.#restarting;
    this.#restarting = false;
    this.#port?.close();
    this.#port = null;
    this.#queue = [];
    for (const [id, run] of [...this.#runs]) {
      if (resend && !run.abandoned) this.#send(run.message);
      else this.#settle(id, null, message);
    }
  }

  #settle(id, result, error) {
    const run = this.#runs.get(id);
    if (!run) return;
    clearTimeout(run.timer);
    this.#runs.delete(id);
    if (run.abandoned) return;
    if (error) run.reject(new Error(error));
    else run.resolve(result);
  }

  #send(message) {
    if (this.#port) {
      this.#port.postMessage(message);
      return;
    }
    this.#queue.push(message);
    this.#post({ type: "language-model-wanted" });
  }
}
