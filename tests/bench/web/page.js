// The benchmark page in a copy of the extension. Python calls `bench`.

import { Bulk } from "./bulk.js";
import { Ours, Peer } from "./embedding.js";
import { startOurs, startStock } from "./start.js";

const encoders = new Map();

globalThis.bench = {
  startOurs,
  startStock,

  /** @param {string} name @param {"ours"|"peer"|"bulk"} kind */
  async open(name, kind, options) {
    const encoder = new { ours: Ours, peer: Peer, bulk: Bulk }[kind]();
    encoders.set(name, encoder);
    await encoder.start(options);
  },

  /** Returns the milliseconds for all texts, and the vectors on request. */
  embed: (name, texts, options) => encoders.get(name).embed(texts, options),

  close(name) {
    encoders.get(name).end();
    encoders.delete(name);
  },
};
