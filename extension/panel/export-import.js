// Exports the library as a file (JSON Lines, optionally encrypted, or Markdown), and imports such files.

import { decryptExport, encryptExport, HEADER_LENGTH, isEncryptedExport, peek } from "../engine/encrypted-export.js";
import { text as message } from "../messages.js";

const PART_LENGTH = 500_000; // characters of a bundle in one message
const MAX_LINE_LENGTH = 2_000_000; // characters; no line of a bundle is longer
const OVERLONG_LINE = "a line that is too long";

/** The file can't be imported. `message` is text for the user. */
export class InvalidFile extends Error {}

/** @typedef {(done: number, total: number) => void} OnProgress */

/**
 * Saves a file with everything.
 * @param {import("../engine/client.js").EngineClient} engine
 * @param {string} passphrase "" saves the file unencrypted
 * @param {OnProgress} onProgress @param {AbortSignal} signal
 */
export async function exportBundle(engine, passphrase, onProgress, signal) {
  const { parts, date } = await fetchParts(engine, "library.export", onProgress, signal);
  const bundle = new Blob(parts);
  const name = `nutshell-${date}.jsonl`;
  if (!passphrase) {
    saveFile(bundle, name, "application/jsonl");
    return;
  }
  const encrypted = await encryptExport(passphrase, bundle.stream().pipeThrough(new CompressionStream("gzip")));
  const file = await new Response(encrypted).blob();
  signal.throwIfAborted();
  saveFile(file, `${name}.gz.age`, "application/octet-stream");
}

/** Saves all pages as one Markdown file. */
export async function exportMarkdown(engine, onProgress, signal) {
  const { parts, date } = await fetchParts(engine, "library.export_markdown", onProgress, signal);
  saveFile(new Blob(parts), `nutshell-${date}.md`, "text/markdown");
}

/** Returns whether a file is encrypted with a passphrase. @param {Blob} file */
export async function needsPassphrase(file) {
  return isEncryptedExport(new Uint8Array(await file.slice(0, HEADER_LENGTH).arrayBuffer()));
}

/**
 * Imports a file, part by part.
 * @param {Blob} file @param {string} passphrase for an encrypted file
 * @param {OnProgress} onProgress in bytes of the file
 * @returns {Promise<object>} the core's report. Rejects with InvalidFile, EncryptedExportError or EngineError.
 */
export async function importBundle(engine, file, passphrase, onProgress, signal) {
  let bytesRead = 0;
  const counter = new TransformStream({
    transform(chunk, controller) {
      bytesRead += chunk.length;
      onProgress(bytesRead, file.size);
      controller.enqueue(chunk);
    },
  });
  let bytes = file.stream().pipeThrough(counter);
  if (await needsPassphrase(file)) bytes = decryptExport(passphrase, bytes);
  const reader = (await decompress(bytes)).pipeThrough(new TextDecoderStream()).getReader();
  let first = true;
  let number; // the core's id of this import
  let text = "";
  let skipping = false; // the rest of an overlong line
  const send = async (lines, last) => {
    signal.throwIfAborted();
    const answer = await engine.request("library.import", { text: lines, first, last, number }, { signal });
    first = false;
    ({ number } = answer);
    return answer;
  };
  for await (const piece of readText(reader)) {
    const start = skipping ? piece.indexOf("\n") : 0;
    if (start < 0) continue;
    skipping = false;
    text += piece.slice(start);
    if (text.length < PART_LENGTH) continue;
    const end = text.lastIndexOf("\n");
    if (text.length - end > MAX_LINE_LENGTH) {
      if (first && end < 0) throw new InvalidFile(message("import.not_export"));
      text = text.slice(0, end + 1) + OVERLONG_LINE; // the core reports it and imports all other lines
      skipping = true;
    }
    if (end < 0) continue;
    await send(text.slice(0, end), false);
    text = text.slice(end + 1);
  }
  return send(text, true);
}

/** Returns the decompressed stream if it is gzip, else the stream as it is. */
async function decompress(stream) {
  const [[first, second], whole] = await peek(stream, 2);
  return first === 0x1f && second === 0x8b ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

/** Yields the text of a stream in pieces of at most PART_LENGTH. */
async function* readText(reader) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let at = 0; at < value.length; at += PART_LENGTH) yield value.slice(at, at + PART_LENGTH);
  }
}

async function fetchParts(engine, name, onProgress, signal) {
  const parts = [];
  for (let place = null; ; ) {
    const answer = await engine.request(name, { place }, { signal });
    parts.push(answer.text);
    onProgress(answer.done, answer.total);
    place = answer.place;
    if (place === null) return { parts, date: answer.date };
  }
}

function saveFile(blob, name, type) {
  const url = URL.createObjectURL(new Blob([blob], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
