// The files of a zip archive, each as a stream: enough of the format to take a model out of a package.

import { text } from "../messages.js";

const END = 0x06054b50; // end of the central directory
const ENTRY = 0x02014b50;
const TAIL = 65_557; // the end's own 22 bytes and the longest comment

/** The file is no archive that can be read; the message is fit to be shown. */
export class BadZip extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<Map<string, {size: number, stream: () => Promise<ReadableStream>}>>} by name; size is unpacked
 */
export async function readZip(file) {
  const start = Math.max(0, file.size - TAIL);
  const tail = new DataView(await file.slice(start).arrayBuffer());
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw new BadZip(text("model_file.not_zip"));
  const [count, length, from] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  if (from + length > file.size) throw new BadZip(text("model_file.zip_cut_off"));
  const directory = new DataView(await file.slice(from, from + length).arrayBuffer());
  const entries = new Map();
  let at = 0;
  for (let number = 0; number < count; number++) {
    if (at + 46 > length || directory.getUint32(at, true) !== ENTRY) throw new BadZip(text("model_file.damaged"));
    const [method, packed, size] = [directory.getUint16(at + 10, true), directory.getUint32(at + 20, true), directory.getUint32(at + 24, true)];
    const [named, extra, comment] = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
    if (at + 46 + named > length) throw new BadZip(text("model_file.damaged"));
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, named));
    const offset = directory.getUint32(at + 42, true);
    entries.set(name, { size, stream: () => unpacked(file, { method, packed, offset }) });
    at += 46 + named + extra + comment;
  }
  return entries;
}

async function unpacked(file, { method, packed, offset }) {
  const header = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  if (header.byteLength < 30) throw new BadZip(text("model_file.damaged"));
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const stream = file.slice(start, start + packed).stream();
  if (method === 0) return stream;
  if (method === 8) return stream.pipeThrough(new DecompressionStream("deflate-raw"));
  throw new BadZip(text("model_file.zip_method"));
}
