// Copies of the package's largest files on the origin-private file system. The browser hands over a file of an extension
// through pipes, which costs a worker some 5 ms a megabyte; a copy of its own is read at ten times the speed.
//
// A copy begins with the checksum of what follows, written last. One that is cut short, altered or of another version counts
// for nothing: the package is read, and the copy made anew.

import { sha256Hex } from "./digest.js";
import { packaged } from "./quiet.js";

const FOLDER = "copies";
const HEAD = 64;
const LATER = 3_000; // ms after a miss: whoever reads a large file has something to do first
const PATIENCE = 200; // ms
const missed = new Map(); // path -> its checksum
let timer = null;

/**
 * The bytes of a file of the package.
 * @param {string} path from the package's root
 * @param {string} pinned its SHA-256 in hexadecimal
 * @returns {Promise<{bytes: Uint8Array, whole: Promise<void>}>} `whole` rejects when they are not the pinned ones
 */
export async function quick(path, pinned) {
  // Now and then, after a worker was ended in the middle of its start, the browser never says whether a file can be opened.
  const tired = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const copy = await Promise.race([copied(path, pinned), tired]);
  if (copy) return { bytes: copy, whole: Promise.resolve() };
  missed.set(path, pinned);
  timer ??= setTimeout(keep, LATER);
  const bytes = new Uint8Array(await (await packaged(path)).arrayBuffer());
  const whole = sha256Hex(bytes).then((found) => {
    if (found === pinned) return;
    missed.delete(path);
    throw new Error(`${path} is damaged: its checksum is wrong. Install Nutshell again.`);
  });
  whole.catch(() => {}); // told to whoever asks
  return { bytes, whole };
}

/** Make the copies that were missed. Where there can be none, there are none. */
async function keep() {
  timer = null;
  const paths = [...missed];
  missed.clear();
  for (const [path, pinned] of paths) {
    await write(path, async (handle) => {
      let at = HEAD;
      for await (const part of (await packaged(path)).body) at += handle.write(part, { at });
      handle.write(new TextEncoder().encode(pinned), { at: 0 });
    }).catch(() => {});
  }
}

async function copied(path, pinned) {
  let handle;
  try {
    handle = await (await place(path)).createSyncAccessHandle({ mode: "read-only" });
    const head = new Uint8Array(HEAD);
    handle.read(head, { at: 0 });
    if (new TextDecoder().decode(head) !== pinned) return null;
    const bytes = new Uint8Array(handle.getSize() - HEAD);
    handle.read(bytes, { at: HEAD });
    return (await sha256Hex(bytes)) === pinned ? bytes : null;
  } catch {
    return null; // there is none, it is being written, or there is no such storage (a private window)
  } finally {
    handle?.close();
  }
}

async function write(path, content) {
  const handle = await (await place(path, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    await content(handle);
  } catch (error) {
    handle.truncate(0); // the disk is full
    throw error;
  } finally {
    handle.close();
  }
}

async function place(path, options) {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, options);
  return folder.getFileHandle(path.replaceAll("/", "-"), options);
}
