// The loop around the decoder (models/decoder/network.py): reads a prompt, says some tokens at a time, can be left
// between any two runs. Greedy, and the same tokens for the same request whatever was asked before. The desktop's is
// core/nutshell/hosts/native_generator.py.

const BLOCK = 64; // slots by which the cache grows
const CHUNK = 128; // tokens read at a time: activations are quantized chunk by chunk, so answers depend on it
const GUESSES = 4; // tokens that a step guesses at most: reading five takes hardly longer than reading one
const STEPS = 2; // a run: few, since it cannot be left within one

export class Decoder {
  #ort;
  #session;
  #vocabulary;
  #layers;
  #heads;
  #width;
  #cache; // two Float32Array a layer, [kv heads, capacity, width]
  #capacity = 0;
  #length = 0; // slots that are filled
  #read = []; // the chunks of the prompt that fill the first of them

  /** @param ort onnxruntime-web @param session an open session of a decoder's graph @param {number} vocabulary its tokens */
  constructor(ort, session, vocabulary) {
    this.#ort = ort;
    this.#session = session;
    this.#vocabulary = vocabulary;
    const pasts = session.inputMetadata.filter(({ name }) => name.startsWith("past_k."));
    if (!pasts.length) throw new Error("This is not a decoder made by Nutshell's recipe.");
    this.#layers = pasts.length;
    [, this.#heads, , this.#width] = pasts[0].shape;
    this.#cache = Array.from({ length: 2 * this.#layers }, () => new Float32Array(0));
  }

  /**
   * @param {{prompt: number[], fixed?: number, allowed?: number[], stop?: number[], maxTokens?: number, noRepeat?: number, guesses?: number}} request
   *   as nutshell.ports.Generation; `guesses` at most in a step, fewer only to measure what they bring
   * @returns {AsyncGenerator<number[]>} token ids, none while the prompt is read
   */
  async *generate({ prompt, fixed = 1, allowed = [], stop = [], maxTokens = 96, noRepeat = 0, guesses = GUESSES }) {
    const ids = [...new Set([...(allowed.length ? allowed : Array(this.#vocabulary).keys()), ...stop])].sort((a, b) => a - b);
    const place = new Map(ids.map((id, index) => [id, index]));
    const stops = new Set(stop.map((id) => place.get(id)));
    const ngram = noRepeat || maxTokens + guesses + 2; // a run longer than all there is cannot come twice
    const history = new Array(ngram - 1).fill(-1);
    const head = {
      head_ids: this.#integers(ids),
      stop: this.#integers([...stops]),
      ngram: this.#integer(ngram),
      source: this.#integers([-2, -2, ...prompt.map((id) => place.get(id) ?? -2)]),
      draft: this.#integer(guesses),
    };
    // Nothing is said after any chunk but the last: one row of the head is enough.
    const mute = { ...head, head_ids: this.#integers(ids.slice(0, 1)), stop: this.#integers([]), draft: this.#integer(0) };
    const chunks = chunked(prompt, fixed);
    for (const chunk of chunks.slice(this.#keep(chunks), -1)) {
      await this.#run({ ids: chunk }, 1, mute, history);
      this.#read.push(chunk);
      yield [];
    }
    const last = chunks.at(-1);
    let made = await this.#run({ ids: last }, 1, head, history);
    this.#read.push(last);
    for (let left = maxTokens; ; ) {
      const { said } = made;
      history.push(...said);
      const over = said.findIndex((index) => stops.has(index));
      yield said.slice(0, over < 0 ? left : Math.min(over, left)).map((index) => ids[index]);
      left -= said.length;
      if (over >= 0 || left <= 0) return;
      made = await this.#run(made, Math.min(STEPS, left), head, history);
    }
  }

  /** Forget what follows the chunks that are read already; answers how many are. The last is always read anew. */
  #keep(chunks) {
    let same = 0;
    while (same < chunks.length - 1 && same < this.#read.length && equal(chunks[same], this.#read[same])) same++;
    this.#read.length = same;
    this.#length = this.#read.reduce((total, chunk) => total + chunk.length, 0);
    return same;
  }

  /** `ids` and `guess` as the run before answered them; answers them for the next, and what was said. */
  async #run({ ids, guess = [] }, steps, head, history) {
    const feeds = {
      ids: this.#integers(ids),
      guess: this.#integers(guess),
      length: this.#integer(this.#length),
      steps: this.#integer(steps),
      history: this.#integers(history),
      ...head,
    };
    const dims = [1, this.#heads, this.#capacity, this.#width];
    this.#each((slot, kind, layer) => {
      feeds[`past_${kind}.${layer}`] = new this.#ort.Tensor("float32", this.#cache[slot], dims);
    });
    const results = await this.#session.run(feeds);
    const added = results["new_k.0"].dims[2];
    this.#grow(this.#length + added);
    this.#each((slot, kind, layer) => {
      const made = results[`new_${kind}.${layer}`].data;
      for (let head = 0; head < this.#heads; head++) {
        const row = made.subarray(head * added * this.#width, (head + 1) * added * this.#width);
        this.#cache[slot].set(row, (head * this.#capacity + this.#length) * this.#width);
      }
    });
    this.#length += added;
    const [said, next, guessed] = ["said", "next", "guessed"].map((name) => Array.from(results[name].data, Number));
    return { said, ids: next, guess: guessed };
  }

  #each(work) {
    for (let slot = 0; slot < 2 * this.#layers; slot++) work(slot, slot % 2 ? "v" : "k", slot >> 1);
  }

  #grow(length) {
    if (length <= this.#capacity) return;
    const before = this.#capacity * this.#width;
    this.#capacity = Math.ceil(length / BLOCK) * BLOCK;
    const now = this.#capacity * this.#width;
    this.#each((slot) => {
      const grown = new Float32Array(this.#heads * now);
      for (let head = 0; head < this.#heads; head++) {
        grown.set(this.#cache[slot].subarray(head * before, (head + 1) * before), head * now);
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

/** The first token alone (what it makes of the activations is fifty times the rest), then the fixed part, then the rest. */
function chunked(prompt, fixed) {
  if (!prompt.length) throw new Error("The prompt is empty.");
  const end = Math.min(Math.max(1, fixed), prompt.length);
  const chunks = [prompt.slice(0, 1)];
  for (const [from, to] of [[1, end], [end, prompt.length]]) {
    for (let at = from; at < to; at += CHUNK) chunks.push(prompt.slice(at, Math.min(at + CHUNK, to)));
  }
  return chunks;
}

function equal(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
