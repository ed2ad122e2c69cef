// A language model that the reader brings: out of a zip (the larger package's, or one of the recipe's three files) into
// the browser's private storage, and out of it again.

import { getUserDecoder, USER_DECODER_FILE } from "../engine/language-model-files.js";
import { sha256Hex } from "../engine/digest.js";
import { fetchPackaged } from "../engine/network-lockdown.js";
import { text } from "../messages.js";
import { BadZip, readZip } from "./zip.js";

const FILES = { graph: "decoder.onnx", weights: "decoder.bin", tokenizer: "decoder-tokenizer.json" };
const MOST = 1_500_000_000; // bytes: WASM's memory must hold it, and more
const FOLDER = "decoder-";

/**
 * Keep the decoder of a zip. The one before stays until this one is whole.
 * @param {File} file
 * @param {(done: number, total: number) => void} step in bytes
 * @param {AbortSignal} signal
 * @returns {Promise<object>} its entry; rejects with an Error fit to be shown, and nothing is kept
 */
export async function takeDecoder(file, step, signal) {
  const parts = await found(file);
  const root = await navigator.storage.getDirectory();
  const folder = `${FOLDER}${Date.now()}`;
  const directory = await root.getDirectoryHandle(folder, { create: true });
  try {
    const total = Object.values(parts).reduce((sum, { size }) => sum + size, 0);
    const pins = {};
    let before = 0;
    for (const [part, entry] of Object.entries(parts)) {
      const from = before;
      pins[part] = await copied(entry, directory, FILES[part], (done) => step(from + done, total), signal);
      before += entry.size;
    }
    const entry = { ...(await described(file, pins, directory)), folder, chosen: true };
    await write(root, USER_DECODER_FILE, JSON.stringify(entry));
    await tidy(root, folder);
    return entry;
  } catch (error) {
    await root.removeEntry(folder, { recursive: true }).catch(() => {});
    if (error.name === "QuotaExceededError") throw new Error(text("model_file.no_room"), { cause: error });
    if (error instanceof TypeError) throw new BadZip(text("model_file.damaged"), { cause: error }); // what DecompressionStream says
    throw error;
  }
}

/** No chosen decoder any more: the package's own counts again. Tells whether there was one. */
export async function dropDecoder() {
  const was = await getUserDecoder();
  const root = await navigator.storage.getDirectory().catch(() => null);
  if (!root) return false; // there is no such storage in a private window
  await root.removeEntry(USER_DECODER_FILE).catch(() => {});
  await tidy(root, "");
  return was !== null;
}

/** The three files, in whichever folder of the archive they are. */
async function found(file) {
  const entries = await readZip(file);
  const parts = {};
  for (const [part, name] of Object.entries(FILES)) {
    const [entry] = [...entries].filter(([path]) => path.split("/").at(-1) === name);
    if (!entry) throw new BadZip(text("model_file.missing_part", { name, files: Object.values(FILES).join(", ") }));
    if (entry[1].size > MOST) throw new BadZip(text("model_file.too_large", { name }));
    parts[part] = entry[1];
  }
  return parts;
}

async function copied(entry, directory, name, step, signal) {
  const handle = await directory.getFileHandle(name, { create: true });
  let done = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      done += chunk.length;
      if (done > entry.size) throw new BadZip(text("model_file.too_long", { name }));
      step(done);
      controller.enqueue(chunk);
    },
  });
  await (await entry.stream()).pipeThrough(counted).pipeTo(await handle.createWritable(), { signal });
  if (done !== entry.size) throw new BadZip(text("model_file.cut_off", { name }));
  const bytes = await (await handle.getFile()).arrayBuffer();
  return { file: name, bytes: bytes.byteLength, sha256: await sha256Hex(bytes) };
}

/** Known by its hashes: what its card says. Else by its shape, and by the self-test that follows (`words.measure`). */
async function described(file, { graph, weights, tokenizer }, directory) {
  let said;
  try {
    said = JSON.parse(await (await (await directory.getFileHandle(tokenizer.file)).getFile()).text());
  } catch {
    throw new Error(text("model_file.not_tokenizer", { name: tokenizer.file }));
  }
  if (!Array.isArray(said.tokens) || !Number.isSafeInteger(said.context)) throw new Error(text("model_file.not_tokenizer", { name: tokenizer.file }));
  const known = await (await fetchPackaged("models/decoders.json")).json();
  const card = known.find(({ outputs }) => [graph, weights, tokenizer].every((part) => outputs[part.file] === part.sha256));
  const { name, licence, good, bad } = card ?? { name: text("model_file.unknown", { file: file.name }), licence: text("model_file.licence_unknown"), good: "", bad: "" };
  return { ...graph, name, licence, good, bad, context: said.context, vocabulary: said.tokens.length, weights, tokenizer };
}

async function write(root, name, text) {
  const writable = await (await root.getFileHandle(name, { create: true })).createWritable();
  await writable.write(text);
  await writable.close(); // only now it is there, whole
}

/** Folders of decoders that do not count. */
async function tidy(root, kept) {
  for await (const [name, handle] of root.entries()) {
    if (handle.kind === "directory" && name.startsWith(FOLDER) && name !== kept) {
      await root.removeEntry(name, { recursive: true }).catch(() => {}); // still being read: the next time
    }
  }
}
