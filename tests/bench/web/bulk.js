// Embeds many texts, from Python in the engine to the model worker and back, as the product does.

import { nextMessage, open } from "./worker.js";

export class Bulk {
  #models;
  #engine;

  async start({ threads }) {
    const { port1, port2 } = new MessageChannel();
    this.#models = open("../engine/models.js");
    this.#models.postMessage({ type: "start", lock: crypto.randomUUID(), port: port1, threads }, [port1]);
    await nextMessage(this.#models, ({ type }) => type === "ready");
    this.#engine = open("bulk_engine.js");
    this.#engine.postMessage({ type: "start", port: port2 }, [port2]);
    await nextMessage(this.#engine, ({ type }) => type === "ready");
  }

  /** @param {string[]} texts @returns {Promise<{ms: number, again: number, shape: number[]}>} */
  async embed(texts, { model }) {
    this.#engine.postMessage({ type: "embed", model, texts });
    return nextMessage(this.#engine, ({ type }) => type === "embedded");
  }

  end() {
    this.#engine.terminate();
    this.#models.terminate();
  }
}
