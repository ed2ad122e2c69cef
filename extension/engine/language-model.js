// The engine's side of the language model: requests for text out, tokens back. The model runs in a worker of its own
// (models.js again), so that the summarizer's models need not wait for it and its memory comes back when it ends.

import { getDecoderEntry, readModelFile } from "./language-model-files.js";

const PATIENCE = 150; // ms in which a worker that is told to stop must have stopped

export class Words {
  #post;
  #port = null;
  #waiting = []; // what is to be sent once there is a worker
  #asked = new Map(); // id -> {message, tell, begun, stopped}
  #last = 0;
  #ending = false; // the worker is being ended because it did not stop

  /** @param {(message: object) => void} post tells the offscreen document */
  constructor(post) {
    this.#post = post;
  }

  /** The decoder's entry (decoder.js) with its tokenizer's text, as JSON; "" when there is none. */
  async decoder() {
    const entry = await getDecoderEntry();
    if (!entry) return "";
    const tokenizer = new TextDecoder().decode(await readModelFile(entry.tokenizer, entry.folder));
    return JSON.stringify({ ...entry, tokenizer });
  }

  /**
   * @param {string} request JSON, as Decoder.generate of decoder-session.js takes it
   * @param {(kind: "tokens"|"done"|"error", value: string) => void} tell tokens as JSON, or the message of the error
   * @returns {number} to stop it by
   */
  generate(request, tell) {
    const id = ++this.#last;
    const message = { id, generate: JSON.parse(request) };
    this.#asked.set(id, { message, tell });
    this.#send(message);
    return id;
  }

  /** Whoever asked wants no more, and is told no more. A worker in the middle of something long is ended. */
  stop(id) {
    const asked = this.#asked.get(id);
    if (!asked || asked.stopped) return;
    asked.stopped = true;
    if (!this.#port) {
      this.#waiting = this.#waiting.filter((message) => message.id !== id);
      this.#asked.delete(id);
      return;
    }
    asked.timer = setTimeout(() => {
      this.#ending = true;
      this.release();
    }, PATIENCE);
    this.#send({ id, stop: true });
  }

  /** Give the memory back. */
  release() {
    this.#post({ type: "words-unwanted" });
  }

  attach(port) {
    this.#port = port;
    port.onmessage = ({ data: { id, tokens, error } }) => {
      const asked = this.#asked.get(id);
      if (!asked) return;
      if (!tokens) this.#finish(id, error);
      else if (!asked.stopped) asked.tell("tokens", JSON.stringify(tokens));
      asked.begun = true;
    };
    for (const message of this.#waiting.splice(0)) port.postMessage(message);
  }

  /** The worker is gone. Who was asked for after the one that did not stop has its turn in the next worker. */
  detach(message) {
    const again = this.#ending;
    this.#ending = false;
    this.#port?.close();
    this.#port = null;
    this.#waiting = [];
    for (const [id, asked] of [...this.#asked]) {
      if (again && !asked.begun && !asked.stopped) this.#send(asked.message);
      else this.#finish(id, message);
    }
  }

  #finish(id, error) {
    const { tell, stopped, timer } = this.#asked.get(id);
    clearTimeout(timer);
    this.#asked.delete(id);
    if (stopped) return;
    if (error) tell("error", error);
    else tell("done", "");
  }

  #send(message) {
    if (this.#port) {
      this.#port.postMessage(message);
      return;
    }
    this.#waiting.push(message);
    this.#post({ type: "words-wanted" });
  }
}
