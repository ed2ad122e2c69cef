// node storage.mjs FOLDER: the packaged engine/storage.js and lock.js over files in memory: damaged and lost lock files,
// a disk that fails in the middle, a clock that is set back. Prints a JSON line: how many trials there were.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { MemoryFile } from "./memory-file.mjs";

const of = (name) => import(pathToFileURL(`${process.argv[2]}/engine/${name}`).href);
const [{ Storage }, { LOCK, PLAIN, SEALED }] = [await of("storage.js"), await of("lock-file.js")];
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

const database = PLAIN[0];
const text = (name) => new TextDecoder().decode(files.get(name).bytes);
const plain = (said) => files.get(database).write(new TextEncoder().encode(said), { at: 0 });
let trials = 0;

async function fresh(said = "what the reader keeps") {
  files = new Map();
  const storage = await Storage.open();
  if (said) plain(said);
  trials++;
  return storage;
}

async function sealed() {
  const storage = await fresh();
  await storage.set(PASSPHRASE, "", () => {});
  assert.equal(files.get(database).getSize(), 0);
  return storage;
}

// A lock file that was damaged, emptied or lost: nothing is wiped, and starting over is possible.
for (const harm of [
  (lock) => lock.bytes.fill(7),
  (lock) => lock.bytes.fill(0),
  (lock) => lock.truncate(0),
  () => files.delete(LOCK),
]) {
  await sealed();
  const before = files.get(SEALED[0]).bytes.slice();
  harm(files.get(LOCK));
  const storage = await Storage.open();
  assert.deepEqual(files.get(SEALED[0]).bytes, before, "nothing is wiped by itself");
  const { sealed: isSealed, locked, broken } = storage.state;
  assert.deepEqual({ isSealed, locked, broken }, { isSealed: true, locked: true, broken: true });
  await assert.rejects(storage.unlock(PASSPHRASE), /damaged/);
  assert.deepEqual((await Storage.open()).state.broken, true, "asking for it changes nothing");
  await storage.forget();
  assert.equal(storage.locked, false);
  assert.equal(storage.state.broken, false);
  assert.equal(SEALED.reduce((sum, name) => sum + files.get(name).getSize(), 0), 0);
  assert.equal((await Storage.open()).locked, false);
}

// One of the two slots is enough.
for (const slot of [0, 4096]) {
  const storage = await sealed();
  await storage.idle(5);
  files.get(LOCK).bytes.fill(7, slot, slot + 4096);
  const again = await Storage.open();
  assert.equal(again.state.broken, false);
  await again.unlock(PASSPHRASE);
}

// Without a lock nothing changes, and what a first passphrase left unfinished is wiped.
{
  await fresh();
  assert.equal((await Storage.open()).state.sealed, false);
  const storage = await fresh();
  await assert.rejects(storage.set(PASSPHRASE, "", () => { throw new Error("killed"); }), /killed/); // prettier-ignore
  files.get(SEALED[0]).write(new Uint8Array(9000), { at: 0 });
  assert.equal((await Storage.open()).state.broken, false);
  assert.equal(files.get(SEALED[0]).getSize(), 0);
  assert.match(text(database), /what the reader keeps/);
}

// The disk fails just when the lock's slot is written: what is in memory is what is on the disk.
for (const way of ["set", "remove"]) {
  for (const stuck of [false, true]) {
    const storage = way === "set" ? await fresh() : await sealed();
    const lock = files.get(LOCK);
    await storage.idle(5); // there is a slot before
    const write = lock.write.bind(lock);
    // The slot that ends the move is on the disk when the flush fails; `stuck`: and nothing more can be written.
    let ended = false;
    lock.write = (bytes, where) => {
      if (ended && stuck) throw new Error("no more");
      ended ||= new TextDecoder().decode(bytes).includes(`"sealed":${way === "set"}`);
      return write(bytes, where);
    };
    lock.failing = () => {
      if (ended) throw new Error("the disk failed");
    };
    const moved = storage[way](PASSPHRASE, ...(way === "set" ? ["", () => {}] : [() => {}]));
    if (stuck) await moved;
    else await assert.rejects(moved, /the disk failed/);
    lock.failing = null;
    lock.write = write;
    const now = storage.state.sealed;
    const again = await Storage.open();
    assert.equal(again.state.sealed, now, "as at the next start");
    assert.equal(now, (way === "set") === stuck);
    if (now) await again.unlock(PASSPHRASE);
    const { path } = { path: now ? SEALED[0] : database };
    assert.ok(files.get(path).getSize() > 0, "and the reader's files are there");
    if (!now) assert.match(text(database), /what the reader keeps/);
  }
}

// Wrong ones cost time; a clock that is set back does not make it longer than it can be.
{
  const storage = await sealed();
  const locked = await Storage.open();
  for (let turn = 0; turn < 3; turn++) await assert.rejects(locked.unlock("wrong"), /not the passphrase/);
  const now = Date.now;
  Date.now = () => now() - 10 * 86_400_000;
  assert.equal(locked.state.wait, 300);
  await assert.rejects(locked.unlock(PASSPHRASE), /Try again in 300 seconds/);
  Date.now = () => now() - 10 * 86_400_000 + 290_000;
  assert.ok(locked.state.wait <= 10, "it goes down by the new clock");
  Date.now = () => now() - 10 * 86_400_000 + 301_000;
  await locked.unlock(PASSPHRASE);
  Date.now = now;
  assert.equal(storage.locked, false);
}

console.log(JSON.stringify({ trials }));
