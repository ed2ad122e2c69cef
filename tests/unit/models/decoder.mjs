// node decoder.mjs FOLDER: runs the decoder in FOLDER with the built extension's session. For each JSON line, a run
// (core/nutshell/ports.py), it prints the result as a JSON line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as ort from "onnxruntime-web/wasm";
import { DecoderSession } from "../../../dist/chrome/engine/decoder-session.js";

const [folder] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const session = await ort.InferenceSession.create(readFileSync(join(folder, "decoder.onnx")), {
  executionProviders: ["wasm"],
  enableMemPattern: false,
  externalData: [{ path: "decoder.bin", data: readFileSync(join(folder, "decoder.bin")) }],
});
const decoder = new DecoderSession(ort, session);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await decoder.run(JSON.parse(line)))}\n`);
}
