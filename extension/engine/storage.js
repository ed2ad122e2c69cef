// The user's data in the origin private file system, plain or encrypted, and the conversion between the two. A conversion
// that was interrupted is cleaned up at the next start: the lock file says which files are current, and the others are wiped.

import { text } from "../messages.js";
import { IDLE_MINUTES, LOCK_FILE, LockError, LockFile, PLAIN_FILES, ENCRYPTED_FILES, wipe, wrapKey } from "./lock-file.js";
import { mountHandles, openHandles } from "./opfs.js";

const FOLDER = "nutshell";
const [DATABASE, JOURNAL] = PLAIN_FILES;
const COPY_STEP = 1 << 18; // bytes copied before other work gets a turn

export class Storage {
  #handles;
  #lock;
  #files = new Map();
  #broken = false; // the data is encrypted, and the file with its key is damaged or missing

  /** Rejects if there is no OPFS, or if its files stay in use. */
  static async open() {
    const handles = await openHandles(FOLDER, [LOCK_FILE, ...PLAIN_FILES, ...ENCRYPTED_FILES]);
    const lock = new LockFile(handles.get(LOCK_FILE));
    await lock.read();
    return new Storage(handles, lock);
  }

  constructor(handles, lock) {
    this.#handles = handles;
    this.#lock = lock;
    this.#broken = !lock.known && ENCRYPTED_FILES.some((name) => handles.get(name).getSize() > 0);
    if (this.#broken) return;
    const stale = lock.state.sealed ? PLAIN_FILES : ENCRYPTED_FILES;
    if (lock.known) for (const name of stale) if (handles.get(name).getSize()) wipe(handles.get(name));
    if (!lock.state.sealed) this.#use((name) => handles.get(name));
  }

  get locked() {
    return this.#files.size === 0;
  }

  get state() {
    const { sealed, minutes } = this.#lock.state;
    const broken = this.#broken;
    return { sealed: sealed || broken, locked: this.locked, broken, minutes, choices: IDLE_MINUTES, wait: this.#lock.wait };
  }

  /** Mounts the files for Python. Returns the path of the database, and `sync`, which makes writes durable. */
  mount(FS, errnos, mountpoint) {
    const { sync } = mountHandles(FS, errnos, mountpoint, this.#files, DATABASE);
    return { path: `${mountpoint}/${DATABASE}`, sync };
  }

  async unlock(passphrase) {
    if (!this.locked) return;
    if (this.#broken) throw new LockError("failed", text("lock_error.damaged"));
    const key = await this.#lock.unwrap(checkPassphrase(passphrase));
    const files = await this.#encryptedFiles(key);
    this.#use((name) => files.get(name));
  }

  /** Sets or changes the passphrase. `onProgress(done, total)` is called with bytes. */
  async setPassphrase(passphrase, old, onProgress) {
    if (this.#lock.state.sealed) {
      const key = await this.#lock.unwrap(checkPassphrase(old));
      await this.#lock.write(await wrapKey(passphrase, key));
      return;
    }
    const key = crypto.getRandomValues(new Uint8Array(32));
    const wrapped = await wrapKey(passphrase, key);
    const to = await this.#encryptedFiles(key);
    await this.#convert((name) => this.#handles.get(name), (name) => to.get(name), { sealed: true, ...wrapped }, onProgress);
    for (const name of PLAIN_FILES) wipe(this.#handles.get(name));
  }

  async removePassphrase(passphrase, onProgress) {
    const key = await this.#lock.unwrap(checkPassphrase(passphrase));
    const from = this.locked ? await this.#encryptedFiles(key) : new Map(this.#files);
    const noKey = { salt: undefined, nonce: undefined, wrapped: undefined, rounds: undefined };
    await this.#convert((name) => from.get(name), (name) => this.#handles.get(name), { sealed: false, ...noKey }, onProgress);
    for (const name of ENCRYPTED_FILES) wipe(this.#handles.get(name));
  }

  async setIdleTime(minutes) {
    if (!IDLE_MINUTES.includes(minutes)) throw new LockError("bad-request", text("lock_error.invalid_idle_time"));
    await this.#lock.write({ minutes });
  }

  /** Erases the encrypted data, for a passphrase that was forgotten. */
  async eraseLocked() {
    if (!this.locked) throw new LockError("bad-request", text("lock_error.not_locked"));
    await this.#lock.write({ sealed: false, salt: undefined, nonce: undefined, wrapped: undefined, failed: 0, until: 0 });
    this.#broken = false;
    for (const name of [...ENCRYPTED_FILES, ...PLAIN_FILES]) wipe(this.#handles.get(name));
    this.#use((name) => this.#handles.get(name));
  }

  async #encryptedFiles(key) {
    const { EncryptedFile } = await importEncryption();
    return new Map(PLAIN_FILES.map((name, place) => [name, new EncryptedFile(this.#handles.get(ENCRYPTED_FILES[place]), key, name)]));
  }

  /** Changes the map in place: opfs.js has mounted it. */
  #use(file) {
    for (const name of PLAIN_FILES) this.#files.set(name, file(name));
  }

  /** Copies all files while Python keeps writing to both, then switches to the copies in one atomic step. */
  async #convert(from, to, changes, onProgress) {
    const { MirroredFile } = await importEncryption();
    if (!this.#lock.known) await this.#lock.write({}); // else encrypted files would look as if their lock file was lost
    const previous = this.#lock.state;
    for (const name of PLAIN_FILES) to(name).truncate(0);
    this.#use((name) => new MirroredFile(from(name), to(name)));
    try {
      const total = PLAIN_FILES.reduce((sum, name) => sum + from(name).getSize(), 0);
      let done = 0;
      for (const name of PLAIN_FILES) {
        const buffer = new Uint8Array(COPY_STEP);
        for (let at = 0; at < from(name).getSize(); at += COPY_STEP) {
          const length = from(name).read(buffer, { at });
          to(name).write(buffer.subarray(0, length), { at });
          done += length;
          onProgress(Math.min(done, total), total);
          await new Promise((resolve) => setTimeout(resolve));
        }
      }
      while (from(JOURNAL).getSize()) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const name of PLAIN_FILES) to(name).flush();
      await this.#lock.write(changes);
    } catch (error) {
      await this.#lock.read().catch(() => (this.#lock.state = previous));
      // The write failed but reached the disk: then the copies are current, as at the next start.
      if (this.#lock.state.sealed === changes.sealed) return this.#use(to);
      this.#use(from);
      for (const name of PLAIN_FILES) to(name).truncate(0);
      throw error.name === "QuotaExceededError" ? new LockError("failed", text("lock_error.disk_full")) : error;
    }
    this.#use(to);
  }
}

/** Imported on demand: without a passphrase the ciphers aren't needed, and should not slow down the start. */
function importEncryption() {
  return import("./encrypted-file.js");
}

function checkPassphrase(passphrase) {
  if (typeof passphrase !== "string" || !passphrase) throw new LockError("wrong-passphrase", text("lock_error.wrong_passphrase"));
  return passphrase;
}
