// The language model in a plain page: the extension's own worker and decoding loop, and wllama, which makes workers of blobs as no
// extension page may. Both have the same page, the same threads and the same GGUF (ours: made of it).

import { Wllama } from "./wllama/index.js";
import { nextMessage, open } from "./worker.js";

let worker = null;
let engine = null;
let peer = null;
let last = 0;

globalThis.bench = {
  isolated: crossOriginIsolated,

  /** Milliseconds until the first token of a short request is there, from the moment that Python runs. */
  async openOurs({ threads }) {
    const { vocabulary } = (await (await fetch("../models/manifest.json")).json()).decoder;
    const { port1, port2 } = new MessageChannel();
    engine = open("generation_engine.js");
    engine.postMessage({ type: "start", port: port2, vocabulary }, [port2]);
    await nextMessage(engine, ({ type }) => type === "ready");
    const from = performance.now();
    worker = open("../engine/models.js");
    worker.postMessage({ type: "start", lock: crypto.randomUUID(), port: port1, threads }, [port1]);
    await nextMessage(worker, ({ type }) => type === "ready");
    await this.ours({ prompt: [1], allowed: [1, 2], max_tokens: 1 });
    return performance.now() - from;
  },

  /** Returns tokens per second for the prompt and for generation. */
  async ours(request) {
    const id = ++last;
    const from = performance.now();
    const tokens = [];
    let first = 0;
    let firstTokens = 0;
    engine.postMessage({ type: "generate", id, request });
    for (;;) {
      const message = await nextMessage(engine, (each) => each.id === id);
      if (message.error) throw new Error(message.error);
      if (message.done) break;
      tokens.push(...message.tokens);
      if (!first) [first, firstTokens] = [performance.now(), tokens.length];
    }
    const ended = performance.now();
    return {
      prefill: (request.prompt.length / (first - from)) * 1000,
      decode: ((tokens.length - firstTokens) / (ended - first)) * 1000,
      tokens,
    };
  },

  /** Milliseconds from the stop, sent at the first tokens, until a request for one more token is answered. */
  async cancel(request) {
    const id = ++last;
    engine.postMessage({ type: "generate", id, request });
    await nextMessage(engine, (each) => each.id === id);
    const from = performance.now();
    engine.postMessage({ type: "stop" });
    await nextMessage(engine, (each) => each.id === id && each.done);
    await this.ours({ prompt: [1], allowed: [1, 2], max_tokens: 1 });
    return performance.now() - from;
  },

  closeOurs: () => (engine.terminate(), worker.terminate()),

  async openPeer({ threads }) {
    const from = performance.now();
    peer = new Wllama({ default: new URL("wllama/wasm/wllama.wasm", import.meta.url).href }, { suppressNativeLog: true });
    const weights = await (await fetch("wllama/model.gguf")).blob();
    await peer.loadModel([weights], { n_ctx: 2048, n_threads: threads, n_gpu_layers: 0, n_parallel: 1 });
    await peer.createCompletion({ prompt: "A", max_tokens: 1, temperature: 0 });
    return performance.now() - from;
  },

  /** Uses llama.cpp's own timings. */
  async peer({ prompt, maxTokens }) {
    const { timings, choices } = await peer.createCompletion({ prompt, max_tokens: maxTokens, temperature: 0, cache_prompt: false, ignore_eos: true });
    return { prefill: timings.prompt_per_second, decode: timings.predicted_per_second, read: timings.prompt_n, count: timings.predicted_n, text: choices[0].text, threads: peer.getNumThreads() };
  },

  closePeer: () => peer.exit(),
};
