// A page in a tab: extracts its article, highlights sentences in it, and checks whether it is still open.

import { HIGHLIGHT, READABILITY, READING } from "../page/scripts.js";
import { text } from "../messages.js";

const SCRIPTS = [READABILITY, ...READING, HIGHLIGHT];
const READ_TIMEOUT = 20_000; // ms
// The browser may give access to the page a moment after the click that grants it.
const ACCESS_TIMEOUT = 2_000; // ms
const NO_ACCESS = /^Cannot access contents of|^Missing host permission/;
// Text that a page fetches is expected in the first seconds after it has loaded.
const DOUBTFUL = { young: 2_500, idle: 400 }; // ms
const REFUSED = { young: 10_000, idle: 1_500 }; // ms
const WAITING_DELAY = 200; // ms; a shorter wait is not mentioned
const PROBE_TIMEOUT = 1_500; // ms; a document that doesn't answer in time counts as gone

/** The page can't be read. `reason` is the id of one of the core's notices. */
export class Unreadable extends Error {
  constructor(reason, detail = "") {
    super(detail || reason);
    this.reason = reason;
  }
}

/** A document, not just its tab: requests never reach the next page in the same tab. */
export class Page {
  #target;
  #place;

  constructor(tabId, documentId, place) {
    this.tabId = tabId;
    this.#target = documentId ? { tabId, documentIds: [documentId] } : { tabId };
    this.#place = place;
  }

  /**
   * Reads the page in a tab.
   * @param {{tabId: number, mode: string, selection?: string, again?: boolean}} task
   * @param {{waiting: () => void}} options `waiting` is called when the page's text is late
   * @returns {Promise<{page: Page, article: object, lead: string, doubtful?: boolean}>} Rejects with Unreadable.
   */
  static async read({ tabId, mode, selection, again }, { waiting }) {
    let injected;
    try {
      injected = await inject(tabId, again);
    } catch (error) {
      throw new Unreadable(await unreadableReason(tabId, again));
    }
    const page = new Page(tabId, injected[0].documentId, null);
    try {
      page.#place = await page.#run(placeOf);
      let answer = await page.#extract({ mode, selection });
      if (answer.doubtful && (await page.waitForText(waiting, DOUBTFUL)).grown) answer = await page.#extract({ mode });
      page.#openPort(injected[0].documentId);
      return { page, ...answer };
    } catch (error) {
      if (error instanceof Unreadable) throw error;
      throw (await page.isOpen()) ? new Unreadable("failed", error.message) : new Unreadable("moved");
    }
  }

  /** Reads the page again. Rejects with Unreadable. */
  reread() {
    return this.#extract({ mode: "page" });
  }

  /**
   * Waits until the page shows more text, at most 4 seconds, unless it loaded long ago. Calls `waiting` if that takes time.
   * @returns {Promise<{grown: boolean, late: boolean}>} `grown`: it shows more text; `late`: it is still changing
   */
  async waitForText(waiting, options = REFUSED) {
    const timer = setTimeout(waiting, WAITING_DELAY);
    try {
      return (await within(READ_TIMEOUT, this.#run(waitForText, [options]))) ?? { grown: false, late: false };
    } finally {
      clearTimeout(timer);
    }
  }

  async #extract(options) {
    const answer = await within(READ_TIMEOUT, this.#run(extract, [options]));
    if (!answer) throw new Unreadable("failed", text("page.no_answer"));
    if (!answer.ok) throw new Unreadable(answer.reason, answer.detail);
    return { article: answer.article, lead: answer.lead, doubtful: answer.doubtful };
  }

  /** Highlights a trace, or nothing for null. Resolves to the page's answer, or to null if the page is gone. */
  async highlight(trace, { scroll = false } = {}) {
    try {
      return await this.#run(highlight, [trace, { scroll }]);
    } catch {
      return null;
    }
  }

  /** Returns whether a tab shows the page. */
  isShownIn(tabId) {
    return tabId === this.tabId;
  }

  /** Runs a function in the page, after the scripts of READING. */
  run(func, args) {
    return this.#run(func, args);
  }

  /** Returns whether the tab still has the same document and the document still shows the same page. */
  async isOpen() {
    try {
      const place = await within(PROBE_TIMEOUT, this.#run(placeOf));
      return this.#place === null || samePlace(this.#place, place);
    } catch {
      return false;
    }
  }

  /** Calls `changed` whenever the tab may have navigated, until the signal is aborted. */
  watch(changed, signal) {
    const timers = new Set();
    const updated = (tabId, change) => {
      if (tabId !== this.tabId || !(change.status || change.url)) return;
      changed();
      // Browsers can report "loading" while the old document is still there, so check again.
      const timer = setTimeout(() => (timers.delete(timer), changed()), 500);
      timers.add(timer);
    };
    const removed = (tabId) => tabId === this.tabId && changed();
    chrome.tabs.onUpdated.addListener(updated);
    chrome.tabs.onRemoved.addListener(removed);
    signal.addEventListener("abort", () => {
      chrome.tabs.onUpdated.removeListener(updated);
      chrome.tabs.onRemoved.removeListener(removed);
      timers.forEach(clearTimeout);
    });
  }

  /** Opens a port that disconnects when the panel closes for any reason. The page then removes its highlight. */
  #openPort(documentId) {
    const port = chrome.tabs.connect(this.tabId, { name: "nutshell-panel", documentId });
    port.onDisconnect.addListener(() => void chrome.runtime.lastError); // the document closed first
  }

  async #run(func, args = []) {
    const [{ result }] = await chrome.scripting.executeScript({ target: this.#target, func, args });
    return result;
  }
}

// These functions run in the page, after page/extract.js and page/highlight.js are injected.
const extract = (options) => globalThis.nutshell.extract(options);
const waitForText = (options) => globalThis.nutshell.waitForText(options);
const highlight = (trace, options) => globalThis.nutshell.highlight(trace, options);
const placeOf = () => ({ url: location.href, title: document.title });

/** Single-page apps can change the query without navigating. A changed title then means that they did navigate. */
function samePlace(before, now) {
  const [a, b] = [new URL(before.url), new URL(now.url)];
  const route = (url) => (/^#!?\//.test(url.hash) ? url.hash : "");
  if (a.origin !== b.origin || a.pathname !== b.pathname || route(a) !== route(b)) return false;
  return a.search === b.search || before.title === now.title;
}

/** Injects the page scripts. Tries again while the browser has not yet given access to the page. */
async function inject(tabId, again) {
  const until = performance.now() + (again ? 0 : ACCESS_TIMEOUT);
  for (let pause = 25; ; pause *= 2) {
    try {
      return await within(READ_TIMEOUT, chrome.scripting.executeScript({ target: { tabId }, files: SCRIPTS }));
    } catch (error) {
      if (!NO_ACCESS.test(error.message) || performance.now() + pause > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Returns why a tab can't be read, as far as the browser reveals it. */
async function unreadableReason(tabId, again) {
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (!tab) return "moved";
  if (tab.url?.startsWith("file:")) return "file";
  if (/^https?:.*\.pdf($|[?#])/i.test(tab.url ?? "")) return "pdf";
  // The last click gave access to one site. If the tab has left that site, the user must click again.
  return again && !tab.url ? "access" : "restricted";
}

/** Returns the promise's result. Rejects after `ms` milliseconds. */
export function within(ms, promise) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(text("page.timeout"))), ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
