// Shows a sentence of the summary where it stands in the page.
//
// A classic script for the isolated world, after page/extract.js. It defines nutshell.highlight(trace, options). The
// sentence is marked by the CSS Custom Highlight API: ranges and a style sheet of our own, so the page's elements stay
// as they are. A page may have changed since it was read, so the sentence is looked for, not assumed: in the element it
// came from, then in what surrounds that element, then in the whole page.
(() => {
  "use strict";

  const NAME = "nutshell";
  const STYLE = `::highlight(${NAME}) { background-color: #ffd54a; color: #1a1300; text-decoration: underline 2px #b26a00; }`;
  const UNSEEN_OR_SPACE = /[\s\u0000-\u001f\u007f-\u00a0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff\ufff9-\ufffb\ufffe\uffff]/;
  const SKIPPED = "script, style, noscript, template, textarea, select";
  const NEAR = 4; // generations around the element that are searched before the whole page
  const MOST = 400_000; // characters of a page that are searched

  let sheet = null;

  /**
   * @param {{anchor: number, start: number, end: number, text: string} | null} trace null takes the highlight away
   * @param {{scroll?: boolean}} options
   * @returns {boolean} whether the sentence was found
   */
  function highlight(trace, { scroll = false } = {}) {
    clear();
    if (!trace) return true;
    const range = find(trace);
    if (!range) return false;
    show(range);
    if (scroll) bring(range);
    return true;
  }

  function find({ anchor, start = 0, text }) {
    const wanted = squeeze(String(text ?? ""));
    if (!wanted) return null;
    const live = nutshell.anchors?.[anchor];
    const element = live?.nodeType === 1 && live.isConnected ? live : null;
    // In the block's own element, a sentence that is there twice is told apart by where it began.
    if (element) {
      const found = rangeOf(element, wanted, start);
      if (found) return found;
    }
    let around = element?.parentElement;
    for (let i = 0; around && i < NEAR; i++, around = around.parentElement) {
      const found = rangeOf(around, wanted, 0);
      if (found) return found;
    }
    return rangeOf(element?.getRootNode() ?? document.documentElement, wanted, 0) ?? rangeOf(document.documentElement, wanted, 0);
  }

  const squeeze = (text) => Array.from(text).filter((character) => !UNSEEN_OR_SPACE.test(character)).join("");

  /** The range of `wanted` (without white space) in `root`, the one that begins nearest to `start`; null if it is not there. */
  function rangeOf(root, wanted, start) {
    const flat = flatten(root);
    let best = -1;
    for (let at = flat.text.indexOf(wanted); at >= 0; at = flat.text.indexOf(wanted, at + 1)) {
      if (best < 0 || Math.abs(flat.spaced[at] - start) < Math.abs(flat.spaced[best] - start)) best = at;
    }
    const [from, to] = best >= 0 ? [best, best + wanted.length] : (ends(flat.text, wanted) ?? []);
    if (from === undefined) return null;
    const range = document.createRange();
    range.setStart(flat.nodes[from], flat.offsets[from]);
    range.setEnd(flat.nodes[to - 1], flat.offsets[to - 1] + 1);
    return range;
  }

  /** Where a sentence that the page interrupts, by a formula say, begins and ends. */
  function ends(text, wanted) {
    const size = Math.min(32, Math.floor(wanted.length / 3));
    if (size < 8) return null;
    const from = text.indexOf(wanted.slice(0, size));
    if (from < 0) return null;
    const last = text.indexOf(wanted.slice(-size), from + size);
    const to = last + size;
    return last >= 0 && to - from < 2 * wanted.length + 100 ? [from, to] : null;
  }

  /**
   * The visible characters under `root` without white space, and for each its node, its offset there, and how many
   * characters (with single spaces) come before it.
   */
  function flatten(root) {
    const parts = [];
    const nodes = [];
    const offsets = [];
    const spaced = [];
    let passed = 0;
    let pending = false;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, {
      acceptNode: (node) => (node.nodeType === 1 && isLeftOut(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
    });
    for (let node = walker.nextNode(); node && nodes.length < MOST; node = walker.nextNode()) {
      if (node.nodeType !== 3) continue;
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
    return { text: parts.join(""), nodes, offsets, spaced };
  }

  // What extraction leaves out within a sentence is left out here too.
  const isLeftOut = (element) => element.matches(SKIPPED) || nutshell.isLeftOut(element);

  function show(range) {
    // Adopted again each time: a page may have replaced the list of its style sheets.
    sheet ??= new CSSStyleSheet();
    if (!sheet.cssRules.length) sheet.replaceSync(STYLE);
    const root = range.startContainer.getRootNode();
    for (const place of new Set([document, root])) {
      if (place.adoptedStyleSheets && !place.adoptedStyleSheets.includes(sheet)) place.adoptedStyleSheets.push(sheet);
    }
    const mark = new Highlight(range);
    mark.priority = 1_000_000;
    CSS.highlights.set(NAME, mark);
  }

  function clear() {
    CSS.highlights.delete(NAME);
    if (!sheet) return;
    const at = document.adoptedStyleSheets.indexOf(sheet);
    if (at >= 0) document.adoptedStyleSheets.splice(at, 1);
  }

  function bring(range) {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    const element = range.startContainer.parentElement;
    // A closed <details> shows nothing: it is opened, as find-in-page does.
    for (let at = element; at; at = at.parentElement) if (at.localName === "details") at.open = true;
    const height = element.getBoundingClientRect().height;
    element.scrollIntoView({ behavior: height > innerHeight ? "instant" : behavior, block: height > innerHeight ? "start" : "center", inline: "nearest" });
    if (height <= innerHeight) return;
    // The element is taller than the window: go on to the sentence itself.
    const box = range.getBoundingClientRect();
    scrollBy({ top: box.top + box.height / 2 - innerHeight / 2, behavior });
  }

  if (!Object.hasOwn(globalThis, "nutshell")) {
    Object.defineProperty(globalThis, "nutshell", { value: {}, writable: true, configurable: true });
  }
  const nutshell = globalThis.nutshell;
  // The panel's line: once, though this script comes again with every reading.
  if (!nutshell.highlight) {
    globalThis.chrome?.runtime?.onConnect?.addListener((line) => {
      if (line.name === "nutshell-panel") line.onDisconnect.addListener(() => nutshell.highlight(null));
    });
  }
  nutshell.highlight = highlight;
})();
