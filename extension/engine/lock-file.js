// The lock: whether what is kept is encrypted, under which passphrase, and how to get from one to the other.
//
// A random data key encrypts the files (encrypted-file.js). The passphrase does not touch them: PBKDF2-SHA256 makes a key of
// it that only wraps the data key (AES-256-GCM). So another passphrase is a new wrapping, done at one stroke. The
// file LOCK holds it, in two slots of 4,096 bytes that are written by turns; each is JSON with its SHA-256 before it,
// and the one with the higher number that is whole counts. Whatever was cut short, one of them is whole.
//
//   {version: 1, number, sealed, rounds, salt, nonce, wrapped, minutes, failed, until}
//
// `sealed` says which files are the reader's: the plain ones or the sealed ones. The others are being made or being
// wiped, and are emptied at the next start. `minutes` without use until it locks; `failed` passphrases in a row, and no
// other one `until` then (milliseconds since 1970).

import { sha256 } from "./digest.js";
import { deriveKey, ROUNDS } from "./encrypted-export.js";

export const LOCK = "nutshell.lock";
export const PLAIN = ["nutshell.db", "nutshell.db-journal", "nutshell.db-damaged"];
export const SEALED = ["sealed.db", "sealed.db-journal", "sealed.db-damaged"];
export const SHORTEST = 8; // letters of a passphrase
export const MINUTES = [1, 5, 15, 60, 480];

const SLOT = 4096;
const VERSION = 1;
const UNLOCKED = { version: VERSION, number: 0, sealed: false, minutes: 15, failed: 0, until: 0 };
const FREE = 3; // wrong passphrases without a wait
const LONGEST_WAIT = 300; // seconds

/** Something about the lock that the reader must be told: `code` is of protocol.js. */
export class LockError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** The file LOCK. */
export class LockFile {
  #handle;
  state = UNLOCKED;
  /** Whether it says anything: a new file does not, nor one that was damaged or lost. */
  known = false;

  constructor(handle) {
    this.#handle = handle;
  }

  async read() {
    const found = [];
    for (const slot of [0, 1]) {
      const bytes = new Uint8Array(SLOT);
      this.#handle.read(bytes, { at: slot * SLOT });
      const size = new DataView(bytes.buffer).getUint32(32);
      if (size > SLOT - 36) continue;
      const content = bytes.slice(36, 36 + size);
      if (size && same(await sha256(content), bytes.subarray(0, 32))) found.push(JSON.parse(new TextDecoder().decode(content)));
    }
    found.sort((a, b) => b.number - a.number);
    if (found[0]?.version > VERSION) throw new Error("A newer Nutshell locked what is kept. Update this one.");
    this.known = found.length > 0;
    this.state = found[0] ?? UNLOCKED;
  }

  /** All of it or nothing, and durable when this resolves. */
  async write(changes) {
    const next = { ...this.state, ...changes, number: this.state.number + 1 };
    const content = new TextEncoder().encode(JSON.stringify(next));
    const bytes = new Uint8Array(SLOT);
    bytes.set(await sha256(content));
    new DataView(bytes.buffer).setUint32(32, content.length);
    bytes.set(content, 36);
    const at = (next.number % 2) * SLOT;
    try {
      this.#handle.write(bytes, { at });
      this.#handle.flush();
    } catch (error) {
      this.#unwrite(at);
      throw error;
    }
    this.state = next;
    this.known = true;
  }

  /** Who does not know that it was written must not find it at the next start: the slot before counts again. */
  #unwrite(at) {
    try {
      this.#handle.write(new Uint8Array(SLOT), { at });
    } catch {
      // the disk takes nothing any more: `read` tells what is on it
    }
  }

  /** Seconds until another passphrase may be tried: never more than there can be, however the clock was set. */
  get wait() {
    return Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((this.state.until - Date.now()) / 1000)));
  }

  /** The data key. Raises a LockError: wrong, or too soon after wrong ones. */
  async unwrap(passphrase) {
    const { wait } = this;
    // The clock was set back: from now on it is waited for as long as by the new one.
    if (this.state.until - Date.now() > 1000 * LONGEST_WAIT) await this.write({ until: Date.now() + 1000 * LONGEST_WAIT });
    if (wait > 0) throw new LockError("wait", `Too many wrong passphrases. Try again in ${wait} second${wait === 1 ? "" : "s"}.`);
    const failed = this.state.failed + 1;
    const seconds = failed < FREE ? 0 : Math.min(LONGEST_WAIT, 2 ** (failed - FREE + 1));
    // Counted before it is tried: ending the browser in the middle wins no further guess.
    await this.write({ failed, until: seconds ? Date.now() + 1000 * seconds : 0 });
    const { rounds, salt, nonce, wrapped } = this.state;
    const key = await deriveKey(passphrase, decode(salt), rounds);
    let opened;
    try {
      opened = await crypto.subtle.decrypt(wrapping(decode(nonce)), key, decode(wrapped));
    } catch {
      const then = seconds ? ` Try again in ${seconds} seconds.` : "";
      throw new LockError("wrong-passphrase", `That is not the passphrase.${then}`);
    }
    await this.write({ failed: 0, until: 0 });
    return new Uint8Array(opened);
  }
}

/** What the file LOCK keeps of a data key under a passphrase. Raises a LockError when that is too short. */
export async function wrap(passphrase, dataKey) {
  if (typeof passphrase !== "string" || [...passphrase.normalize("NFC")].length < SHORTEST) {
    throw new LockError("bad-request", `A passphrase has at least ${SHORTEST} letters. Several words are easy to remember.`);
  }
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await deriveKey(passphrase, salt, ROUNDS);
  const wrapped = new Uint8Array(await crypto.subtle.encrypt(wrapping(nonce), key, dataKey));
  return { rounds: ROUNDS, salt: encode(salt), nonce: encode(nonce), wrapped: encode(wrapped) };
}

/** Zeros over all of a file, then nothing. */
export function wipe(handle) {
  const size = handle.getSize();
  const zeros = new Uint8Array(Math.min(size, 1 << 20));
  for (let at = 0; at < size; at += zeros.length) handle.write(zeros.subarray(0, Math.min(zeros.length, size - at)), { at });
  if (size) handle.flush();
  handle.truncate(0);
  handle.flush();
}

const wrapping = (iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`nutshell lock ${VERSION}`) });
const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);
const encode = (bytes) => btoa(String.fromCharCode(...bytes));
const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
