// node encrypted-export.mjs PACKAGE_FOLDER FIXTURES AGE_LIBRARY OUT: tests engine/encrypted-export.js against the complete age
// library and a file made by an earlier version. Leaves an encrypted file at OUT. Prints the number of checks as JSON.

import assert from "node:assert/strict";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const [folder, fixtures, library, out] = process.argv.slice(2);
const { decryptExport, encryptExport, isEncryptedExport, EncryptedExportError } = await import(pathToFileURL(`${folder}/engine/encrypted-export.js`).href);
const age = await import(pathToFileURL(library).href);

const PASSPHRASE = "correct horse battery";
const CHUNK = 64 * 1024;
let checks = 0;

/** A stream of the bytes in pieces of `size`. */
const streamOf = (bytes, size = 50_000) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      controller.close();
    },
  });

const read = async (stream) => Buffer.from(await new Response(stream).arrayBuffer());

async function opens(file, expected, { passphrase = PASSPHRASE, size } = {}) {
  assert.ok(isEncryptedExport(file));
  assert.ok((await read(decryptExport(passphrase, streamOf(file, size)))).equals(expected));
  checks++;
}

async function fails(file, reasons, passphrase = PASSPHRASE) {
  await assert.rejects(read(decryptExport(passphrase, streamOf(file))), (error) => {
    assert.ok(error instanceof EncryptedExportError, String(error));
    assert.ok([reasons].flat().includes(error.reason), error.reason);
    assert.ok(error.message.length > 10);
    return true;
  });
  checks++;
}

/** Encrypts with the library, at a work factor that is quick. */
async function encryptWithLibrary(bytes, workFactor = 4) {
  const encrypter = new age.Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(workFactor);
  return Buffer.from(await encrypter.encrypt(new Uint8Array(bytes)));
}

// Our files open with the library, and with our own reader.
const content = randomBytes(3_000_000);
const ours = await read(await encryptExport(PASSPHRASE, streamOf(content)));
writeFileSync(out, ours);
assert.ok(!ours.includes(content.subarray(1000, 1020)));
const decrypter = new age.Decrypter();
decrypter.addPassphrase(PASSPHRASE);
assert.ok(Buffer.from(await decrypter.decrypt(new Uint8Array(ours))).equals(content));
await opens(ours, content);

// Files of the library open, whatever their size and the stream's pieces.
for (const length of [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]) {
  const bytes = randomBytes(length);
  const file = await encryptWithLibrary(bytes);
  for (const size of [7, 50_000, 10_000_000]) await opens(file, bytes, { size: length > CHUNK && size < 10 ? 1_000 : size });
}
await opens(await encryptWithLibrary(content), content);

// A passphrase may be typed in another Unicode form.
const composed = new age.Encrypter();
composed.setPassphrase("caf\u00e9 au lait");
composed.setScryptWorkFactor(4);
await opens(Buffer.from(await composed.encrypt(new Uint8Array([1, 2]))), Buffer.from([1, 2]), { passphrase: "cafe\u0301 au lait" });

// What is wrong is told.
const small = await encryptWithLibrary(content.subarray(0, 2.5 * CHUNK));
const payload = small.length - 2.5 * CHUNK - 3 * 16 - 16;
await fails(small, "wrong-passphrase", "another passphrase");
for (const end of [20, 60, payload - 1, payload, payload + 10, payload + 16 + CHUNK + 16, small.length - 1]) {
  await fails(small.subarray(0, end), ["damaged", "not-encrypted"]);
}
for (const at of [payload - 10, payload + 3, payload + 100, small.length - 5]) {
  const changed = Buffer.from(small);
  changed[at] ^= 1;
  await fails(changed, ["damaged", "wrong-passphrase"]);
}
await fails(Buffer.concat([small, Buffer.from("more")]), "damaged");
await fails(Buffer.from(small.toString("latin1").replace(/^(-> scrypt \S+) 4$/m, "$1 21"), "latin1"), "work-factor");
await fails(Buffer.from("no export"), "not-encrypted");
const toKey = new age.Encrypter();
toKey.addRecipient(await age.identityToRecipient(await age.generateIdentity()));
await fails(Buffer.from(await toKey.encrypt(new Uint8Array(10))), "not-passphrase");

// A file of an earlier version.
const legacy = readFileSync(`${fixtures}/bundle-v1.sealed`);
const bundle = readFileSync(`${fixtures}/bundle-v1.jsonl`);
assert.ok(gunzipSync(await read(decryptExport(PASSPHRASE, streamOf(legacy, 11)))).equals(bundle));
checks++;
await fails(legacy, "wrong-passphrase", "another passphrase");
await fails(legacy.subarray(0, -1), "truncated");
await fails(legacy.subarray(0, 20), "truncated");
await fails(Buffer.concat([legacy, Buffer.from("x")]), "trailing-data");
for (const [at, reasons] of [[7, "newer-version"], [8, "damaged"], [15, "wrong-passphrase"], [100, "wrong-passphrase"]]) {
  const changed = Buffer.from(legacy);
  changed[at] ^= 0xff;
  await fails(changed, reasons);
}

/** An export in several chunks, as earlier versions wrote it. */
function encryptLegacy(parts) {
  const header = Buffer.concat([Buffer.from("NUTSEAL\x01"), Buffer.from([0, 0, 0, 10]), randomBytes(24)]);
  const key = pbkdf2Sync(PASSPHRASE, header.subarray(12, 28), 10, 32, "sha256");
  const chunks = parts.map((part, number) => {
    const last = number === parts.length - 1;
    const counter = Buffer.alloc(5);
    counter.writeUInt32BE(number);
    counter[4] = last ? 1 : 0;
    const cipher = createCipheriv("aes-256-gcm", key, Buffer.concat([header.subarray(28), counter.subarray(0, 4)]));
    cipher.setAAD(Buffer.concat([header, counter]));
    const encrypted = Buffer.concat([cipher.update(part), cipher.final(), cipher.getAuthTag()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(encrypted.length + (last ? 0x8000_0000 : 0));
    return Buffer.concat([length, encrypted]);
  });
  return [header, ...chunks];
}
const pieces = encryptLegacy([content.subarray(0, 1 << 20), content.subarray(1 << 20, 2 << 20), content.subarray(2 << 20)]);
await opens(Buffer.concat(pieces), content);
await fails(Buffer.concat(pieces.slice(0, -1)), "truncated");
await fails(Buffer.concat([pieces[0], pieces[2], pieces[1], pieces[3]]), "wrong-passphrase");
await fails(Buffer.concat([pieces[0], pieces[1], pieces[3]]), "damaged");

console.log(JSON.stringify({ checks }));
