// node export-import.mjs PACKAGE_FOLDER: imports files with overlong lines through panel/export-import.js, split anywhere by
// the stream. Prints the number of trials as JSON.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const { importBundle, InvalidFile } = await import(pathToFileURL(`${process.argv[2]}/panel/export-import.js`).href);
const LONG = "x".repeat(3_000_000);
const SHORT = "y".repeat(1_000);

/** Returns the lines that the engine receives. All parts carry the number from the first answer. */
async function imported(text) {
  const parts = [];
  const engine = {
    async request(name, { text: part, first, last, number }) {
      assert.equal(name, "library.import");
      assert.equal(first, parts.length === 0);
      assert.equal(number, first ? undefined : 7);
      assert.ok(part.length < 2_100_000);
      parts.push(part);
      return last ? { complete: true } : { number: 7 };
    },
  };
  await importBundle(engine, new Blob([text]), "", () => {}, new AbortController().signal);
  return parts.join("\n").split("\n");
}

let trials = 0;
for (const before of [1, 400, 700, 5_000]) {
  for (const after of [0, 1, 700]) {
    for (const end of ["", "\n"]) {
      const lines = [...Array(before).fill(SHORT), LONG, ...Array(after).fill(SHORT)];
      const found = await imported(lines.join("\n") + end);
      const wanted = lines.map((line) => (line === LONG ? "a line that is too long" : line));
      assert.deepEqual(found.filter(Boolean).map((line) => (line.length > 1e6 ? "cut" : line)), wanted);
      trials++;
    }
  }
}
const two = await imported([SHORT, LONG, LONG, SHORT, LONG].join("\n"));
assert.deepEqual(two.map((line) => line.length), [1000, 23, 23, 1000, 23]);
await assert.rejects(imported(LONG), InvalidFile);
console.log(JSON.stringify({ trials }));
