// Files out of and into the memory: a bundle of everything, perhaps sealed under a passphrase, and pages as Markdown.

import { isEncryptedExport, open, seal } from "../engine/encrypted-export.js";
import { text } from "../messages.js";

const PART = 500_000; // letters of a bundle in one message
const TOO_LONG = "a line that is too long"; // not JSON, so the core skips it
const LONGEST_LINE = 2_000_000; // letters; no line of a bundle has so many

/** The file is none that can be read; the message is fit to be shown. */
export class InvalidFile extends Error {}

/** A step of a longer work. @typedef {(done: number, total: number) => void} Step */

/**
 * Everything as a file. @param {import("../engine/client.js").EngineClient} engine
 * @param {string} passphrase "" leaves it open
 * @param {Step} step @param {AbortSignal} signal
 */
export async function exportBundle(engine, passphrase, step, signal) {
  const bundle = new Blob(await parts(engine, "memory.export", step, signal));
  const name = `nutshell-${today()}`;
  if (!passphrase) {
    save(bundle, `${name}.jsonl`, "application/jsonl");
    return;
  }
  const sealed = [];
  for await (const piece of seal(passphrase, bundle.stream().pipeThrough(new CompressionStream("gzip")))) sealed.push(piece);
  signal.throwIfAborted();
  save(new Blob(sealed), `${name}.sealed`, "application/octet-stream");
}

/** All pages as one Markdown file. */
export async function exportMarkdown(engine, step, signal) {
  save(new Blob(await parts(engine, "memory.markdown", step, signal)), `nutshell-${today()}.md`, "text/markdown");
}

/** Whether a file wants a passphrase. @param {Blob} file */
export async function needsPassphrase(file) {
  return isEncryptedExport(new Uint8Array(await file.slice(0, 7).arrayBuffer()));
}

/**
 * Take a file in, part by part. @param {Blob} file @param {string} passphrase for one that wants it
 * @param {Step} step in bytes of the file
 * @returns {Promise<object>} the core's report; rejects with InvalidFile, EncryptedExportError or EngineError
 */
export async function importBundle(engine, file, passphrase, step, signal) {
  let done = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      done += chunk.length;
      step(done, file.size);
      controller.enqueue(chunk);
    },
  });
  let bytes = file.stream().pipeThrough(counted);
  let packed = true;
  if (await needsPassphrase(file)) {
    bytes = streamOf(open(passphrase, bytes));
  } else {
    const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    packed = first === 0x1f && second === 0x8b;
  }
  if (packed) bytes = bytes.pipeThrough(new DecompressionStream("gzip"));
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  let first = true;
  let number; // the engine's, of this import
  let pending = ""; // read, not sent yet
  let skipping = false; // the rest of a line that is too long
  const send = async (lines, last) => {
    signal.throwIfAborted();
    const answer = await engine.request("memory.import", { text: lines, first, last, number }, { signal });
    first = false;
    ({ number } = answer);
    return answer;
  };
  for await (const piece of pieces(reader)) {
    const rest = skipping ? piece.indexOf("\n") : 0;
    if (rest < 0) continue;
    skipping = false;
    pending += piece.slice(rest);
    if (pending.length < PART) continue;
    const end = pending.lastIndexOf("\n");
    if (pending.length - end > LONGEST_LINE) {
      if (first && end < 0) throw new InvalidFile(text("import.not_export"));
      pending = pending.slice(0, end + 1) + TOO_LONG; // this line is skipped, the others are imported
      skipping = true;
    }
    if (end < 0) continue;
    await send(pending.slice(0, end), false);
    pending = pending.slice(end + 1);
  }
  return send(pending, true);
}

/** What a stream of text yields, never more than PART letters at once. */
async function* pieces(reader) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let at = 0; at < value.length; at += PART) yield value.slice(at, at + PART);
  }
}

async function parts(engine, name, step, signal) {
  const found = [];
  for (let place = null; ; ) {
    const answer = await engine.request(name, { place }, { signal });
    found.push(answer.text);
    step(answer.done, answer.total);
    place = answer.place;
    if (place === null) return found;
  }
}

/** A stream of what a generator yields; an error of the one is an error of the other. */
function streamOf(generator) {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await generator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function save(blob, name, type) {
  const url = URL.createObjectURL(new Blob([blob], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** `2026-11-24`, here. */
function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
