// Runs the shell's decoding loop under Node.js: node decoder.mjs FOLDER VOCABULARY REQUESTS. Prints the tokens as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { Decoder } from "../../../extension/engine/decoder-session.js";

const [folder, vocabulary, requests] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const session = await ort.InferenceSession.create(readFileSync(join(folder, "decoder.onnx")), {
  executionProviders: ["wasm"],
  enableMemPattern: false,
  externalData: [{ path: "decoder.bin", data: readFileSync(join(folder, "decoder.bin")) }],
});
const decoder = new Decoder(ort, session, Number(vocabulary));
const answers = [];
for (const request of JSON.parse(requests)) {
  const answer = [];
  for await (const tokens of decoder.generate(request)) answer.push(...tokens);
  answers.push(answer);
}
console.log(JSON.stringify(answers));
process.exit(0);
