// Runs the decoder (models/decoder/network.py) and holds its key-value cache. The decoding loop is in the core
// (core/nutshell/paraphrase/decoding.py): it says what each run reads.

import { text } from "../messages.js";

const BLOCK = 64; // tokens by which the cache grows

export class DecoderSession {
  #ort;
  #session;
  #layers;
  #heads;
  #width;
  #cache; // two Float32Array for each layer, [kv heads, capacity, width]
  #capacity = 0;
  #length = 0; // tokens in the cache
  #head = null; // tensors of the last request that had a head

  /** @param ort onnxruntime-web @param session an open session of a decoder's graph */
  constructor(ort, session) {
    this.#ort = ort;
    this.#session = session;
    const pasts = session.inputMetadata.filter(({ name }) => name.startsWith("past_k."));
    if (!pasts.length) throw new Error(text("language_model.unsupported"));
    this.#layers = pasts.length;
    [, this.#heads, , this.#width] = pasts[0].shape;
    this.#cache = Array.from({ length: 2 * this.#layers }, () => new Float32Array(0));
  }

  /**
   * @param {{length: number, ids: number[], guess: number[], steps: number, history: number[], head?: object}} request a
   *   DecoderRun of core/nutshell/ports.py; `head` is left out if it is the same as before
   * @returns {Promise<{said: number[], next: number[], guessed: number[], length: number} | null>} a DecoderOutput; null if
   *   the cache holds fewer than `length` tokens, or there is no head
   */
  async run({ length, ids, guess, steps, history, head }) {
    if (head) this.#head = this.#headTensors(head);
    if (!this.#head || length > this.#length) return null;
    const feeds = {
      ids: this.#integers(ids),
      guess: this.#integers(guess),
      length: this.#integer(length),
      steps: this.#integer(steps),
      history: this.#integers(history),
      ...this.#head,
    };
    const dims = [1, this.#heads, this.#capacity, this.#width];
    this.#forEachSlot((slot, kind, layer) => {
      feeds[`past_${kind}.${layer}`] = new this.#ort.Tensor("float32", this.#cache[slot], dims);
    });
    const results = await this.#session.run(feeds);
    const added = results["new_k.0"].dims[2];
    this.#grow(length + added);
    this.#forEachSlot((slot, kind, layer) => {
      const values = results[`new_${kind}.${layer}`].data;
      for (let head = 0; head < this.#heads; head++) {
        const row = values.subarray(head * added * this.#width, (head + 1) * added * this.#width);
        this.#cache[slot].set(row, (head * this.#capacity + length) * this.#width);
      }
    });
    this.#length = length + added;
    const [said, next, guessed] = ["said", "next", "guessed"].map((name) => Array.from(results[name].data, Number));
    return { said, next, guessed, length: this.#length };
  }

  #headTensors({ ids, stop, ngram, source, guesses }) {
    return {
      head_ids: this.#integers(ids),
      stop: this.#integers(stop),
      ngram: this.#integer(ngram),
      source: this.#integers(source),
      draft: this.#integer(guesses),
    };
  }

  #forEachSlot(callback) {
    for (let slot = 0; slot < 2 * this.#layers; slot++) callback(slot, slot % 2 ? "v" : "k", slot >> 1);
  }

  #grow(length) {
    if (length <= this.#capacity) return;
    const oldStride = this.#capacity * this.#width;
    this.#capacity = Math.ceil(length / BLOCK) * BLOCK;
    const stride = this.#capacity * this.#width;
    this.#forEachSlot((slot) => {
      const grown = new Float32Array(this.#heads * stride);
      for (let head = 0; head < this.#heads; head++) {
        grown.set(this.#cache[slot].subarray(head * oldStride, (head + 1) * oldStride), head * stride);
      }
      this.#cache[slot] = grown;
    });
  }

  #integers(values) {
    return new this.#ort.Tensor("int64", BigInt64Array.from(values, BigInt), [values.length]);
  }

  #integer(value) {
    return new this.#ort.Tensor("int64", BigInt64Array.of(BigInt(value)), []);
  }
}
