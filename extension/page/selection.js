// Finds what is selected: in the page, in a text field, in a shadow tree or in a frame of the same origin.
(() => {
  "use strict";

  const { attribute, call, frameDocumentOf, own, read, shadowRootOf } = globalThis.nutshell.parts;

  const MAX_FRAMES = 50;

  const MATCHED = 40; // letters by which a selection is recognized

  /**
   * Returns what is selected, or null. `expected` is its text if the browser has told it: there can be another selection in
   * each frame. `field` is the text field with the selected text; `document`, and `root` if it is a shadow tree, contain the
   * ranges.
   * @returns {{field?: Element, text: string, document: Document, root?: ShadowRoot, ranges: Range[]} | null}
   */
  function selectionOf(page, expected = "") {
    const found = selectionsIn(page, { left: MAX_FRAMES });
    const key = letters(expected);
    return key ? (found.find(({ text }) => letters(text) === key) ?? null) : (found[0] ?? null);
  }

  const letters = (text) => text.slice(0, 1_000).toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").slice(0, MATCHED);

  function selectionsIn(page, frames) {
    const found = [];
    let field = own(page, "activeElement");
    for (let root = field && shadowRootOf(field); root; root = field && shadowRootOf(field)) field = root.activeElement;
    const text = field ? selectedFieldText(field) : "";
    if (text) found.push({ field, text, document: page, ranges: [] });
    const { root, ranges } = rangesOf(page);
    if (ranges.length) found.push({ text: ranges.map(String).join(" "), document: page, root, ranges });
    for (const frame of call(page, "querySelectorAll", "iframe, frame")) {
      const content = frames.left-- > 0 ? frameDocumentOf(frame) : null;
      if (content) found.push(...selectionsIn(content, frames));
    }
    return found;
  }

  function rangesOf(page) {
    const selection = call(page, "getSelection");
    const ranges = [];
    for (let i = 0; i < (selection?.rangeCount ?? 0); i++) {
      const range = selection.getRangeAt(i);
      if (!range.collapsed) ranges.push(range);
    }
    const tree = ranges[0]?.commonAncestorContainer.getRootNode();
    if (ranges.length || !selection) return { root: tree && tree !== page ? tree : null, ranges };
    // In some browsers a selection in a shadow tree is collapsed when seen from outside.
    for (const root of shadowRootsOf(page)) {
      const [place] = selection.getComposedRanges?.({ shadowRoots: [root] }) ?? [];
      if (!place || place.collapsed || !root.contains(place.startContainer) || !root.contains(place.endContainer)) continue;
      const range = call(page, "createRange");
      range.setStart(place.startContainer, place.startOffset);
      range.setEnd(place.endContainer, place.endOffset);
      return { root, ranges: [range] };
    }
    return { ranges };
  }

  function shadowRootsOf(page) {
    const roots = [];
    const collect = (tree) => {
      for (const element of call(tree, "querySelectorAll", "*")) {
        const root = shadowRootOf(element);
        if (root) {
          roots.push(root);
          collect(root);
        }
      }
    };
    collect(page);
    return roots;
  }

  function selectedFieldText(field) {
    const tag = read(field, "localName");
    if (tag !== "textarea" && !(tag === "input" && /^(text|search|url|tel|email|)$/.test(attribute(field, "type") ?? ""))) return "";
    const [start, end] = [own(field, "selectionStart"), own(field, "selectionEnd")];
    return start === end ? "" : own(field, "value").slice(start, end);
  }

  Object.assign(globalThis.nutshell.parts, { selectionOf });
})();
