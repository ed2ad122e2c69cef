// A file whose blocks are encrypted and authenticated one by one. It has the methods of a FileSystemSyncAccessHandle, so
// opfs.js can give it to SQLite in place of a plain file.
//
// A block of 4,096 bytes is stored as 12 bytes of nonce, the ciphertext, and 16 bytes of tag (AES-256-GCM). Every write of a
// block uses a new random nonce; the additional data bind it to the file and to its position. The last block may be short.
// A stored block of zeros was never written, and reads as zeros.
//
// Blocks are as large as SQLite's pages and its journal's sectors. So a torn block is a torn page, which the journal
// repairs, and what is safe in the journal shares no block with what is appended later. A block that can't be decrypted
// reads as 0xFF bytes, which SQLite reports as damage; the core then salvages the rest of the database.

import { gcm } from "../vendor/ciphers/aes.js";

export const BLOCK = 4096;
const NONCE = 12;
const TAG = 16;
const STORED = NONCE + BLOCK + TAG;
const CACHED_BLOCKS = 4096; // 16 MB

export class EncryptedFile {
  #handle;
  #key;
  #name;
  #plaintext = new Map(); // block number -> bytes, least recently used first

  /**
   * @param {FileSystemSyncAccessHandle} handle
   * @param {Uint8Array} key 32 bytes
   * @param {string} name bound to each block, so that blocks can't be moved between files
   */
  constructor(handle, key, name) {
    this.#handle = handle;
    this.#key = key;
    this.#name = new TextEncoder().encode(name);
  }

  getSize() {
    const size = this.#handle.getSize();
    const rest = size % STORED;
    return Math.floor(size / STORED) * BLOCK + Math.max(0, rest - NONCE - TAG);
  }

  read(target, { at }) {
    const end = Math.min(at + target.length, this.getSize());
    for (let position = at; position < end; ) {
      const number = Math.floor(position / BLOCK);
      const from = position - number * BLOCK;
      const length = Math.min(BLOCK - from, end - position);
      target.set(this.#readBlock(number).subarray(from, from + length), position - at);
      position += length;
    }
    return Math.max(0, end - at);
  }

  write(buffer, { at }) {
    const source = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength); // Emscripten's heap is signed
    const size = this.getSize();
    // SQLite leaves gaps only at the end of pages it skips. Those blocks read as zeros.
    if (at > size && size % BLOCK) this.#fillZeros(size, Math.min(at, (Math.floor(size / BLOCK) + 1) * BLOCK));
    for (let position = at; position < at + source.length; ) {
      const number = Math.floor(position / BLOCK);
      const from = position - number * BLOCK;
      const length = Math.min(BLOCK - from, at + source.length - position);
      const part = source.subarray(position - at, position - at + length);
      if (length === BLOCK) {
        this.#writeBlock(number, part.slice());
      } else {
        const blockLength = Math.max(from + length, Math.min(BLOCK, Math.max(0, size - number * BLOCK)));
        const block = new Uint8Array(blockLength);
        if (size > number * BLOCK) block.set(this.#readBlock(number).subarray(0, blockLength));
        block.set(part, from);
        this.#writeBlock(number, block);
      }
      position += length;
    }
    return source.length;
  }

  truncate(size) {
    const current = this.getSize();
    if (size > current && current % BLOCK) this.#fillZeros(current, Math.min(size, (Math.floor(current / BLOCK) + 1) * BLOCK));
    if (size === this.getSize()) return;
    const number = Math.floor(size / BLOCK);
    const rest = size - number * BLOCK;
    for (const cached of [...this.#plaintext.keys()]) if (cached >= number) this.#plaintext.delete(cached);
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

  #fillZeros(from, to) {
    this.write(new Uint8Array(to - from), { at: from });
  }

  #readBlock(number) {
    const cached = this.#plaintext.get(number);
    if (cached) {
      this.#plaintext.delete(number);
      this.#plaintext.set(number, cached);
      return cached;
    }
    const buffer = new Uint8Array(STORED);
    const length = this.#handle.read(buffer, { at: number * STORED });
    const stored = buffer.subarray(0, length);
    if (stored.every((byte) => byte === 0)) return new Uint8Array(Math.max(0, length - NONCE - TAG));
    let plaintext;
    try {
      plaintext = this.#cipher(number, stored.subarray(0, NONCE)).decrypt(stored.subarray(NONCE));
    } catch {
      return new Uint8Array(Math.max(0, length - NONCE - TAG)).fill(0xff); // torn or tampered with
    }
    this.#cache(number, plaintext);
    return plaintext;
  }

  #writeBlock(number, plaintext) {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const stored = new Uint8Array(NONCE + plaintext.length + TAG);
    stored.set(nonce);
    stored.set(this.#cipher(number, nonce).encrypt(plaintext), NONCE);
    this.#plaintext.delete(number);
    const written = this.#handle.write(stored, { at: number * STORED });
    if (written !== stored.length) throw new DOMException("The disk is full.", "QuotaExceededError");
    this.#cache(number, plaintext);
  }

  #cipher(number, nonce) {
    const additionalData = new Uint8Array(this.#name.length + 8);
    additionalData.set(this.#name);
    new DataView(additionalData.buffer).setBigUint64(this.#name.length, BigInt(number));
    return gcm(this.#key, nonce, additionalData);
  }

  #cache(number, plaintext) {
    this.#plaintext.set(number, plaintext);
    if (this.#plaintext.size > CACHED_BLOCKS) this.#plaintext.delete(this.#plaintext.keys().next().value);
  }
}

/** Writes to both files and reads the first, while one is copied to the other. */
export class MirroredFile {
  constructor(first, second) {
    this.first = first;
    this.second = second;
  }

  getSize() {
    return this.first.getSize();
  }

  read(target, options) {
    return this.first.read(target, options);
  }

  write(source, options) {
    this.second.write(source, options);
    return this.first.write(source, options);
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
