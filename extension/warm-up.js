// Summarizes a built-in sample page in the background after an installation or an update.
//
// Chromium optimizes WebAssembly while it runs and caches the optimized code. Without a cache a summary takes half as long
// again and needs 100 MB more. This fills the cache before the first summary.

import { EngineClient } from "./engine/client.js";
import { ERRORS } from "./engine/protocol.js";
import { hasEngineDocument } from "./platform.js";

const DELAY = 5_000; // ms; the browser is busy right after an installation
// Chromium writes the cache once the optimized code reaches 1 MB (V8's --wasm-caching-hard-threshold).
const PASSES = 24;

/** Does nothing if the engine is running by then: the user's own summary has the same effect. */
export function scheduleWarmUp() {
  if (chrome.extension.inIncognitoContext) return;
  setTimeout(warmUp, DELAY);
}

async function warmUp() {
  if (await hasEngineDocument()) return;
  const engine = new EngineClient();
  try {
    for (let pass = 0; pass < PASSES; pass++) await engine.request("warm_up");
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("Could not warm up, so the first summary takes longer:", error.message);
  } finally {
    engine.close();
  }
}
