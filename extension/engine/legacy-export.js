// Reads encrypted exports of earlier versions, which used a format of our own.
//
// The file, numbers big-endian:
//    0  7 bytes   "NUTSEAL"
//    7  1 byte    version, 1
//    8  4 bytes   rounds of PBKDF2-SHA256
//   12  16 bytes  salt, random
//   28  8 bytes   nonce prefix, random
//   36  chunks    each 4 bytes length (highest bit set in the last chunk), then that many bytes of AES-256-GCM
// The nonce of a chunk is the prefix and its number (4 bytes). The additional data are the 36 bytes above, the number and
// whether the chunk is the last. So chunks can't be changed, moved, left out or truncated without notice.

import { deriveKey } from "./passphrase-key.js";

const MAX_ROUNDS = 10_000_000; // more would only block the user
const MAGIC = new TextEncoder().encode("NUTSEAL");
const VERSION = 1;
const HEADER_SIZE = 36;
const MAX_CHUNK = 1 << 20;
const TAG = 16;
const LAST_FLAG = 0x8000_0000;

/** `reason` is wrong-passphrase, damaged, truncated, trailing-data or newer-version. */
export class LegacyExportError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @param {Uint8Array} beginning the first bytes of a file */
export function isLegacyExport(beginning) {
  return MAGIC.every((byte, index) => beginning[index] === byte);
}

/**
 * @param {string} passphrase
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array>} Rejects with a LegacyExportError. The chunks before that are authentic.
 */
export async function* decryptLegacyExport(passphrase, stream) {
  const source = new ByteReader(stream);
  const header = await source.read(HEADER_SIZE);
  if (header.length < HEADER_SIZE) throw new LegacyExportError("truncated");
  if (header[7] !== VERSION) throw new LegacyExportError("newer-version");
  const rounds = new DataView(header.buffer).getUint32(8);
  if (rounds < 1 || rounds > MAX_ROUNDS) throw new LegacyExportError("damaged");
  const key = await deriveKey(passphrase, header.subarray(12, 28), rounds);
  for (let number = 0, last = false; !last; number++) {
    const field = await source.read(4);
    if (field.length < 4) throw new LegacyExportError("truncated");
    const value = new DataView(field.buffer).getUint32(0);
    last = value >= LAST_FLAG;
    const length = last ? value - LAST_FLAG : value;
    if (length < TAG || length > MAX_CHUNK + TAG) throw new LegacyExportError("damaged");
    const encrypted = await source.read(length);
    if (encrypted.length < length) throw new LegacyExportError("truncated");
    let chunk;
    try {
      chunk = await crypto.subtle.decrypt(chunkAlgorithm(header, number, last), key, encrypted);
    } catch {
      throw new LegacyExportError(number === 0 ? "wrong-passphrase" : "damaged");
    }
    yield new Uint8Array(chunk);
  }
  if (!(await source.isAtEnd())) throw new LegacyExportError("trailing-data");
}

function chunkAlgorithm(header, number, last) {
  const counter = new Uint8Array(5);
  new DataView(counter.buffer).setUint32(0, number);
  counter[4] = last ? 1 : 0;
  const iv = new Uint8Array([...header.subarray(28), ...counter.subarray(0, 4)]);
  return { name: "AES-GCM", iv, additionalData: new Uint8Array([...header, ...counter]) };
}

/** Reads a stream in pieces of a given size. */
class ByteReader {
  #reader;
  #chunks = [];
  #available = 0;
  #done = false;

  constructor(stream) {
    this.#reader = stream.getReader();
  }

  /** Returns `count` bytes in a buffer of their own, or fewer at the end of the stream. */
  async read(count) {
    while (this.#available < count && !this.#done) await this.#readChunk();
    const bytes = new Uint8Array(Math.min(count, this.#available));
    for (let at = 0; at < bytes.length; ) {
      const [chunk] = this.#chunks;
      const part = chunk.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#available -= bytes.length;
    return bytes;
  }

  async isAtEnd() {
    while (this.#available === 0 && !this.#done) await this.#readChunk();
    return this.#available === 0;
  }

  async #readChunk() {
    const { done, value } = await this.#reader.read();
    if (done) this.#done = true;
    else if (value.length) {
      this.#chunks.push(value);
      this.#available += value.length;
    }
  }
}
