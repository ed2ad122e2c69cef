// Where the language model's files are: in the package, or where panel/decoder-file.js put those that the reader chose.

import { responseBytes } from "./bytes.js";
import { fetchPackaged } from "./network-lockdown.js";

/** Says which chosen files count; beside it a folder holds them. */
export const USER_DECODER_FILE = "decoder.json";

/** A decoder as pins.py describes it, with the `folder` of a chosen one; null when there is none. The reader's goes first. */
export async function getDecoderEntry() {
  return (await getUserDecoder()) ?? (await (await fetchPackaged("models/manifest.json")).json()).decoder ?? null;
}

/** The one that the reader chose, or null. */
export async function getUserDecoder() {
  try {
    const root = await navigator.storage.getDirectory();
    return JSON.parse(await (await (await root.getFileHandle(USER_DECODER_FILE)).getFile()).text());
  } catch {
    return null; // none was chosen, or there is no such storage (a private window)
  }
}

/** The bytes (Uint8Array) of one of its files, or of any model of the package. */
export async function readModelFile({ file }, folder = "") {
  if (!folder) return responseBytes(await fetchPackaged(`models/${file}`));
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getDirectoryHandle(folder)).getFileHandle(file);
  return new Uint8Array(await (await handle.getFile()).arrayBuffer());
}
