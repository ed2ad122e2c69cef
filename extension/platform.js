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
 */
export function ensureEngineDocument() {
  return navigator.locks.request("nutshell-engine-document", async () => {
    const documentUrls = [chrome.runtime.getURL(ENGINE_DOCUMENT)];
    const there = await chrome.runtime.getContexts({ contextTypes: ["OFFSCREEN_DOCUMENT"], documentUrls });
    if (there.length > 0) return;
    await chrome.offscreen.createDocument({
      url: ENGINE_DOCUMENT,
      reasons: ["WORKERS"],
      justification: "Runs the summarizer and its models in workers that outlive the panel.",
    });
  });
}
