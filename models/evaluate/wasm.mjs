// Runs models in WASM for wasm.py: node wasm.mjs NAME=FILE...
// Reads one JSON object per line, {model, inputs: {name: {dtype, dims, data}}} with base64 data, and writes one per line,
// {outputs} or {error}.
import { createInterface } from "node:readline";
import { sessions } from "./sessions.mjs";

const ARRAYS = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, int8: Int8Array };
const run = sessions(new Map(process.argv.slice(2).map((argument) => argument.split("="))));

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { model, inputs } = JSON.parse(line);
    answer = { outputs: mapped(await run(model, mapped(inputs, unpacked)), packed) };
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(answer));
}
process.exit(0);

function mapped(tensors, change) {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: change(tensor) }]),
  );
}

function unpacked({ dtype, data }) {
  const bytes = new Uint8Array(Buffer.from(data, "base64")); // a copy, aligned for every type
  return new ARRAYS[dtype](bytes.buffer);
}

function packed({ data }) {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}
