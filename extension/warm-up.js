// A summary for nobody, once Nutshell was installed, or Nutshell or the browser was updated.
//
// The browser compiles WebAssembly well only while it runs, and keeps what it compiled: without that a summary takes half as
// long again, and a hundred megabytes more. The reader's first one finds the code compiled.

import { EngineClient } from "./engine/client.js";
import { ERRORS } from "./engine/protocol.js";
import { hasEngineDocument } from "./platform.js";

const LATER = 5_000; // ms: the browser has enough to do at that moment
// Chromium writes down what it compiled once that comes to a megabyte (V8's --wasm-caching-hard-threshold).
const PASSES = 24;

/** Unless the engine is at work by then: the reader was faster, and their own summary does the same. */
export function scheduleWarmUp() {
  if (chrome.extension.inIncognitoContext) return;
  setTimeout(rehearse, LATER);
}

async function rehearse() {
  if (await hasEngineDocument()) return;
  const engine = new EngineClient();
  try {
    for (let pass = 0; pass < PASSES; pass++) await engine.request("rehearse");
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("The first summary will take longer:", error.message);
  } finally {
    engine.close();
  }
}
