// The engine's client for the language model: sends requests for text, receives tokens. The model runs in a worker of its own
// (models.js again), so that other models don't wait for it and its memory is freed when it ends.

import { getDecoderEntry, readModelFile } from "./language-model-files.js";

const STOP_TIMEOUT = 150; // ms; a worker that hasn't stopped by then is ended

export class LanguageModel {
  #post;
  #port = null;
  #queue = []; // messages to send once there is a worker
  #requests = new Map(); // id -> {message, callback, started, stopped, timer}
  #lastId = 0;
  #restarting = false; // the worker is being ended because it did not stop

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
   * @param {string} request JSON, as Decoder.generate of decoder-session.js takes it
   * @param {(kind: "tokens"|"done"|"error", value: string) => void} callback gets tokens as JSON, or the error message
   * @returns {number} an id for `stop`
   */
  generate(request, callback) {
    const id = ++this.#lastId;
    const message = { id, generate: JSON.parse(request) };
    this.#requests.set(id, { message, callback });
    this.#send(message);
    return id;
  }

  /** Stops a request. Its callback isn't called any more. Ends the worker if it doesn't stop in time. */
  stop(id) {
    const request = this.#requests.get(id);
    if (!request || request.stopped) return;
    request.stopped = true;
    if (!this.#port) {
      this.#queue = this.#queue.filter((message) => message.id !== id);
      this.#requests.delete(id);
      return;
    }
    request.timer = setTimeout(() => {
      this.#restarting = true;
      this.release();
    }, STOP_TIMEOUT);
    this.#send({ id, stop: true });
  }

  /** Ends the worker, which frees its memory. */
  release() {
    this.#post({ type: "language-model-unwanted" });
  }

  attach(port) {
    this.#port = port;
    port.onmessage = ({ data: { id, tokens, error } }) => {
      const request = this.#requests.get(id);
      if (!request) return;
      if (!tokens) this.#finish(id, error);
      else if (!request.stopped) request.callback("tokens", JSON.stringify(tokens));
      request.started = true;
    };
    for (const message of this.#queue.splice(0)) port.postMessage(message);
  }

  /** The worker is gone. Requests queued behind one that did not stop are sent to the next worker. */
  detach(message) {
    const resend = this.#restarting;
    this.#restarting = false;
    this.#port?.close();
    this.#port = null;
    this.#queue = [];
    for (const [id, request] of [...this.#requests]) {
      if (resend && !request.started && !request.stopped) this.#send(request.message);
      else this.#finish(id, message);
    }
  }

  #finish(id, error) {
    const { callback, stopped, timer } = this.#requests.get(id);
    clearTimeout(timer);
    this.#requests.delete(id);
    if (stopped) return;
    if (error) callback("error", error);
    else callback("done", "");
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
