// A page in a tab: read it, highlight in it, and know whether it is still there.

import { HIGHLIGHT, READABILITY, READING } from "../page/scripts.js";
import { text } from "../messages.js";

const SCRIPTS = [READABILITY, ...READING, HIGHLIGHT];
const PATIENCE = 20_000; // ms that a page may take to be read
const PROBE = 1_500; // ms after which a document that does not answer counts as gone

/** The page cannot be read: `reason` is one of the core's notices. */
export class Unreadable extends Error {
  constructor(reason, detail = "") {
    super(detail || reason);
    this.reason = reason;
  }
}

/** One document, not just its tab: what is asked of it never reaches the page that follows it there. */
export class Page {
  #target;
  #place;

  constructor(tabId, documentId, place) {
    this.tabId = tabId;
    this.#target = documentId ? { tabId, documentIds: [documentId] } : { tabId };
    this.#place = place;
  }

  /**
   * Read what is in a tab now.
   * @param {{tabId: number, mode: string, again?: boolean}} task
   * @returns {Promise<{page: Page, article: object, lead: string, doubtful?: boolean}>} rejects with Unreadable
   */
  static async read({ tabId, mode, again }) {
    let injected;
    try {
      injected = await within(PATIENCE, chrome.scripting.executeScript({ target: { tabId }, files: SCRIPTS }));
    } catch (error) {
      throw new Unreadable(await whyClosed(tabId, again));
    }
    const page = new Page(tabId, injected[0].documentId, null);
    let answer;
    try {
      page.#place = await page.#run(placeOf);
      answer = await within(PATIENCE, page.#run(extract, [{ mode }]));
    } catch (error) {
      throw (await page.isOpen()) ? new Unreadable("failed", error.message) : new Unreadable("moved");
    }
    if (!answer) throw new Unreadable("failed", text("page.no_answer"));
    if (!answer.ok) throw new Unreadable(answer.reason, answer.detail);
    page.#holdLine(injected[0].documentId);
    return { page, article: answer.article, lead: answer.lead, doubtful: answer.doubtful };
  }

  /** Show where a trace stands, or nothing for null. Resolves to what the page answers, null when it is gone. */
  async highlight(trace, { scroll = false } = {}) {
    try {
      return await this.#run(highlight, [trace, { scroll }]);
    } catch {
      return null;
    }
  }

  /** Whether the same document is still in the tab and still shows the same page. */
  async isOpen() {
    try {
      const place = await within(PROBE, this.#run(placeOf));
      return this.#place === null || samePlace(this.#place, place);
    } catch {
      return false;
    }
  }

  /** Call `changed` whenever the tab may have moved on, until the signal is aborted. */
  watch(changed, signal) {
    const timers = new Set();
    const updated = (tabId, change) => {
      if (tabId !== this.tabId || !(change.status || change.url)) return;
      changed();
      // "loading" may be said before the old document is gone: look again.
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

  /** A line that ends with the panel, however it is closed: the page then takes the highlight away by itself. */
  #holdLine(documentId) {
    const line = chrome.tabs.connect(this.tabId, { name: "nutshell-panel", documentId });
    line.onDisconnect.addListener(() => void chrome.runtime.lastError); // the document went first
  }

  async #run(func, args = []) {
    const [{ result }] = await chrome.scripting.executeScript({ target: this.#target, func, args });
    return result;
  }
}

// These run in the page, where page/extract.js and page/highlight.js have been injected.
const extract = (options) => globalThis.nutshell.extract(options);
const highlight = (trace, options) => globalThis.nutshell.highlight(trace, options);
const placeOf = () => ({ url: location.href, title: document.title });

/** Pages that draw themselves rewrite their address without going anywhere: a new title tells the two apart. */
function samePlace(before, now) {
  const [a, b] = [new URL(before.url), new URL(now.url)];
  const route = (url) => (/^#!?\//.test(url.hash) ? url.hash : "");
  if (a.origin !== b.origin || a.pathname !== b.pathname || route(a) !== route(b)) return false;
  return a.search === b.search || before.title === now.title;
}

/** Why a tab cannot be read, from what the browser lets us see of it. */
async function whyClosed(tabId, again) {
  const tab = await chrome.tabs.get(tabId).catch(() => null);
  if (!tab) return "moved";
  if (tab.url?.startsWith("file:")) return "file";
  if (/^https?:.*\.pdf($|[?#])/i.test(tab.url ?? "")) return "pdf";
  // Trying again needs the user's click where the tab has left the site that the last click was for.
  return again && !tab.url ? "access" : "restricted";
}

/** The promise, or a rejection after so many milliseconds. */
export function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(text("page.timeout"))), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
