// onnxruntime-web's WASM under Node.js with one thread; session options as in extension/engine/models.js.
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";

const UNOPTIMIZED = new Set(["cosine", "encoder", "salience"]);

/**
 * @param {Map<string, string>} files model -> its ONNX file
 * @returns {(model: string, inputs: Object<string, {dtype: string, dims: number[], data: ArrayBufferView}>) => Promise<Object>}
 *   runs one forward pass; the outputs have the same form as the inputs
 */
export function sessions(files) {
  const opened = new Map();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return async (model, inputs) => {
    if (!opened.has(model)) {
      if (!files.has(model)) throw new Error(`no such model: ${model}`);
      const graphOptimizationLevel = UNOPTIMIZED.has(model) ? "disabled" : "all";
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
