// Takes the network away from the context that imports this module. Imported before anything else, by each context
// of the extension: what runs there afterwards (Python, the models, the panel) has no function left to reach out with.
//
// The content security policy is the first wall; this one stands where the policy has to let feeds through, and where
// it has no say (WebRTC, navigation). fetcher.js alone keeps the way to the web; `fetchPackaged` reads the package's own files.

const ROOT = new URL("../", import.meta.url).href;

const REACHING = [
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
  "Worker", // another engine would fetch for whoever started it
  "SharedWorker",
  "importScripts",
  "caches",
  "Cache",
  "CacheStorage",
  "FontFace",
  "BackgroundFetchManager",
  "PresentationRequest",
];

const FOREIGN = /^(?:link|iframe|frame|object|embed|portal|fencedframe|base|meta)$/i;

const web = globalThis.fetch.bind(globalThis);
const ahead = new Map(); // address of a file of the package -> its answer, that a library will ask for
const ENGINE = "engine.js"; // the name of the one worker that fetches (worker.js gives it)
const Started = globalThis.Worker;
const STARTER = "/engine/offscreen.html"; // the one document that starts workers
let claimed = false;
let started = false;

if (Started) Object.defineProperty(Started.prototype, "constructor", { value: undefined }); // each worker would lead to it
for (const name of REACHING) remove(globalThis, name);
for (const name of ["sendBeacon", "serviceWorker"]) remove(globalThis.navigator, name);
stayHere();

/** The web's fetch, for one taker: engine/fetcher.js asks first, and nobody after it. */
export function claimFetch() {
  if (claimed || globalThis.document || globalThis.name !== ENGINE) throw new Error("Nobody else fetches.");
  claimed = true;
  return web;
}

/** What starts workers, for one taker: engine/watched-worker.js in the engine's document asks first. */
export function claimWorker() {
  if (started || globalThis.location.pathname !== STARTER) throw new Error("Nobody else starts workers.");
  started = true;
  return Started;
}

/** Let onnxruntime start its threads: workers that run its own script, and no other. */
export function allowOnnxThreads(path) {
  const script = new URL(path, ROOT).href;
  const thread = function (address) {
    if (new URL(address, ROOT).href !== script) throw new TypeError("Only threads of onnxruntime are started here.");
    return new Started(script, { type: "module", name: "em-pthread" });
  };
  Object.defineProperty(globalThis, "Worker", { value: thread, configurable: false, writable: false });
}

/** Whether an address is a file of this package. */
export function isPackaged(address) {
  return URL.canParse(address, ROOT) && new URL(address, ROOT).href.startsWith(ROOT);
}

/**
 * A file of the package.
 * @param {string|URL} path from the package's root
 * @returns {Promise<Response>} rejects when it is not there
 */
export async function fetchPackaged(path) {
  const address = new URL(path, ROOT).href;
  if (!isPackaged(address)) throw new TypeError("Only files of the package can be read.");
  const answer = await web(address);
  if (!answer.ok) throw new Error(`${address.slice(ROOT.length)} is missing from the package. Install Nutshell again.`);
  return answer;
}

/** Begin to read a file of the package that a library fetches by itself, once it comes to it. Resolves when it comes. */
export function prefetchPackaged(path) {
  const answer = fetchPackaged(path);
  ahead.set(new URL(path, ROOT).href, answer);
  return answer.catch(() => {});
}

/** Let libraries that load themselves with `fetch` read the package, and nothing else. */
export function allowPackageFetch() {
  const own = (input) => {
    const address = String(input?.url ?? input);
    if (!isPackaged(address)) return Promise.reject(new TypeError("Only files of the package can be read."));
    const early = ahead.get(address);
    ahead.delete(address); // an answer can be read once
    return early ?? web(address);
  };
  Object.defineProperty(globalThis, "fetch", { value: own, configurable: true, writable: true });
}

/** The end of `allowPackageFetch`. */
export function revokePackageFetch() {
  delete globalThis.fetch;
}

/** Wherever in the chain of prototypes it stands; what cannot be deleted is covered for good. */
function remove(object, name) {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (Object.hasOwn(owner, name)) Reflect.deleteProperty(owner, name);
  }
  if (name in object) Object.defineProperty(object, name, { value: undefined, configurable: false, writable: false });
}

/** A document of the extension goes nowhere else (links open tabs of their own), and takes no other into itself. */
function stayHere() {
  if (!globalThis.document) return;
  remove(globalThis, "open");
  // The policy has no say in <link rel="prefetch">; and a frame would bring new functions with it. (A listed markup
  // of our templates is the only other way to an element: panel.html's policy has it go through fragment.js.)
  for (const make of ["createElement", "createElementNS"]) {
    const original = Document.prototype[make];
    Document.prototype[make] = function (...names) {
      if (names.some((name) => FOREIGN.test(String(name)))) throw new TypeError("Nutshell makes no such element.");
      return original.apply(this, names);
    };
  }
  globalThis.navigation?.addEventListener("navigate", (event) => {
    const own = isPackaged(event.destination.url) || event.destination.url.startsWith("blob:"); // a file to save
    if (!own) event.preventDefault();
  });
}
