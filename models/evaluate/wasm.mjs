// onnxruntime-web under node, set up as extension/engine/models.js does: node wasm.mjs NAME=FILE...
// A line of JSON in, {model, inputs: {name: {dtype, dims, data}}}, data in base64; a line out, {outputs} or {error}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import * as ort from "onnxruntime-web/wasm";

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array };
const files = new Map(process.argv.slice(2).map((argument) => argument.split("=")));
const sessions = new Map();
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { outputs: await run(JSON.parse(line)) };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(answer));
}
process.exit(0);

async function run({ model, inputs }) {
  if (!sessions.has(model)) {
    const options = { executionProviders: ["wasm"], graphOptimizationLevel: "all", enableMemPattern: false };
    sessions.set(model, await ort.InferenceSession.create(readFileSync(files.get(model)), options));
  }
  const feeds = {};
  for (const [name, { dtype, dims, data }] of Object.entries(inputs)) {
    const bytes = new Uint8Array(Buffer.from(data, "base64")); // a copy, aligned for every type
    feeds[name] = new ort.Tensor(dtype, new ARRAYS[dtype](bytes.buffer), dims);
  }
  const outputs = {};
  for (const [name, tensor] of Object.entries(await sessions.get(model).run(feeds))) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    const data = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
    outputs[name] = { dtype: tensor.type, dims: tensor.dims, data };
    tensor.dispose();
  }
  return outputs;
}
