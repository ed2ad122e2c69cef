// Highlights a sentence of the summary in the page.
//
// A classic script for the isolated world, injected after page/extract.js. Defines nutshell.highlight(trace, options). It uses
// the CSS Custom Highlight API (ranges and a style sheet of our own), so the page's elements don't change. The page may have
// changed since it was read, so the sentence is searched: in its element, then around it, then in the whole page.
(() => {
  "use strict";

  const NAME = "nutshell";
  const STYLE = `::highlight(${NAME}) { background-color: #ffd54a; color: #1a1300; text-decoration: underline 2px #b26a00; }`;
  const UNSEEN_OR_SPACE = /[\s\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff\ufff9-\ufffb\ufffe\uffff]/;
  const SKIPPED = "script, style, noscript, template, textarea, select";
  const MAX_ANCESTORS = 4; // generations around the element that are searched before the whole page
  const MAX_CHARACTERS = 400_000; // characters of a page that are searched
  const PIECE_LENGTH = 8; // characters by which a part of an interrupted sentence is known
  const MAX_ATTEMPTS = 200; // beginnings that are tried for such a sentence

  const CELLS = new Set(["td", "th", "dt", "dd", "br"]); // separated from the text before them
  const JOINERS = /[:,]/; // what blocks.js puts between a term and its definition

  /**
   * @param {{anchor: number, start: number, end: number, text: string} | null} trace null removes the highlight
   * @param {{scroll?: boolean}} options
   * @returns {boolean} whether the sentence was found
   */
  function highlight(trace, { scroll = false } = {}) {
    clear();
    if (!trace) return true;
    if (scroll && Number.isFinite(trace.time)) seek(trace);
    if (playerOf(trace)) return true;
    const ranges = find(trace);
    if (!ranges) return false;
    show(ranges);
    if (scroll) scrollToRange(ranges[0]);
    return true;
  }

  /** Returns the player that a caption belongs to, or null: it is text of the page. */
  function playerOf({ anchor }) {
    const live = nutshell.anchors?.[anchor];
    return live?.isConnected && /^(video|audio)$/.test(live.localName) ? live : null;
  }

  /** Moves the player to the time of a caption. A transcript belongs to the page's only player that is long enough. */
  function seek(trace) {
    const long = Array.from(document.querySelectorAll("video, audio")).filter(({ duration }) => duration >= trace.time);
    const player = playerOf(trace) ?? (long.length === 1 ? long[0] : null);
    if (!player) return;
    player.currentTime = trace.time;
    if (playerOf(trace)) player.scrollIntoView({ block: "nearest" });
  }

  function find({ anchor, start = 0, text }) {
    const wanted = squeeze(String(text ?? ""));
    if (!wanted) return null;
    const live = nutshell.anchors?.[anchor];
    const element = live?.nodeType === 1 && live.isConnected ? live : null;
    // If the block's own element has the sentence twice, `start` decides.
    if (element) {
      const found = rangesOf(element, wanted, start);
      if (found) return found;
    }
    let around = element?.parentElement;
    for (let i = 0; around && i < MAX_ANCESTORS; i++, around = around.parentElement) {
      const found = rangesOf(around, wanted, 0);
      if (found) return found;
    }
    const roots = [element?.getRootNode(), element?.ownerDocument.documentElement, document.documentElement];
    for (const root of new Set(roots.filter(Boolean))) {
      const found = rangesOf(root, wanted, 0);
      if (found) return found;
    }
    return null;
  }

  const squeeze = (text) => Array.from(text).filter((character) => !UNSEEN_OR_SPACE.test(character)).join("");

  /** Returns the ranges of `wanted` (without white space) in `root` that begin nearest to `start`; null if not found. */
  function rangesOf(root, wanted, start) {
    const flat = flatten(root);
    let best = -1;
    for (let at = flat.text.indexOf(wanted); at >= 0; at = flat.text.indexOf(wanted, at + 1)) {
      if (best < 0 || Math.abs(flat.spaced[at] - start) < Math.abs(flat.spaced[best] - start)) best = at;
    }
    const spans = best >= 0 ? [[best, best + wanted.length]] : findPieces(flat.text, wanted);
    return spans?.flatMap((span) => splitAtCuts(span, flat.cuts)).map(([from, to]) => {
      const range = flat.nodes[from].ownerDocument.createRange();
      range.setStart(flat.nodes[from], flat.offsets[from]);
      range.setEnd(flat.nodes[to - 1], flat.offsets[to - 1] + 1);
      return range;
    }) ?? null;
  }

  /**
   * Returns the spans [start, end] of a sentence that the page interrupts, for example with a formula or a pronunciation
   * that extraction left out, or joins without the punctuation that extraction put between its parts; null if not found.
   */
  function findPieces(text, wanted) {
    const heads = [wanted.slice(0, PIECE_LENGTH), wanted.slice(0, PIECE_LENGTH / 2), wanted.split(JOINERS, 1)[0]];
    for (const head of heads.filter(Boolean)) {
      for (let at = text.indexOf(head), tries = 0; at >= 0 && tries < MAX_ATTEMPTS; at = text.indexOf(head, at + 1), tries++) {
        const found = matchPieces(text, wanted, at);
        if (found) return found;
      }
    }
    return null;
  }

  function matchPieces(text, wanted, at) {
    const spans = [];
    const furthest = at + 2 * wanted.length + 100;
    for (let from = at, done = 0; from >= 0 && from < furthest; from = text.indexOf(wanted.slice(done, done + PIECE_LENGTH), from)) {
      const begun = from;
      while (done < wanted.length && text[from] === wanted[done]) from++, done++;
      spans.push([begun, from]);
      if (done === wanted.length) return spans;
      if (JOINERS.test(wanted[done])) done++;
    }
    return null;
  }

  /** Splits a span where content was left out, so that this content is not highlighted. */
  function splitAtCuts([from, to], cuts) {
    const within = cuts.filter((at) => at > from && at < to);
    return [from, ...within].map((at, i) => [at, within[i] ?? to]);
  }

  /**
   * Returns the visible characters under `root` without white space; for each its node, its offset in the node, and the
   * number of characters before it (with single spaces); and `cuts`, the indices before which content was left out.
   */
  function flatten(root) {
    const parts = [];
    const nodes = [];
    const offsets = [];
    const spaced = [];
    const cuts = [];
    let passed = 0;
    let pending = false;
    const walker = (root.ownerDocument ?? document).createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, {
      acceptNode: (node) => {
        if (node.nodeType !== 1 || !isLeftOut(node)) return NodeFilter.FILTER_ACCEPT;
        if (cuts.at(-1) !== nodes.length) cuts.push(nodes.length);
        return NodeFilter.FILTER_REJECT;
      },
    });
    for (let node = walker.nextNode(); node && nodes.length < MAX_CHARACTERS; node = walker.nextNode()) {
      if (node.nodeType !== 3) {
        pending ||= passed > 0 && CELLS.has(node.localName);
        continue;
      }
      const data = node.data;
      for (let i = 0; i < data.length; i++) {
        if (UNSEEN_OR_SPACE.test(data[i])) {
          pending ||= passed > 0 && /\s/.test(data[i]);
          continue;
        }
        if (pending) passed++;
        pending = false;
        parts.push(data[i]);
        nodes.push(node);
        offsets.push(i);
        spaced.push(passed++);
      }
    }
    return { text: parts.join(""), nodes, offsets, spaced, cuts };
  }

  // The same content that extraction leaves out.
  const isLeftOut = (element) => element.matches(SKIPPED) || nutshell.isLeftOut(element);

  function show(ranges) {
    const page = ranges[0].startContainer.ownerDocument;
    const view = page.defaultView;
    // Adopt the sheet every time: the page may have replaced adoptedStyleSheets.
    const sheet = state.sheets.get(page) ?? new view.CSSStyleSheet();
    state.sheets.set(page, sheet);
    if (!sheet.cssRules.length) sheet.replaceSync(STYLE);
    const root = ranges[0].startContainer.getRootNode();
    for (const place of new Set([page, root])) {
      if (place.adoptedStyleSheets && !place.adoptedStyleSheets.includes(sheet)) place.adoptedStyleSheets.push(sheet);
    }
    const mark = new view.Highlight(...ranges);
    mark.priority = 1_000_000;
    view.CSS.highlights.set(NAME, mark);
    state.page = page;
  }

  function clear() {
    const { page } = state;
    state.page = null;
    page?.defaultView?.CSS.highlights.delete(NAME);
    const at = page ? page.adoptedStyleSheets.indexOf(state.sheets.get(page)) : -1;
    if (at >= 0) page.adoptedStyleSheets.splice(at, 1);
  }

  function scrollToRange(range) {
    const view = range.startContainer.ownerDocument.defaultView;
    const { innerHeight } = view;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    const element = range.startContainer.parentElement;
    // Open closed <details> elements, as find-in-page does.
    for (let at = element; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    const height = element.getBoundingClientRect().height;
    element.scrollIntoView({ behavior: height > innerHeight ? "instant" : behavior, block: height > innerHeight ? "start" : "center", inline: "nearest" });
    if (height <= innerHeight) return;
    // The element is taller than the window, so scroll on to the sentence itself.
    const box = range.getBoundingClientRect();
    view.scrollBy({ top: box.top + box.height / 2 - innerHeight / 2, behavior });
  }

  if (!Object.hasOwn(globalThis, "nutshell")) {
    Object.defineProperty(globalThis, "nutshell", { value: {}, writable: true, configurable: true });
  }
  const nutshell = globalThis.nutshell;
  // The document with the highlight, the page's or that of a frame, and the style sheet of each document that had one.
  const state = (nutshell.highlighting ??= { page: null, sheets: new WeakMap() });
  // The port to the panel. Set up once, although this script is injected with every reading.
  if (!nutshell.highlight) {
    globalThis.chrome?.runtime?.onConnect?.addListener((port) => {
      if (port.name === "nutshell-panel") port.onDisconnect.addListener(() => nutshell.highlight(null));
    });
  }
  nutshell.highlight = highlight;
})();
