// What differs between browsers. The rest of the shell is the same everywhere.

const ENGINE_DOCUMENT = "engine/offscreen.html";

/**
 * Opens the panel beside the page. Call it synchronously in a user gesture, before any `await`; the browser rejects it
 * otherwise.
 * @param {number} windowId
 * @returns {Promise<void>}
 */
export function openPanel(windowId) {
  return chrome.sidePanel.open({ windowId });
}

/** Returns the id of the window that this panel belongs to. */
export async function panelWindowId() {
  return (await chrome.windows.getCurrent()).id;
}

/**
 * Creates the offscreen document unless it exists. The browser allows only one and rejects a second call while the first
 * is loading, so concurrent callers take turns.
 * @param {string} [fragment] `#models` starts the model worker together with the document
 */
export function ensureEngineDocument(fragment = "") {
  return navigator.locks.request("nutshell-engine-document", async () => {
    if (await hasEngineDocument()) return;
    await chrome.offscreen.createDocument({
      url: ENGINE_DOCUMENT + fragment,
      reasons: ["WORKERS"],
      justification: "Runs the summarizer and its models in workers that outlive the panel.",
    });
  });
}

/** Returns whether the offscreen document exists or is being created. */
export async function hasEngineDocument() {
  return (await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"] })).length > 0;
}

/** Returns the match pattern for the host of a URL, over both http and https. */
export function hostPattern(url) {
  return `*://${new URL(url).hostname}/*`;
}

/**
 * Asks the user for access to the hosts of these URLs. Call it synchronously in a user gesture. Hosts that are granted
 * already are not asked for again.
 * @param {string[]} urls
 * @returns {Promise<boolean>} whether all of them are granted now
 */
export function requestHostPermissions(urls) {
  return chrome.permissions.request({ origins: [...new Set(urls.map(hostPattern))] });
}

/** Returns the match patterns of all single hosts that are granted. "All sites" is left out: the user grants it elsewhere. */
export async function grantedHostPatterns() {
  const { origins } = await chrome.permissions.getAll();
  return origins.filter((pattern) => !/^(<all_urls>|[^:]+:\/\/\*\/)/.test(pattern));
}

/** Returns the names of the permissions in the manifest. */
export function permissions() {
  return chrome.runtime.getManifest().permissions;
}

export async function removeHostPermissions(patterns) {
  if (patterns.length) await chrome.permissions.remove({ origins: patterns });
}

/** Returns whether the user granted access to the host of a URL. Contexts without `chrome.permissions` ask background.js. */
export async function hasHostPermission(url) {
  if (!chrome.permissions) return (await chrome.runtime.sendMessage({ type: "may-reach", url })) === true;
  try {
    return await chrome.permissions.contains({ origins: [hostPattern(url)] });
  } catch {
    return false; // not an http(s) URL
  }
}
