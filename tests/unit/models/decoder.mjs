// The shell's loop around a decoder under node: node decoder.mjs FOLDER VOCABULARY REQUEST. Prints the tokens as JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { Decoder } from "../../../extension/engine/decoder-session.js";

const [folder, vocabulary, request] = process.argv.slice(2);
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";
const session = await ort.InferenceSession.create(readFileSync(join(folder, "decoder.onnx")), {
  executionProviders: ["wasm"],
  enableMemPattern: false,
  externalData: [{ path: "decoder.bin", data: readFileSync(join(folder, "decoder.bin")) }],
});
const decoder = new Decoder(ort, session, Number(vocabulary));
const answers = [];
for (const each of JSON.parse(request)) {
  const said = [];
  for await (const tokens of decoder.generate(each)) said.push(...tokens);
  answers.push(said);
}
console.log(JSON.stringify(answers));
process.exit(0);
