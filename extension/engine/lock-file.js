// The lock file of the passphrase lock: whether the data is encrypted, and the key, encrypted with the passphrase.
//
// A random data key encrypts the files (encrypted-file.js). The passphrase only encrypts ("wraps") that key: PBKDF2-SHA256
// derives a key from it, which wraps the data key with AES-256-GCM. So a new passphrase needs one atomic write and no
// re-encryption. The file has two slots of 4,096 bytes, written in turns. Each is a SHA-256 digest, a length (4 bytes) and
// JSON; the intact slot with the higher number is current. A write that is interrupted leaves the other slot intact.
//
//   {version: 1, number, sealed, rounds, salt, nonce, wrapped, minutes, failed, until}
//
// `sealed` says which files are current: the encrypted ones or the plain ones. The others are incomplete or about to be
// wiped, and are emptied at the next start. `minutes`: idle time until it locks. `failed`: wrong passphrases in a row.
// `until`: no passphrase is accepted before this time (ms since 1970).

import { sha256 } from "./digest.js";
import { plural, text } from "../messages.js";
import { deriveKey, ROUNDS } from "./passphrase-key.js";

export const LOCK_FILE = "nutshell.lock";
export const PLAIN_FILES = ["nutshell.db", "nutshell.db-journal", "nutshell.db-damaged"];
export const ENCRYPTED_FILES = ["sealed.db", "sealed.db-journal", "sealed.db-damaged"];
export const MIN_PASSPHRASE_LENGTH = 8; // characters
export const IDLE_MINUTES = [1, 5, 15, 60, 480];

const SLOT_SIZE = 4096;
const HEADER_SIZE = 36; // digest and length
const VERSION = 1;
const INITIAL_STATE = { version: VERSION, number: 0, sealed: false, minutes: 15, failed: 0, until: 0 };
const FREE_ATTEMPTS = 3; // wrong passphrases without a delay
const MAX_DELAY = 300; // seconds

/** An error for the user. `code` is one of protocol.js's ERRORS. */
export class LockError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class LockFile {
  #handle;
  state = INITIAL_STATE;
  /** Whether the file has an intact slot. A new file has none, nor has a damaged one. */
  known = false;

  constructor(handle) {
    this.#handle = handle;
  }

  async read() {
    const slots = [];
    for (const slot of [0, 1]) {
      const bytes = new Uint8Array(SLOT_SIZE);
      this.#handle.read(bytes, { at: slot * SLOT_SIZE });
      const size = new DataView(bytes.buffer).getUint32(32);
      if (size > SLOT_SIZE - HEADER_SIZE) continue;
      const content = bytes.slice(HEADER_SIZE, HEADER_SIZE + size);
      if (size && equal(await sha256(content), bytes.subarray(0, 32))) slots.push(JSON.parse(new TextDecoder().decode(content)));
    }
    slots.sort((a, b) => b.number - a.number);
    if (slots[0]?.version > VERSION) throw new Error(text("lock_error.newer_version"));
    this.known = slots.length > 0;
    this.state = slots[0] ?? INITIAL_STATE;
  }

  /** Writes the changes atomically. They are durable once this resolves. */
  async write(changes) {
    const next = { ...this.state, ...changes, number: this.state.number + 1 };
    const content = new TextEncoder().encode(JSON.stringify(next));
    const bytes = new Uint8Array(SLOT_SIZE);
    bytes.set(await sha256(content));
    new DataView(bytes.buffer).setUint32(32, content.length);
    bytes.set(content, HEADER_SIZE);
    const at = (next.number % 2) * SLOT_SIZE;
    try {
      this.#handle.write(bytes, { at });
      this.#handle.flush();
    } catch (error) {
      this.#clearSlot(at);
      throw error;
    }
    this.state = next;
    this.known = true;
  }

  /** After a failed write, so that the next start doesn't find a state that was reported as not written. */
  #clearSlot(at) {
    try {
      this.#handle.write(new Uint8Array(SLOT_SIZE), { at });
    } catch {
      // the disk accepts no writes; `read` reports what is on it
    }
  }

  /** Seconds until the next attempt is accepted. Never more than MAX_DELAY, however the clock was set. */
  get wait() {
    return Math.min(MAX_DELAY, Math.max(0, Math.ceil((this.state.until - Date.now()) / 1000)));
  }

  /** Returns the data key. Rejects with a LockError if the passphrase is wrong, or too soon after wrong ones. */
  async unwrap(passphrase) {
    const { wait } = this;
    // The clock was set back: restart the delay on the new clock.
    if (this.state.until - Date.now() > 1000 * MAX_DELAY) await this.write({ until: Date.now() + 1000 * MAX_DELAY });
    if (wait > 0) throw new LockError("wait", plural("lock_error.wait", wait));
    const failed = this.state.failed + 1;
    const seconds = failed < FREE_ATTEMPTS ? 0 : Math.min(MAX_DELAY, 2 ** (failed - FREE_ATTEMPTS + 1));
    // Count the attempt first, so that ending the browser in the middle gains no further attempt.
    await this.write({ failed, until: seconds ? Date.now() + 1000 * seconds : 0 });
    const { rounds, salt, nonce, wrapped } = this.state;
    const key = await deriveKey(passphrase, fromBase64(salt), rounds);
    let dataKey;
    try {
      dataKey = await crypto.subtle.decrypt(wrapAlgorithm(fromBase64(nonce)), key, fromBase64(wrapped));
    } catch {
      throw new LockError("wrong-passphrase", seconds ? plural("lock_error.wrong_passphrase_wait", seconds) : text("lock_error.wrong_passphrase"));
    }
    await this.write({ failed: 0, until: 0 });
    return new Uint8Array(dataKey);
  }
}

/** Returns the fields of the lock file for a data key and passphrase. Rejects with a LockError if it is too short. */
export async function wrapKey(passphrase, dataKey) {
  if (typeof passphrase !== "string" || [...passphrase.normalize("NFC")].length < MIN_PASSPHRASE_LENGTH) {
    throw new LockError("bad-request", text("lock_error.passphrase_too_short", { letters: MIN_PASSPHRASE_LENGTH }));
  }
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await deriveKey(passphrase, salt, ROUNDS);
  const wrapped = new Uint8Array(await crypto.subtle.encrypt(wrapAlgorithm(nonce), key, dataKey));
  return { rounds: ROUNDS, salt: toBase64(salt), nonce: toBase64(nonce), wrapped: toBase64(wrapped) };
}

/** Overwrites a file with zeros, then empties it. */
export function wipe(handle) {
  const size = handle.getSize();
  const zeros = new Uint8Array(Math.min(size, 1 << 20));
  for (let at = 0; at < size; at += zeros.length) handle.write(zeros.subarray(0, Math.min(zeros.length, size - at)), { at });
  if (size) handle.flush();
  handle.truncate(0);
  handle.flush();
}

const wrapAlgorithm = (iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`nutshell lock ${VERSION}`) });
const equal = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
