// Where the reader's data lie: the files of the origin-private file system, plain or sealed, and the way from one to the
// other. What was cut short is found at the next start: LOCK says which files count, and the others are wiped.

import { LOCK, LockError, LockFile, MINUTES, PLAIN, SEALED, wipe, wrap } from "./lock-file.js";
import { mountHandles, openHandles } from "./opfs.js";

const FOLDER = "nutshell";
const [DATABASE, JOURNAL] = PLAIN;
const BROKEN = "The file that holds the lock's key is damaged: nobody can read what it locked any more. Start over without it.";
const STEP = 1 << 18; // bytes copied before the engine may do something else

export class Storage {
  #handles;
  #lock;
  #files = new Map();
  #broken = false; // what is kept is sealed, and the file that holds its key is damaged or lost

  /** Rejects when there is none, or when its files stay in use. */
  static async open() {
    const handles = await openHandles(FOLDER, [LOCK, ...PLAIN, ...SEALED]);
    const lock = new LockFile(handles.get(LOCK));
    await lock.read();
    return new Storage(handles, lock);
  }

  constructor(handles, lock) {
    this.#handles = handles;
    this.#lock = lock;
    this.#broken = !lock.known && SEALED.some((name) => handles.get(name).getSize() > 0);
    if (this.#broken) return;
    if (lock.known) for (const name of lock.state.sealed ? PLAIN : SEALED) if (handles.get(name).getSize()) wipe(handles.get(name));
    if (!lock.state.sealed) this.#use((name) => handles.get(name));
  }

  get locked() {
    return this.#files.size === 0;
  }

  get state() {
    const { sealed, minutes } = this.#lock.state;
    const broken = this.#broken;
    return { sealed: sealed || broken, locked: this.locked, broken, minutes, choices: MINUTES, wait: this.#lock.wait };
  }

  /** Puts the files under Python; answers {path, sync}. */
  mount(FS, errnos, mountpoint) {
    const { sync } = mountHandles(FS, errnos, mountpoint, this.#files, DATABASE);
    return { path: `${mountpoint}/${DATABASE}`, sync };
  }

  async unlock(passphrase) {
    if (!this.locked) return;
    if (this.#broken) throw new LockError("failed", BROKEN);
    const key = await this.#lock.unwrap(text(passphrase));
    const files = await this.#sealed(key);
    this.#use((name) => files.get(name));
  }

  /** A passphrase where there was none, or another one. `step(done, total)` is told bytes. */
  async set(passphrase, old, step) {
    if (this.#lock.state.sealed) {
      const key = await this.#lock.unwrap(text(old));
      await this.#lock.write(await wrap(passphrase, key));
      return;
    }
    const key = crypto.getRandomValues(new Uint8Array(32));
    const wrapped = await wrap(passphrase, key);
    const to = await this.#sealed(key);
    await this.#move((name) => this.#handles.get(name), (name) => to.get(name), { sealed: true, ...wrapped }, step);
    for (const name of PLAIN) wipe(this.#handles.get(name));
  }

  /** No passphrase any more. */
  async remove(passphrase, step) {
    const key = await this.#lock.unwrap(text(passphrase));
    const from = this.locked ? await this.#sealed(key) : new Map(this.#files);
    const nothing = { salt: undefined, nonce: undefined, wrapped: undefined, rounds: undefined };
    await this.#move((name) => from.get(name), (name) => this.#handles.get(name), { sealed: false, ...nothing }, step);
    for (const name of SEALED) wipe(this.#handles.get(name));
  }

  async idle(minutes) {
    if (!MINUTES.includes(minutes)) throw new LockError("bad-request", "Nutshell does not wait so long.");
    await this.#lock.write({ minutes });
  }

  /** The passphrase is lost: all that it sealed goes, and Nutshell begins anew. */
  async forget() {
    if (!this.locked) throw new LockError("bad-request", "Nothing is locked.");
    await this.#lock.write({ sealed: false, salt: undefined, nonce: undefined, wrapped: undefined, failed: 0, until: 0 });
    this.#broken = false;
    for (const name of [...SEALED, ...PLAIN]) wipe(this.#handles.get(name));
    this.#use((name) => this.#handles.get(name));
  }

  async #sealed(key) {
    const { EncryptedFile } = await sealing(); // most readers have no lock, and no start waits for its ciphers
    return new Map(PLAIN.map((name, place) => [name, new EncryptedFile(this.#handles.get(SEALED[place]), key, name)]));
  }

  /** The map itself stays: it is what opfs.js has mounted. */
  #use(file) {
    for (const name of PLAIN) this.#files.set(name, file(name));
  }

  /** Copy all files while Python goes on writing to both, and then, at one stroke, go on with the copies. */
  async #move(from, to, changes, step) {
    const { MirroredFile } = await sealing();
    if (!this.#lock.known) await this.#lock.write({}); // sealed files without a word about them are of a lost lock
    const was = this.#lock.state;
    for (const name of PLAIN) to(name).truncate(0);
    this.#use((name) => new MirroredFile(from(name), to(name)));
    try {
      const total = PLAIN.reduce((sum, name) => sum + from(name).getSize(), 0);
      let done = 0;
      for (const name of PLAIN) {
        const buffer = new Uint8Array(STEP);
        for (let at = 0; at < from(name).getSize(); at += STEP) {
          const length = from(name).read(buffer, { at });
          to(name).write(buffer.subarray(0, length), { at });
          done += length;
          step(Math.min(done, total), total);
          await new Promise((resolve) => setTimeout(resolve));
        }
      }
      while (from(JOURNAL).getSize()) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const name of PLAIN) to(name).flush();
      await this.#lock.write(changes);
    } catch (error) {
      await this.#lock.read().catch(() => (this.#lock.state = was));
      // Written after all, though the disk said no: those are the reader's files then, as at the next start.
      if (this.#lock.state.sealed === changes.sealed) return this.#use(to);
      this.#use(from);
      for (const name of PLAIN) to(name).truncate(0);
      throw error.name === "QuotaExceededError" ? new LockError("failed", "The disk is too full: for a moment both copies must fit.") : error;
    }
    this.#use(to);
  }
}

function sealing() {
  return import("./encrypted-file.js");
}

function text(passphrase) {
  if (typeof passphrase !== "string" || !passphrase) throw new LockError("wrong-passphrase", "That is not the passphrase.");
  return passphrase;
}
