// Imports the user's own language model from a zip (the larger package, or the three files that the recipe makes) into
// the browser's private storage, and removes it.

import { getUserDecoder, USER_DECODER_FILE } from "../engine/language-model-files.js";
import { sha256Hex } from "../engine/digest.js";
import { fetchPackaged } from "../engine/network-lockdown.js";
import { text } from "../messages.js";
import { BadZip, readZip } from "./zip.js";

const FILES = { graph: "decoder.onnx", weights: "decoder.bin", tokenizer: "decoder-tokenizer.json" };
const MAX_BYTES = 1_500_000_000; // the model must fit into WASM memory with room to spare
const FOLDER_PREFIX = "decoder-";

/**
 * Imports the decoder in a zip. The previous decoder stays until the new one is complete.
 * @param {File} file
 * @param {(done: number, total: number) => void} step in bytes
 * @param {AbortSignal} signal
 * @returns {Promise<object>} its entry. If it rejects, the error's message is text for the user and nothing is saved.
 */
export async function takeDecoder(file, step, signal) {
  const parts = await findParts(file);
  const root = await navigator.storage.getDirectory();
  const folder = `${FOLDER_PREFIX}${Date.now()}`;
  const directory = await root.getDirectoryHandle(folder, { create: true });
  try {
    const total = Object.values(parts).reduce((sum, { size }) => sum + size, 0);
    const pins = {};
    let finishedBytes = 0;
    for (const [part, entry] of Object.entries(parts)) {
      const from = finishedBytes;
      pins[part] = await copyPart(entry, directory, FILES[part], (done) => step(from + done, total), signal);
      finishedBytes += entry.size;
    }
    const entry = { ...(await describeDecoder(file, pins, directory)), folder, chosen: true };
    await write(root, USER_DECODER_FILE, JSON.stringify(entry));
    await removeOldFolders(root, folder);
    return entry;
  } catch (error) {
    await root.removeEntry(folder, { recursive: true }).catch(() => {});
    if (error.name === "QuotaExceededError") throw new Error(text("model_file.no_room"), { cause: error });
    if (error instanceof TypeError) throw new BadZip(text("model_file.damaged"), { cause: error }); // from DecompressionStream
    throw error;
  }
}

/** Removes the imported decoder, so that the packaged one applies again. Returns whether there was one. */
export async function dropDecoder() {
  const previous = await getUserDecoder();
  const root = await navigator.storage.getDirectory().catch(() => null);
  if (!root) return false; // private windows have no such storage
  await root.removeEntry(USER_DECODER_FILE).catch(() => {});
  await removeOldFolders(root, "");
  return previous !== null;
}

/** Finds the three files, in any folder of the archive. */
async function findParts(file) {
  const entries = await readZip(file);
  const parts = {};
  for (const [part, name] of Object.entries(FILES)) {
    const [entry] = [...entries].filter(([path]) => path.split("/").at(-1) === name);
    if (!entry) throw new BadZip(text("model_file.missing_part", { name, files: Object.values(FILES).join(", ") }));
    if (entry[1].size > MAX_BYTES) throw new BadZip(text("model_file.too_large", { name }));
    parts[part] = entry[1];
  }
  return parts;
}

async function copyPart(entry, directory, name, step, signal) {
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

/**
 * Returns the entry of a decoder. A known decoder, recognized by its hashes, gets name and licence from its card. The
 * self-test (`paraphrase.measure`) then checks that the decoder works.
 */
async function describeDecoder(file, { graph, weights, tokenizer }, directory) {
  let parsed;
  try {
    parsed = JSON.parse(await (await (await directory.getFileHandle(tokenizer.file)).getFile()).text());
  } catch {
    throw new Error(text("model_file.not_tokenizer", { name: tokenizer.file }));
  }
  if (!Array.isArray(parsed.tokens) || !Number.isSafeInteger(parsed.context)) throw new Error(text("model_file.not_tokenizer", { name: tokenizer.file }));
  const known = await (await fetchPackaged("models/decoders.json")).json();
  const card = known.find(({ outputs }) => [graph, weights, tokenizer].every((part) => outputs[part.file] === part.sha256));
  const { name, licence, good, bad } = card ?? { name: text("model_file.unknown", { file: file.name }), licence: text("model_file.licence_unknown"), good: "", bad: "" };
  return { ...graph, name, licence, good, bad, context: parsed.context, vocabulary: parsed.tokens.length, weights, tokenizer };
}

async function write(root, name, text) {
  const writable = await (await root.getFileHandle(name, { create: true })).createWritable();
  await writable.write(text);
  await writable.close(); // only this replaces the file
}

/** Removes the folders of all decoders except the current one. */
async function removeOldFolders(root, current) {
  for await (const [name, handle] of root.entries()) {
    if (handle.kind === "directory" && name.startsWith(FOLDER_PREFIX) && name !== current) {
      await root.removeEntry(name, { recursive: true }).catch(() => {}); // still in use; the next call removes it
    }
  }
}
