// Reads the files in a zip archive as streams. Supports only as much of the format as model packages need.

import { text } from "../messages.js";

const END = 0x06054b50; // end of the central directory
const ENTRY = 0x02014b50;
const TAIL = 65_557; // bytes: the end record (22) and the longest possible comment

/** The archive can't be read. `message` is text for the user. */
export class BadZip extends Error {}

/**
 * @param {Blob} file
 * @returns {Promise<Map<string, {size: number, stream: () => Promise<ReadableStream>}>>} the files by name. `size` is the uncompressed size in bytes.
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
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
    if (at + 46 + nameLength > length) throw new BadZip(text("model_file.damaged"));
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength));
    const offset = directory.getUint32(at + 42, true);
    entries.set(name, { size, stream: () => unpack(file, { method, packed, offset }) });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

async function unpack(file, { method, packed, offset }) {
  const header = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  if (header.byteLength < 30) throw new BadZip(text("model_file.damaged"));
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const stream = file.slice(start, start + packed).stream();
  if (method === 0) return stream;
  if (method === 8) return stream.pipeThrough(new DecompressionStream("deflate-raw"));
  throw new BadZip(text("model_file.zip_method"));
}
