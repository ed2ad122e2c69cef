// A stream of bytes sealed under a passphrase, in pieces, so that a file of any size takes little memory.
//
// The file, numbers big-endian:
//    0  7 bytes   "NUTSEAL"
//    7  1 byte    version, 1
//    8  4 bytes   rounds of PBKDF2-SHA256
//   12  16 bytes  salt, random
//   28  8 bytes   nonce prefix, random
//   36  pieces    each 4 bytes length (its highest bit set in the last piece) and so many bytes of AES-256-GCM
// A piece's nonce is the prefix and its number (4 bytes); its additional data are the 36 bytes above, its number and
// whether it is the last. So pieces cannot be changed, moved, left out, or taken from another file, and the end
// cannot be cut off, without being noticed. The salt makes a key of its own for each file; no nonce comes twice.

import { deriveKey, ROUNDS } from "./passphrase-key.js";

const MOST_ROUNDS = 10_000_000; // more would only be meant to keep the reader waiting
const MAGIC = new TextEncoder().encode("NUTSEAL");
const VERSION = 1;
const HEAD = 36;
const PIECE = 1 << 20;
const TAG = 16;
const LAST = 0x8000_0000;

/** The passphrase is wrong, or the file is damaged; the message is fit to be shown. */
export class EncryptedExportError extends Error {}

/** Whether a file begins as a sealed one. @param {Uint8Array} beginning its first bytes */
export function isEncryptedExport(beginning) {
  return MAGIC.every((byte, place) => beginning[place] === byte);
}

/**
 * @param {string} passphrase
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* seal(passphrase, stream) {
  const head = new Uint8Array(HEAD);
  head.set(MAGIC);
  head[7] = VERSION;
  new DataView(head.buffer).setUint32(8, ROUNDS);
  crypto.getRandomValues(head.subarray(12));
  const key = await deriveKey(passphrase, head.subarray(12, 28), ROUNDS);
  yield head;
  const source = new Bytes(stream);
  for (let number = 0, last = false; !last; number++) {
    const piece = await source.take(PIECE);
    last = await source.over();
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how(head, number, last), key, piece));
    yield length(sealed.length, last);
    yield sealed;
  }
}

/**
 * The other way. What it yields before it throws is genuine, but perhaps not all.
 * @param {string} passphrase
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* open(passphrase, stream) {
  const source = new Bytes(stream);
  const head = await source.take(HEAD);
  if (head.length < HEAD || !isEncryptedExport(head)) throw new EncryptedExportError("This file is not sealed with a passphrase by Nutshell.");
  if (head[7] !== VERSION) throw new EncryptedExportError("A newer Nutshell sealed this file. Update this one, and open it then.");
  const rounds = new DataView(head.buffer).getUint32(8);
  if (rounds < 1 || rounds > MOST_ROUNDS) throw new EncryptedExportError("The file is damaged at its beginning.");
  const key = await deriveKey(passphrase, head.subarray(12, 28), rounds);
  for (let number = 0, last = false; !last; number++) {
    const size = await source.take(4);
    if (size.length < 4) throw new EncryptedExportError("The file was cut off: its end is missing.");
    const word = new DataView(size.buffer).getUint32(0);
    last = word >= LAST;
    const long = last ? word - LAST : word;
    if (long < TAG || long > PIECE + TAG) throw new EncryptedExportError("The file is damaged.");
    const sealed = await source.take(long);
    let piece;
    try {
      piece = await crypto.subtle.decrypt(how(head, number, last), key, sealed);
    } catch {
      throw new EncryptedExportError(number === 0 ? "The passphrase is wrong, or the file is damaged." : "The file is damaged from here on.");
    }
    yield new Uint8Array(piece);
  }
  if (!(await source.over())) throw new EncryptedExportError("Something was added to the file.");
}

function how(head, number, last) {
  const counter = new Uint8Array(5);
  new DataView(counter.buffer).setUint32(0, number);
  counter[4] = last ? 1 : 0;
  const iv = new Uint8Array([...head.subarray(28), ...counter.subarray(0, 4)]);
  return { name: "AES-GCM", iv, additionalData: new Uint8Array([...head, ...counter]) };
}

function length(count, last) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, last ? count + LAST : count);
  return bytes;
}

/** A stream read in pieces of a wished size. */
class Bytes {
  #reader;
  #chunks = [];
  #held = 0;
  #done = false;

  constructor(stream) {
    this.#reader = stream.getReader();
  }

  /** So many bytes in a buffer of their own, or as many as there are left. */
  async take(count) {
    while (this.#held < count && !this.#done) await this.#more();
    const out = new Uint8Array(Math.min(count, this.#held));
    for (let at = 0; at < out.length; ) {
      const [chunk] = this.#chunks;
      const part = chunk.subarray(0, out.length - at);
      out.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(part.length);
    }
    this.#held -= out.length;
    return out;
  }

  /** Whether nothing is left. */
  async over() {
    while (this.#held === 0 && !this.#done) await this.#more();
    return this.#held === 0;
  }

  async #more() {
    const { done, value } = await this.#reader.read();
    if (done) this.#done = true;
    else if (value.length) {
      this.#chunks.push(value);
      this.#held += value.length;
    }
  }
}
