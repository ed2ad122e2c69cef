// transformers.js on the WASM device, with local files only.

import { env, pipeline } from "./transformers/transformers.min.js";

const HERE = new URL("./", import.meta.url).href;

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = `${HERE}models/`;
env.useBrowserCache = false;
env.useWasmCache = false; // it would import code from a blob, which extension pages cannot do
env.backends.onnx.wasm.wasmPaths = `${HERE}transformers/`;

let extract;

self.onmessage = async ({ data }) => {
  try {
    if (data.type === "start") {
      env.backends.onnx.wasm.numThreads = data.threads;
      extract = await pipeline("feature-extraction", data.model, { device: "wasm", dtype: "q8" });
      self.postMessage({ type: "ready" });
    } else {
      const vectors = [];
      const from = performance.now();
      for (const texts of data.batches) {
        const made = await extract(texts, { pooling: "mean", normalize: true });
        if (data.vectors) vectors.push(...made.data);
        made.dispose();
      }
      self.postMessage({ type: "embedded", ms: performance.now() - from, vectors });
    }
  } catch (error) {
    self.postMessage({ type: "broken", message: String(error?.stack ?? error) });
  }
};
