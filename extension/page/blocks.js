// Splits a copied page into blocks: plain text with a role, in order, each with the index of its element.
(() => {
  "use strict";

  const { STAMP, LIMITS, LETTER, ENDED, clean } = globalThis.nutshell.parts;

  const BREAKING = new Set(
    ("address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form " +
      "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup p pre search section summary table tbody td tfoot th thead tr ul " +
      "iframe embed input select textarea").split(" "),
  );
  const BLOCKS_INSIDE = "p, ul, ol, dl, h1, h2, h3, h4, h5, h6, blockquote, pre, table, div, section, article";
  const CAPTION = /(^|[\s_-])(caption|figcaption|wp-caption-text|credit|photo-?credit)($|[\s_-])/i;

  /** Returns the blocks of a copied tree, in order. */
  function blocksOf(root) {
    const blocks = [];
    let parts = [];
    let context = { role: "paragraph", level: 0, depth: 0, anchor: -1 };
    let length = 0;
    let links = 0; // depth of links around this place
    let linked = 0; // characters of links since the last block

    const flush = () => {
      const text = clean(parts.join(""));
      const share = Math.min(1, Number((linked / text.length).toFixed(2)));
      parts = [];
      linked = 0;
      if (!LETTER.test(text)) return;
      blocks.push({ role: context.role, text, level: context.level, anchor: context.anchor, linked: share });
      length += text.length;
    };

    const visit = (element) => {
      for (const node of element.childNodes) {
        if (length > LIMITS.text) return;
        if (node.nodeType === 3) {
          parts.push(node.data);
          if (links) linked += node.data.trim().length;
          continue;
        }
        if (node.nodeType !== 1) continue;
        const tag = node.localName;
        const link = tag === "a" && node.hasAttribute("href");
        links += link;
        if (tag === "br") {
          if (breaksParagraph(node, parts)) flush();
          else parts.push(" ");
        } else if (tag === "wbr") {
          // A place where a line may break is no space.
        } else if (!BREAKING.has(tag)) {
          const opened = CAPTION.test(node.getAttribute("class") ?? "") && context.role === "paragraph" && insideFigure(node);
          if (opened) block(node, tag);
          else visit(node);
        } else {
          block(node, tag);
        }
        links -= link;
      }
    };

    const block = (node, tag) => {
      flush();
      const outer = context;
      context = enter(node, tag, outer);
      if (context.prose) preformatted(node);
      else visit(node);
      flush();
      context = outer;
    };

    const preformatted = (node) => {
      for (const part of node.textContent.split(/\n\s*\n/)) {
        parts.push(part);
        flush();
      }
    };

    context = { ...context, anchor: anchorOf(root, 0) }; // 0 is the body, for elements that Readability added
    visit(root);
    flush();
    return { blocks, truncated: length > LIMITS.text };
  }

  const anchorOf = (element, inherited) => (element.hasAttribute(STAMP) ? Number(element.getAttribute(STAMP)) : inherited);
  const insideFigure = (node) => Boolean(node.closest("figure, [class*=caption], [class*=image], [class*=photo]"));

  /** Returns the context for text directly in this element, from the context of its parent. */
  function enter(node, tag, outer) {
    const inner = { ...outer, anchor: anchorOf(node, outer.anchor), prose: false };
    if (/^h[1-6]$/.test(tag)) return { ...inner, role: "heading", level: Number(tag[1]) };
    if (outer.role === "heading") return inner;
    if (tag === "ul" || tag === "ol" || tag === "menu" || tag === "dir") return { ...inner, depth: outer.depth + 1 };
    if (tag === "li") return { ...inner, role: "item", level: Math.max(1, outer.depth) };
    if (tag === "dt" || tag === "dd") return { ...inner, role: "item", level: Math.max(1, outer.depth + 1) };
    if (tag === "blockquote") return { ...inner, role: "quote", level: 0 };
    if (tag === "figcaption" || tag === "caption" || tag === "figure") return { ...inner, role: "caption", level: 0 };
    if (tag === "pre") {
      const prose = !node.querySelector("code") && isProse(node.textContent);
      return { ...inner, role: prose ? outer.role : "code", level: prose ? outer.level : 0, prose };
    }
    if (tag === "td" || tag === "th") return isLayout(node) ? inner : { ...inner, role: "cell", level: 0 };
    if (outer.role === "paragraph" && CAPTION.test(node.getAttribute("class") ?? "") && insideFigure(node)) {
      if (node.textContent.length < 600 && !node.querySelector("p + p")) return { ...inner, role: "caption", level: 0 };
    }
    return inner;
  }

  /** Returns whether a table cell is used for layout and holds no data. */
  function isLayout(cell) {
    if (cell.querySelector(BLOCKS_INSIDE)) return true;
    const text = clean(cell.textContent);
    return text.length > 240 && /[.!?。]/.test(text);
  }

  /** Returns whether preformatted text is prose, as on plain-text pages and in emails. */
  function isProse(text) {
    const seen = text.match(/\S/g)?.length ?? 0;
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const sentences = text.match(/\p{L}[.!?](\s|$)/gu)?.length ?? 0;
    return seen > 150 && letters / seen > 0.85 && sentences >= 3;
  }

  /** Returns whether a `<br>` ends a paragraph: two in a row do, and one after a long line that ends a sentence. */
  function breaksParagraph(br, parts) {
    let next = br.nextSibling;
    while (next && next.nodeType === 3 && !next.data.trim()) next = next.nextSibling;
    if (next?.nodeType === 1 && next.localName === "br") return true;
    const text = clean(parts.join(""));
    return text.length > 80 && ENDED.test(text);
  }

  Object.assign(globalThis.nutshell.parts, { blocksOf });
})();
