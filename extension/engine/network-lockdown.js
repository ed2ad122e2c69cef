// Removes network access from the context that imports this module. Every context of the extension imports it first, so
// code that runs later (Python, the models, the panel) has no function left to send anything with.
//
// The content security policy is the first barrier. This one covers what the policy must allow for feeds, and what it
// doesn't cover: WebRTC and navigation. Only fetcher.js keeps access to the web; `fetchPackaged` reads files of the package.
// It imports nothing, so that nothing runs before it.

const ROOT = new URL("../", import.meta.url).href;

const NETWORK_GLOBALS = [
  "fetch",
  "fetchLater",
  "XMLHttpRequest",
  "WebSocket",
  "WebSocketStream",
  "EventSource",
  "WebTransport",
  "RTCPeerConnection",
  "webkitRTCPeerConnection",
  "RTCDataChannel",
  "Worker", // a second engine worker could fetch for the context that started it
  "SharedWorker",
  "importScripts",
  "caches",
  "Cache",
  "CacheStorage",
  "FontFace",
  "BackgroundFetchManager",
  "PresentationRequest",
];

const FORBIDDEN_ELEMENTS = /^(?:link|iframe|frame|object|embed|portal|fencedframe|base|meta)$/i;

const originalFetch = globalThis.fetch.bind(globalThis);
const OriginalWorker = globalThis.Worker;
const prefetched = new Map(); // URL of a packaged file -> Promise<Response>
const FETCHING_WORKER = "engine.js"; // its name, set in watched-worker.js
const WORKER_OWNER = "/engine/offscreen.html"; // the only document that starts workers of its choice
const PDF_WORKER = "pdf/worker.js";
let fetchClaimed = false;
let workerClaimed = false;
let pdfWorkerPolicy = null; // the documents' content security policy allows it once

if (OriginalWorker) Object.defineProperty(OriginalWorker.prototype, "constructor", { value: undefined }); // every worker would lead to it
for (const name of NETWORK_GLOBALS) remove(globalThis, name);
for (const name of ["sendBeacon", "serviceWorker"]) remove(globalThis.navigator, name);
lockDocument();

/** Returns the original `fetch`, once. engine/fetcher.js is the only caller. */
export function claimFetch() {
  if (fetchClaimed || globalThis.document || globalThis.name !== FETCHING_WORKER) throw new Error("fetch is not available here.");
  fetchClaimed = true;
  return originalFetch;
}

/** Returns the original `Worker`, once. engine/watched-worker.js, in the offscreen document, is the only caller. */
export function claimWorker() {
  if (workerClaimed || globalThis.location.pathname !== WORKER_OWNER) throw new Error("Worker is not available here.");
  workerClaimed = true;
  return OriginalWorker;
}

/** Starts the worker that parses PDF files. It has no network either, and the caller can't choose another script. */
export function startPdfWorker() {
  const url = new URL(PDF_WORKER, ROOT).href;
  pdfWorkerPolicy ??= globalThis.trustedTypes?.createPolicy("nutshell-pdf", { createScriptURL: () => url }) ?? null;
  return new OriginalWorker(pdfWorkerPolicy?.createScriptURL("") ?? url, { type: "module", name: "pdf" });
}

/** Lets onnxruntime start its threads: workers that run its own script and no other. */
export function allowOnnxThreads(path) {
  const script = new URL(path, ROOT).href;
  const startThread = function (url) {
    if (new URL(url, ROOT).href !== script) throw new TypeError("Only onnxruntime's threads can be started here.");
    return new OriginalWorker(script, { type: "module", name: "em-pthread" });
  };
  Object.defineProperty(globalThis, "Worker", { value: startThread, configurable: false, writable: false });
}

/** Returns whether a URL is a file of this package. */
export function isPackaged(url) {
  return URL.canParse(url, ROOT) && new URL(url, ROOT).href.startsWith(ROOT);
}

/**
 * Fetches a file of the package.
 * @param {string|URL} path relative to the root of the package
 * @returns {Promise<Response>} Rejects if the file is missing.
 */
export async function fetchPackaged(path) {
  const url = new URL(path, ROOT).href;
  if (!isPackaged(url)) throw new TypeError("Only files of the package can be read.");
  const response = await originalFetch(url);
  if (!response.ok) throw new Error(`${url.slice(ROOT.length)} is missing from the package. Install Nutshell again.`);
  return response;
}

/** Starts fetching a packaged file that a library will fetch later. Resolves once the response is there or has failed. */
export function prefetchPackaged(path) {
  const response = fetchPackaged(path);
  prefetched.set(new URL(path, ROOT).href, response);
  return response.catch(() => {});
}

/** Lets libraries read files of the package, and nothing else, with `fetch`. */
export function allowPackageFetch() {
  const packageFetch = (input) => {
    const url = String(input?.url ?? input);
    if (!isPackaged(url)) return Promise.reject(new TypeError("Only files of the package can be read."));
    const response = prefetched.get(url);
    prefetched.delete(url); // a response can be read once
    return response ?? originalFetch(url);
  };
  Object.defineProperty(globalThis, "fetch", { value: packageFetch, configurable: true, writable: true });
}

/** Undoes `allowPackageFetch`. */
export function revokePackageFetch() {
  delete globalThis.fetch;
}

/** Removes a property from the whole prototype chain. What can't be deleted is shadowed with `undefined`. */
function remove(object, name) {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
  }
  if (name in object) Object.defineProperty(object, name, { value: undefined, configurable: false, writable: false });
}

/** Keeps a document of the extension from navigating elsewhere (links open tabs) and from embedding other documents. */
function lockDocument() {
  if (!globalThis.document) return;
  remove(globalThis, "open");
  // The policy doesn't cover <link rel="prefetch">, and a frame would bring a fresh set of globals. The only other way to
  // create elements is through markup, which Trusted Types restrict to panel/fragment.js.
  for (const method of ["createElement", "createElementNS"]) {
    const original = Document.prototype[method];
    Document.prototype[method] = function (...names) {
      if (names.some((name) => FORBIDDEN_ELEMENTS.test(String(name)))) throw new TypeError("This element is not allowed in Nutshell.");
      return original.apply(this, names);
    };
  }
  globalThis.navigation?.addEventListener("navigate", (event) => {
    const allowed = isPackaged(event.destination.url) || event.destination.url.startsWith("blob:"); // a download
    if (!allowed) event.preventDefault();
  });
}
