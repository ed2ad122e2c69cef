// node encrypted-file.mjs PACKAGE_FOLDER: compares engine/encrypted-file.js with a plain file for many reads, writes and
// truncations, then tests torn, swapped and foreign blocks. Prints the number of steps as JSON.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { MemoryFile } from "./memory-file.mjs";

const { BLOCK, EncryptedFile } = await import(pathToFileURL(`${process.argv[2]}/engine/encrypted-file.js`).href);

let state = 42;
const below = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n;
const all = (file) => {
  const bytes = new Uint8Array(file.getSize());
  assert.equal(file.read(bytes, { at: 0 }), bytes.length);
  return bytes;
};
const key = crypto.getRandomValues(new Uint8Array(32));

let steps = 0;
for (let round = 0; round < 12; round++) {
  const [plain, handle] = [new MemoryFile(), new MemoryFile()];
  let sealed = new EncryptedFile(handle, key, "a");
  for (let step = 0; step < 60; step++, steps++) {
    const at = below(3) ? BLOCK * below(6) : below(5 * BLOCK);
    const kind = below(10);
    if (kind < 6) {
      const bytes = crypto.getRandomValues(new Uint8Array(below(3) ? BLOCK : 1 + below(2 * BLOCK)));
      plain.write(bytes, { at });
      sealed.write(below(2) ? bytes : new Int8Array(bytes.buffer), { at });
    } else if (kind < 8) {
      plain.truncate(at);
      sealed.truncate(at);
    } else {
      sealed = new EncryptedFile(handle, key, "a"); // as after a restart: nothing cached
    }
    assert.equal(sealed.getSize(), plain.getSize());
    assert.deepEqual(all(sealed), all(plain));
  }
}

// The file holds no plaintext.
const [handle, text] = [new MemoryFile(), new TextEncoder().encode("a very private sentence ".repeat(400))];
const file = new EncryptedFile(handle, key, "a");
for (let n = 0; n < 50; n++) file.write(text, { at: 0 });
assert.ok(!Buffer.from(handle.bytes).includes("private"));

const again = (bytes, name = "a", by = key) => {
  const other = new MemoryFile();
  other.bytes = Uint8Array.from(bytes);
  return all(new EncryptedFile(other, by, name)).subarray(0, BLOCK);
};
const bad = new Uint8Array(BLOCK).fill(0xff);
const step = BLOCK + 28;
assert.deepEqual(again(handle.bytes), text.subarray(0, BLOCK));
const torn = handle.bytes.slice();
torn.fill(7, 2000, 2100);
assert.deepEqual(again(torn), bad);
const swapped = new Uint8Array([...handle.bytes.subarray(step, 2 * step), ...handle.bytes.subarray(0, step)]);
assert.deepEqual(again(swapped), bad, "swapped blocks");
assert.deepEqual(again(handle.bytes, "b"), bad, "a block of another file");
assert.deepEqual(again(handle.bytes, "a", new Uint8Array(32)), bad, "another key");
console.log(JSON.stringify({ steps }));
