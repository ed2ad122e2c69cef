// Lists every block of a copied page with the elements around it, so that the core can choose the page's main content
// (core/nutshell/extraction/content.py).
(() => {
  "use strict";

  const { STAMP, blocksOf, titleOf } = globalThis.nutshell.parts;

  const LIMITS = { blocks: 3_000, hint: 100, types: 12 };
  const HINTS = ["class", "id", "role", "itemprop"];
  const TYPE = /"@type"\s*:\s*\[?\s*"([\w:/.]{2,60})"/g;

  /**
   * Lists the blocks of a copy that nothing has changed yet.
   *
   * @returns {{title: string, elements: Array<[number, string, string]>, blocks: Array<object>, about: string[]}}
   *   `title`: the page's own. `elements`: the parent's index (-1 for the body), tag and hints (class, id, role, itemprop) of
   *   the elements around the blocks, parents first. A block has a role, text, level and anchor as in an article, `element`
   *   (the index of the innermost element that holds its text) and `linked` (the share of its characters that are links).
   *   `about`: what the page says that it is: og:type, generator, schema.org types.
   */
  function candidatesOf(copy) {
    const body = copy.target.body;
    const { blocks, truncated } = blocksOf(body);
    const stamped = [];
    for (const element of body.querySelectorAll(`[${STAMP}]`)) stamped[Number(element.getAttribute(STAMP))] = element;
    const elements = [];
    const indices = new Map();
    const indexOf = (element) => {
      const path = [];
      let at = element;
      while (at && at !== body && !indices.has(at)) {
        path.push(at);
        at = at.parentNode;
      }
      let index = !at || at === body ? -1 : indices.get(at);
      while (path.length) {
        const next = path.pop();
        index = elements.push([index, next.localName, hintsOf(next)]) - 1;
        indices.set(next, index);
      }
      return index;
    };
    const listed = blocks.slice(0, LIMITS.blocks).map((block) => {
      const element = stamped[block.anchor];
      return { ...block, element: element ? indexOf(innermost(element)) : -1 };
    });
    return { title: titleOf(copy.page), elements, blocks: listed, about: aboutOf(copy.target), truncated: truncated || blocks.length > listed.length };
  }

  /** Returns the element that all text of an element is in. */
  function innermost(element) {
    for (;;) {
      let only = null;
      for (const node of element.childNodes) {
        if (node.nodeType === 3 ? node.data.trim() : node.nodeType === 1 && only) return element;
        if (node.nodeType === 1) only = node;
      }
      if (!only || !only.childNodes.length) return element;
      element = only;
    }
  }

  function hintsOf(element) {
    const hints = [];
    for (const name of HINTS) {
      const value = element.getAttribute(name);
      if (value) hints.push(value.slice(0, LIMITS.hint));
    }
    return hints.join(" ");
  }

  function aboutOf(page) {
    const about = new Set();
    for (const meta of page.querySelectorAll('meta[property="og:type"], meta[name="og:type"], meta[name="generator" i]')) {
      about.add((meta.getAttribute("content") ?? "").slice(0, 60));
    }
    for (const script of page.querySelectorAll('script[type="application/ld+json"]')) {
      for (const [, type] of script.textContent.matchAll(TYPE)) if (about.size < LIMITS.types) about.add(type);
    }
    return [...about];
  }

  /** Marks the candidates that are in `blocks`, the blocks of the part that Readability found, with `kept`. */
  function markKept(candidates, blocks) {
    const texts = new Map(); // anchor -> the texts of its blocks
    for (const { anchor, text } of blocks) texts.set(anchor, texts.has(anchor) ? `${texts.get(anchor)}\n${text}` : text);
    for (const block of candidates) if (texts.get(block.anchor)?.includes(block.text)) block.kept = true;
  }

  Object.assign(globalThis.nutshell.parts, { candidatesOf, markKept });
})();
