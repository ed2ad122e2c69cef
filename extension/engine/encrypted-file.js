// A file whose every block is encrypted and authenticated, with the face of a FileSystemSyncAccessHandle: opfs.js
// puts it under SQLite in the place of the plain one.
//
// A block of 4,096 bytes stands in the file as 12 bytes of nonce, the ciphertext, and 16 bytes of tag (AES-256-GCM).
// Each writing of a block has a new random nonce; the additional data bind it to the file and its place in it. The
// last block of a file may be short. A block of zeros was never written: it reads as zeros.
//
// Blocks are as large as SQLite's pages and as the sectors by which it lays out its journal, so that a torn block is
// a torn page, which the journal mends; and what the journal holds safely shares no block with what is added later.
// A block that cannot be opened reads as 0xFF bytes: SQLite takes that for damage wherever it stands, and
// core/nutshell/storage/integrity.py salvages the rest.

import { gcm } from "../vendor/ciphers/aes.js";

export const BLOCK = 4096;
const NONCE = 12;
const TAG = 16;
const STORED = NONCE + BLOCK + TAG;
const CACHED_BLOCKS = 4096; // blocks number_ readable in memory: 16 MB

export class EncryptedFile {
  #handle;
  #key;
  #file;
  #plaintext = new Map(); // block -> its bytes, the least recently used first

  /**
   * @param {FileSystemSyncAccessHandle} handle
   * @param {Uint8Array} key 32 bytes
   * @param {string} file what this file is, bound to each of its blocks
   */
  constructor(handle, key, file) {
    this.#handle = handle;
    this.#key = key;
    this.#file = new TextEncoder().encode(file);
  }

  getSize() {
    const size = this.#handle.getSize();
    const rest = size % STORED;
    return Math.floor(size / STORED) * BLOCK + Math.max(0, rest - NONCE - TAG);
  }

  read(target, { at }) {
    const end = Math.min(at + target.length, this.getSize());
    for (let place = at; place < end; ) {
      const number = Math.floor(place / BLOCK);
      const from = place - number * BLOCK;
      const length = Math.min(BLOCK - from, end - place);
      target.set(this.#readBlock(number).subarray(from, from + length), place - at);
      place += length;
    }
    return Math.max(0, end - at);
  }

  write(given, { at }) {
    const source = new Uint8Array(given.buffer, given.byteOffset, given.byteLength); // Emscripten's heap is signed
    const size = this.getSize();
    // SQLite leaves no gaps but at the end of pages it skips: those blocks read as zeros.
    if (at > size && size % BLOCK) this.#fill(size, Math.min(at, (Math.floor(size / BLOCK) + 1) * BLOCK));
    for (let place = at; place < at + source.length; ) {
      const number = Math.floor(place / BLOCK);
      const from = place - number * BLOCK;
      const length = Math.min(BLOCK - from, at + source.length - place);
      const part = source.subarray(place - at, place - at + length);
      if (length === BLOCK) {
        this.#writeBlock(number, part.slice());
      } else {
        const held = Math.max(from + length, Math.min(BLOCK, Math.max(0, size - number * BLOCK)));
        const block = new Uint8Array(held);
        if (size > number * BLOCK) block.set(this.#readBlock(number).subarray(0, held));
        block.set(part, from);
        this.#writeBlock(number, block);
      }
      place += length;
    }
    return source.length;
  }

  truncate(size) {
    const now = this.getSize();
    if (size > now && now % BLOCK) this.#fill(now, Math.min(size, (Math.floor(now / BLOCK) + 1) * BLOCK));
    if (size === this.getSize()) return;
    const number = Math.floor(size / BLOCK);
    const rest = size - number * BLOCK;
    for (const number_ of [...this.#plaintext.keys()]) if (number_ >= number) this.#plaintext.delete(number_);
    if (size > this.getSize()) {
      this.#handle.truncate(number * STORED);
      if (rest) this.#writeBlock(number, new Uint8Array(rest));
      return;
    }
    const tail = rest ? this.#readBlock(number).slice(0, rest) : null;
    this.#handle.truncate(number * STORED);
    this.#plaintext.delete(number);
    if (tail) this.#writeBlock(number, tail);
  }

  flush() {
    this.#handle.flush();
  }

  close() {
    this.#plaintext.clear();
    this.#handle.close();
  }

  #fill(from, to) {
    this.write(new Uint8Array(to - from), { at: from });
  }

  #readBlock(number) {
    const known = this.#plaintext.get(number);
    if (known) {
      this.#plaintext.delete(number);
      this.#plaintext.set(number, known);
      return known;
    }
    const sealed = new Uint8Array(STORED);
    const length = this.#handle.read(sealed, { at: number * STORED });
    const stored = sealed.subarray(0, length);
    if (stored.every((byte) => byte === 0)) return new Uint8Array(Math.max(0, length - NONCE - TAG));
    let clear;
    try {
      clear = this.#cipher(number, stored.subarray(0, NONCE)).decrypt(stored.subarray(NONCE));
    } catch {
      return new Uint8Array(Math.max(0, length - NONCE - TAG)).fill(0xff); // torn, or changed by somebody
    }
    this.#cache(number, clear);
    return clear;
  }

  #writeBlock(number, clear) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = new Uint8Array(NONCE + clear.length + TAG);
    sealed.set(nonce);
    sealed.set(this.#cipher(number, nonce).encrypt(clear), NONCE);
    this.#plaintext.delete(number);
    const written = this.#handle.write(sealed, { at: number * STORED });
    if (written !== sealed.length) throw new DOMException("The disk is full.", "QuotaExceededError");
    this.#cache(number, clear);
  }

  #cipher(number, nonce) {
    const bound = new Uint8Array(this.#file.length + 8);
    bound.set(this.#file);
    new DataView(bound.buffer).setBigUint64(this.#file.length, BigInt(number));
    return gcm(this.#key, nonce, bound);
  }

  #cache(number, clear) {
    this.#plaintext.set(number, clear);
    if (this.#plaintext.size > CACHED_BLOCKS) this.#plaintext.delete(this.#plaintext.keys().next().value);
  }
}

/** Writes to two files and reads the first: while one is copied into the other. */
export class MirroredFile {
  constructor(first, second) {
    this.first = first;
    this.second = second;
  }

  getSize() {
    return this.first.getSize();
  }

  read(target, place) {
    return this.first.read(target, place);
  }

  write(source, place) {
    this.second.write(source, place);
    return this.first.write(source, place);
  }

  truncate(size) {
    this.second.truncate(size);
    this.first.truncate(size);
  }

  flush() {
    this.second.flush();
    this.first.flush();
  }
}
