// A PDF that is summarized: reads it, and highlights sentences in our viewer, because the browser's own viewer can't be
// scripted. Has the same methods as Page.

import { PdfDocument, UnreadablePdf } from "../pdf/document.js";
import { readDocument } from "../pdf/text.js";
import { Unreadable } from "./page.js";

const VIEWER = "viewer/viewer.html";
const MAX_BYTES = 100_000_000;
const SLICE = 6_000_000; // bytes for each message from the tab; divisible by 3

export class PdfPage {
  #file;
  #name;
  #fetched;
  #id;
  #places = [];
  #viewerTab = null;
  #last = null; // what the viewer shows once it is open
  #channel = new BroadcastChannel("nutshell-pdf");

  /**
   * @param {object} parts
   * @param {Blob} parts.file
   * @param {string} parts.name shown in the viewer
   * @param {number} [parts.fetched] bytes of it that came over the network
   * @param {number} [parts.tabId] the tab that shows the PDF
   * @param {string} [parts.viewerId] the viewer that has the file already, in the tab `viewerTab`
   */
  constructor({ file, name, fetched = 0, tabId = null, viewerId = null, viewerTab = null }) {
    this.#file = file;
    this.#name = name;
    this.#fetched = fetched;
    this.#id = viewerId ?? crypto.randomUUID();
    this.#viewerTab = viewerTab;
    this.sourceTab = tabId;
    this.#channel.onmessage = ({ data }) => {
      if (data.type !== "hello" || data.id !== this.#id) return;
      this.#post({ type: "file", file: this.#file, title: this.#name });
      if (this.#last) this.#post(this.#last);
    };
  }

  /**
   * Reads the file.
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {string} parts.url of the tab, or empty
   * @param {(stage: string, done: number, total: number) => void} parts.onProgress
   * @param {AbortSignal} parts.signal
   * @returns {Promise<{article: object}|{html: string, reason: string}>} the article, or why there is none. Rejects with
   *   Unreadable.
   */
  async read({ engine, url, onProgress, signal }) {
    onProgress("pdf-open", 0, 0);
    let wire;
    let opened = null;
    try {
      opened = await PdfDocument.open(this.#file, signal);
      wire = await readDocument(opened.pdf, { onPage: (done, total) => onProgress("pdf-pages", done, total), signal });
    } catch (error) {
      if (error instanceof UnreadablePdf) throw new Unreadable(error.reason, error.message === error.reason ? "" : error.message);
      throw error;
    } finally {
      opened?.close();
    }
    const file = this.#name.replace(/\.pdf$/i, "");
    const answer = await engine.request("pdf.read", { ...wire, url, file, fetched: this.#fetched }, { signal, onProgress });
    if (!answer.article) return answer;
    this.#places = answer.places;
    this.#name = answer.article.title || this.#name;
    return answer;
  }

  /** The tab that shows the PDF: our viewer, or the browser's. */
  get tabId() {
    return this.#viewerTab ?? this.sourceTab;
  }

  isShownIn(tabId) {
    return tabId === this.#viewerTab || tabId === this.sourceTab;
  }

  /** The panel has the file, whatever happens to its tab. */
  async isOpen() {
    return true;
  }

  watch(_changed, signal) {
    const removed = (tabId) => {
      if (tabId === this.#viewerTab) this.#viewerTab = null;
      if (tabId === this.sourceTab) this.sourceTab = null;
    };
    chrome.tabs.onRemoved.addListener(removed);
    signal.addEventListener("abort", () => {
      chrome.tabs.onRemoved.removeListener(removed);
    });
  }

  /** The panel reads something else: the viewer keeps the file, but gets no highlights any more. */
  close() {
    this.#channel.close();
  }

  /** Highlights a trace in the viewer. With `scroll`, opens the viewer at its page. Resolves to whether it was found. */
  async highlight(trace, { scroll = false } = {}) {
    const place = trace ? locate(this.#places[trace.anchor] ?? [], trace.start, trace.end) : { page: 0, rects: [] };
    if (!place) return false;
    this.#last = { type: "show", ...place, scroll };
    if (scroll) await this.reveal();
    if (this.#viewerTab !== null) this.#post(this.#last);
    return true;
  }

  /** Opens the viewer, or brings it to the front. */
  async reveal() {
    if (this.#viewerTab !== null) {
      await chrome.tabs.update(this.#viewerTab, { active: true }).catch(() => (this.#viewerTab = null));
    }
    if (this.#viewerTab !== null) return;
    const url = chrome.runtime.getURL(`${VIEWER}#${this.#id}`);
    const tab = await chrome.tabs.create({ url, active: true, ...(this.sourceTab !== null && { openerTabId: this.sourceTab }) });
    this.#viewerTab = tab.id;
  }

  #post(message) {
    try {
      this.#channel.postMessage({ id: this.#id, ...message });
    } catch {
      // The channel is closed: another page is summarized now.
    }
  }
}

/** Returns the page and the boxes of characters `start` to `end` of a block; null if it has none. */
export function locate(places, start, end) {
  const found = [];
  places.forEach(([from, page, left, top, right, bottom], i) => {
    const to = places[i + 1]?.[0] ?? Math.max(end, from + 1);
    if (to <= start || from >= end) return;
    const share = (at) => Math.min(1, Math.max(0, (at - from) / (to - from)));
    const width = right - left;
    found.push({ page, rect: [left + width * share(start), top, left + width * share(end), bottom] });
  });
  if (!found.length) return null;
  const { page } = found[0];
  return { page, rects: found.filter((box) => box.page === page).map(({ rect }) => rect) };
}

/**
 * Returns the PDF that a tab shows. The tab asks its own site for it, which needs no further permission: from the
 * browser's cache if it is there.
 * @param {(func: Function, args?: Array) => Promise} run runs a function in the tab
 * @returns {Promise<{file: Blob, fetched: number}>} `fetched`: bytes that came over the network. Rejects with Unreadable.
 */
export async function fetchFromTab(run, signal) {
  const got = await run(fetchDocument, [MAX_BYTES]).catch(() => null);
  if (!got?.size) throw new Unreadable("pdf", got?.problem ?? "");
  const parts = [];
  for (let at = 0; at < got.size; at += SLICE) {
    signal.throwIfAborted();
    parts.push(bytesOf(await run(sliceDocument, [at, at + SLICE])));
  }
  await run(dropDocument).catch(() => {});
  const file = new Blob(parts, { type: "application/pdf" });
  return { file, fetched: got.cached ? 0 : got.size };
}

function bytesOf(base64) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// These functions run in the tab.
async function fetchDocument(limit) {
  for (const cache of ["only-if-cached", "force-cache"]) {
    try {
      // eslint-disable-next-line no-restricted-globals -- the tab's own, which asks its own site
      const response = await fetch(location.href, { cache, mode: "same-origin" });
      if (!response.ok) continue;
      const blob = await response.blob();
      if (blob.size > limit) return { size: 0, problem: `${blob.size} bytes` };
      globalThis.nutshell.pdf = blob;
      return { size: blob.size, cached: cache === "only-if-cached" };
    } catch {
      // Not in the cache, or the site can't be reached.
    }
  }
  return { size: 0 };
}

function sliceDocument(from, to) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(globalThis.nutshell.pdf.slice(from, to));
  });
}

function dropDocument() {
  delete globalThis.nutshell.pdf;
}
