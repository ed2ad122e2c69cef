// node storage.mjs PACKAGE_FOLDER: tests engine/storage.js and lock-file.js with files in memory: damaged and missing lock
// files, a disk that fails during a write, a clock that is set back. Prints the number of trials as JSON.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { MemoryFile } from "./memory-file.mjs";

const load = (name) => import(pathToFileURL(`${process.argv[2]}/engine/${name}`).href);
const { Storage } = await load("storage.js");
const { LOCK_FILE, PLAIN_FILES, ENCRYPTED_FILES } = await load("lock-file.js");
const PASSPHRASE = "seven quiet lighthouses";

let files = new Map();
const directory = {
  getFileHandle: async (name) => ({
    async createSyncAccessHandle() {
      if (!files.has(name)) files.set(name, new MemoryFile());
      return files.get(name);
    },
  }),
};
const root = { getDirectoryHandle: async () => directory };
Object.defineProperty(globalThis, "navigator", { value: { storage: { getDirectory: async () => root } }, configurable: true });

const database = PLAIN_FILES[0];
const text = (name) => new TextDecoder().decode(files.get(name).bytes);
const writeDatabase = (content) => files.get(database).write(new TextEncoder().encode(content), { at: 0 });
let trials = 0;

async function fresh(content = "the user's data") {
  files = new Map();
  const storage = await Storage.open();
  if (content) writeDatabase(content);
  trials++;
  return storage;
}

async function encrypted() {
  const storage = await fresh();
  await storage.setPassphrase(PASSPHRASE, "", () => {});
  assert.equal(files.get(database).getSize(), 0);
  return storage;
}

// A lock file that is damaged, empty or missing: nothing is wiped, and erasing the data is possible.
for (const harm of [
  (lock) => lock.bytes.fill(7),
  (lock) => lock.bytes.fill(0),
  (lock) => lock.truncate(0),
  () => files.delete(LOCK_FILE),
]) {
  await encrypted();
  const before = files.get(ENCRYPTED_FILES[0]).bytes.slice();
  harm(files.get(LOCK_FILE));
  const storage = await Storage.open();
  assert.deepEqual(files.get(ENCRYPTED_FILES[0]).bytes, before, "nothing is wiped");
  const { sealed: isSealed, locked, broken } = storage.state;
  assert.deepEqual({ isSealed, locked, broken }, { isSealed: true, locked: true, broken: true });
  await assert.rejects(storage.unlock(PASSPHRASE), /damaged/);
  assert.deepEqual((await Storage.open()).state.broken, true, "reopening changes nothing");
  await storage.eraseLocked();
  assert.equal(storage.locked, false);
  assert.equal(storage.state.broken, false);
  assert.equal(ENCRYPTED_FILES.reduce((sum, name) => sum + files.get(name).getSize(), 0), 0);
  assert.equal((await Storage.open()).locked, false);
}

// One intact slot is enough.
for (const slot of [0, 4096]) {
  const storage = await encrypted();
  await storage.setIdleTime(5);
  files.get(LOCK_FILE).bytes.fill(7, slot, slot + 4096);
  const again = await Storage.open();
  assert.equal(again.state.broken, false);
  await again.unlock(PASSPHRASE);
}

// Without a lock nothing changes, and the files of an interrupted conversion are wiped.
{
  await fresh();
  assert.equal((await Storage.open()).state.sealed, false);
  const storage = await fresh();
  await assert.rejects(storage.setPassphrase(PASSPHRASE, "", () => { throw new Error("killed"); }), /killed/); // prettier-ignore
  files.get(ENCRYPTED_FILES[0]).write(new Uint8Array(9000), { at: 0 });
  assert.equal((await Storage.open()).state.broken, false);
  assert.equal(files.get(ENCRYPTED_FILES[0]).getSize(), 0);
  assert.match(text(database), /the user's data/);
}

// The disk fails while the lock file is written: memory and disk agree afterwards.
for (const method of ["setPassphrase", "removePassphrase"]) {
  for (const stuck of [false, true]) {
    const storage = method === "setPassphrase" ? await fresh() : await encrypted();
    const lock = files.get(LOCK_FILE);
    await storage.setIdleTime(5); // so that an earlier slot exists
    const write = lock.write.bind(lock);
    // The flush of the slot that ends the conversion fails. `stuck`: later writes fail too.
    let switched = false;
    lock.write = (bytes, where) => {
      if (switched && stuck) throw new Error("no more");
      switched ||= new TextDecoder().decode(bytes).includes(`"sealed":${method === "setPassphrase"}`);
      return write(bytes, where);
    };
    lock.failing = () => {
      if (switched) throw new Error("the disk failed");
    };
    const converting = storage[method](PASSPHRASE, ...(method === "setPassphrase" ? ["", () => {}] : [() => {}]));
    if (stuck) await converting;
    else await assert.rejects(converting, /the disk failed/);
    lock.failing = null;
    lock.write = write;
    const now = storage.state.sealed;
    const again = await Storage.open();
    assert.equal(again.state.sealed, now, "same as at the next start");
    assert.equal(now, (method === "setPassphrase") === stuck);
    if (now) await again.unlock(PASSPHRASE);
    const { path } = { path: now ? ENCRYPTED_FILES[0] : database };
    assert.ok(files.get(path).getSize() > 0, "the current files exist");
    if (!now) assert.match(text(database), /the user's data/);
  }
}

// Wrong passphrases cause a delay. A clock that is set back does not extend it beyond the maximum.
{
  const storage = await encrypted();
  const locked = await Storage.open();
  for (let turn = 0; turn < 3; turn++) await assert.rejects(locked.unlock("wrong"), /Wrong passphrase/);
  const now = Date.now;
  Date.now = () => now() - 10 * 86_400_000;
  assert.equal(locked.state.wait, 300);
  await assert.rejects(locked.unlock(PASSPHRASE), /Try again in 300 seconds/);
  Date.now = () => now() - 10 * 86_400_000 + 290_000;
  assert.ok(locked.state.wait <= 10, "the delay counts down on the new clock");
  Date.now = () => now() - 10 * 86_400_000 + 301_000;
  await locked.unlock(PASSPHRASE);
  Date.now = now;
  assert.equal(storage.locked, false);
}

console.log(JSON.stringify({ trials }));
