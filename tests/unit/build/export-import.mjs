// node export-import.mjs FOLDER: the packaged panel/export-import.js takes files in whose lines are too long, cut anywhere by the stream.
// Prints a JSON line.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const { importBundle, InvalidFile } = await import(pathToFileURL(`${process.argv[2]}/panel/export-import.js`).href);
const LONG = "x".repeat(3_000_000);
const SHORT = "y".repeat(1_000);

/** The lines as the engine gets them; each part has the number that the first was given. */
async function taken(text) {
  const parts = [];
  const engine = {
    async request(name, { text: part, first, last, number }) {
      assert.equal(name, "memory.import");
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
      const found = await taken(lines.join("\n") + end);
      const wanted = lines.map((line) => (line === LONG ? "a line that is too long" : line));
      assert.deepEqual(found.filter(Boolean).map((line) => (line.length > 1e6 ? "cut" : line)), wanted);
      trials++;
    }
  }
}
const two = await taken([SHORT, LONG, LONG, SHORT, LONG].join("\n"));
assert.deepEqual(two.map((line) => line.length), [1000, 23, 23, 1000, 23]);
await assert.rejects(taken(LONG), InvalidFile);
console.log(JSON.stringify({ trials }));
