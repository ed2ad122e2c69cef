// Embeds sentences with the extension's model worker and with transformers.js in its own worker.

import { nextMessage, open } from "./worker.js";

/** The extension's model worker (engine/models.js) with the core's inputs. */
export class Ours {
  #worker;
  #port;
  #last = 0;

  async start({ threads }) {
    const { port1, port2 } = new MessageChannel();
    this.#worker = open("../engine/models.js");
    this.#port = port2;
    this.#worker.postMessage({ type: "start", lock: crypto.randomUUID(), port: port1, threads }, [port1]);
    await nextMessage(this.#worker, ({ type }) => type === "ready");
    port2.start();
  }

  /** @param {Array<{dims: number[], ids: number[]}>} batches token ids, batched by the core */
  async embed(batches, { vectors = false } = {}) {
    const made = [];
    const from = performance.now();
    for (const { dims, ids } of batches) {
      const data = Int32Array.from(ids);
      const id = ++this.#last;
      this.#port.postMessage({ id, model: "encoder", inputs: { input_ids: { dtype: "int32", dims, data } } }, [data.buffer]);
      const { outputs, error } = await nextMessage(this.#port, (message) => message.id === id);
      if (error) throw new Error(error);
      if (vectors) made.push(...outputs.vectors.data);
    }
    return { ms: performance.now() - from, vectors: made };
  }

  end() {
    this.#worker.terminate();
  }
}

export class Peer {
  #worker;

  async start({ model, threads }) {
    this.#worker = open("transformers.js");
    this.#worker.postMessage({ type: "start", model, threads });
    await nextMessage(this.#worker, ({ type }) => type === "ready");
  }

  /** @param {string[][]} batches */
  async embed(batches, { vectors = false } = {}) {
    this.#worker.postMessage({ type: "embed", batches, vectors });
    return nextMessage(this.#worker, ({ type }) => type === "embedded");
  }

  end() {
    this.#worker.terminate();
  }
}
