// The files of the language model: in the package, or in OPFS where panel/decoder-file.js saved the user's own.

import { responseBytes } from "./bytes.js";
import { fetchPackaged } from "./network-lockdown.js";

/** Describes the user's own decoder. Its files are in a folder beside it. */
export const USER_DECODER_FILE = "decoder.json";

/** Returns the manifest entry of the decoder, with its `folder` if it is the user's own; null if there is none. */
export async function getDecoderEntry() {
  return (await getUserDecoder()) ?? (await (await fetchPackaged("models/manifest.json")).json()).decoder ?? null;
}

/** Returns the manifest entry of the user's own decoder, or null. */
export async function getUserDecoder() {
  try {
    const root = await navigator.storage.getDirectory();
    return JSON.parse(await (await (await root.getFileHandle(USER_DECODER_FILE)).getFile()).text());
  } catch {
    return null; // there is none, or no OPFS (a private window)
  }
}

/** Returns the bytes (Uint8Array) of a model file, from the package or from an OPFS folder. */
export async function readModelFile({ file }, folder = "") {
  if (!folder) return responseBytes(await fetchPackaged(`models/${file}`));
  const root = await navigator.storage.getDirectory();
  const handle = await (await root.getDirectoryHandle(folder)).getFileHandle(file);
  return new Uint8Array(await (await handle.getFile()).arrayBuffer());
}
