// Runs models in onnxruntime-web's WASM: reads {model: path, runs: [{input: {dtype, shape, data}}]} from standard
// input, writes each run's outputs as JSON. The counterpart of test_parity.py.
import { readFileSync, writeFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";

const ARRAYS = { float32: Float32Array, int32: Int32Array };
const job = JSON.parse(readFileSync(0, "utf8"));
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create(readFileSync(job.model), { executionProviders: ["wasm"] });
const results = [];
for (const run of job.runs) {
  const feeds = {};
  for (const [name, { dtype, shape, data }] of Object.entries(run))
    feeds[name] = new ort.Tensor(dtype, ARRAYS[dtype].from(data), shape);
  const outputs = await session.run(feeds);
  results.push(Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, Array.from(t.data)])));
}
writeFileSync(1, JSON.stringify(results));
process.exit(0);
