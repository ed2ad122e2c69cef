// The language model in a plain page: the extension's own worker, and wllama, which creates workers from blobs and cannot
// run in an extension page. Both use the same page, threads and GGUF file (ours is built from it).

import { Wllama } from "./wllama/index.js";
import { nextMessage, open } from "./worker.js";

let worker = null;
let port = null;
let peer = null;
let last = 0;

globalThis.bench = {
  isolated: crossOriginIsolated,

  /** Returns the milliseconds until the first token of a short request. */
  async openOurs({ threads }) {
    const from = performance.now();
    const { port1, port2 } = new MessageChannel();
    worker = open("../engine/models.js");
    port = port2;
    worker.postMessage({ type: "start", lock: crypto.randomUUID(), port: port1, threads }, [port1]);
    await nextMessage(worker, ({ type }) => type === "ready");
    port.start();
    await this.ours({ prompt: [1], maxTokens: 1 });
    return performance.now() - from;
  },

  /** Returns tokens per second for the prompt and for generation. */
  async ours(request) {
    const id = ++last;
    const from = performance.now();
    const tokens = [];
    let first = 0;
    let firstTokens = 0;
    port.postMessage({ id, generate: request });
    for (;;) {
      const message = await nextMessage(port, (message) => message.id === id);
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

  /** Returns the milliseconds from a stop, sent after the first tokens, until the worker is free. */
  async cancel(request) {
    const id = ++last;
    port.postMessage({ id, generate: request });
    await nextMessage(port, (message) => message.id === id);
    const from = performance.now();
    port.postMessage({ id, stop: true });
    await nextMessage(port, (message) => message.id === id && message.done);
    return performance.now() - from;
  },

  closeOurs: () => worker.terminate(),

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
