// onnxruntime-web's WASM under node, one thread, its sessions set up as extension/engine/models.js does.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";

const AS_THEY_ARE = new Set(["cosine", "encoder", "salience"]);

/**
 * @param {Map<string, string>} files model -> its ONNX file
 * @returns {(model: string, inputs: Object<string, {dtype: string, dims: number[], data: ArrayBufferView}>) => Promise<Object>}
 *   one forward pass; the outputs have the form of the inputs
 */
export function sessions(files) {
  const opened = new Map();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return async (model, inputs) => {
    if (!opened.has(model)) {
      if (!files.has(model)) throw new Error(`there is no model named ${model}`);
      const graphOptimizationLevel = AS_THEY_ARE.has(model) ? "disabled" : "all";
      const options = { executionProviders: ["wasm"], graphOptimizationLevel, enableMemPattern: false };
      opened.set(model, await ort.InferenceSession.create(readFileSync(files.get(model)), options));
    }
    const feeds = {};
    for (const [name, { dtype, dims, data }] of Object.entries(inputs)) feeds[name] = new ort.Tensor(dtype, data, dims);
    const outputs = {};
    for (const [name, tensor] of Object.entries(await opened.get(model).run(feeds))) {
      outputs[name] = { dtype: tensor.type, dims: [...tensor.dims], data: tensor.data.slice() };
      tensor.dispose();
    }
    return outputs;
  };
}
