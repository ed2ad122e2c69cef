// What differs between browsers. Everything else in the shell is the same everywhere.

const ENGINE_DOCUMENT = "engine/offscreen.html";

/**
 * Open the panel beside the page. Call it synchronously from a user's click, before any `await`: the
 * browser refuses it afterwards.
 * @param {number} windowId
 * @returns {Promise<void>}
 */
export function openPanel(windowId) {
  return chrome.sidePanel.open({ windowId });
}

/** The window this panel stands in. */
export async function panelWindowId() {
  return (await chrome.windows.getCurrent()).id;
}

/**
 * See that the engine's document is there and has loaded. The browser allows one such document and rejects a
 * second call while the first still loads it; two panels may ask at once, so they take turns.
 * @param {string} [wanted] `#models` to have it start the models too, at once
 */
export function ensureEngineDocument(wanted = "") {
  return navigator.locks.request("nutshell-engine-document", async () => {
    if (await hasEngineDocument()) return;
    await chrome.offscreen.createDocument({
      url: ENGINE_DOCUMENT + wanted,
      reasons: ["WORKERS"],
      justification: "Runs the summarizer and its models in workers that outlive the panel.",
    });
  });
}

/** Whether the engine's document is there, or about to be. */
export async function hasEngineDocument() {
  return (await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] })).length > 0;
}

/** How the browser names the host of an address when it asks the reader for it; with and without TLS. */
export function hostPattern(url) {
  return `*://${new URL(url).hostname}/*`;
}

/**
 * Ask the reader to let Nutshell reach the hosts of these addresses, and no other. Call it synchronously from a
 * user's click. What was allowed before is not asked for again.
 * @param {string[]} urls
 * @returns {Promise<boolean>} whether all of them may be reached now
 */
export function requestHostPermissions(urls) {
  return chrome.permissions.request({ origins: [...new Set(urls.map(hostPattern))] });
}

/** Every single host that the reader allowed, as a pattern; "all sites" is the reader's own doing, and not counted. */
export async function grantedHostPatterns() {
  const { origins } = await chrome.permissions.getAll();
  return origins.filter((pattern) => !/^(<all_urls>|[^:]+:\/\/\*\/)/.test(pattern));
}

/** The names of all permissions that Nutshell has from the start. */
export function permissions() {
  return chrome.runtime.getManifest().permissions;
}

/** Give hosts back. */
export async function removeHostPermissions(patterns) {
  if (patterns.length) await chrome.permissions.remove({ origins: patterns });
}

/** Whether the reader lets Nutshell reach an address. Documents that have no say in permissions ask background.js. */
export async function hasHostPermission(url) {
  if (!chrome.permissions) return (await chrome.runtime.sendMessage({ type: "may-reach", url })) === true;
  try {
    return await chrome.permissions.contains({ origins: [hostPattern(url)] });
  } catch {
    return false; // not a web address
  }
}
