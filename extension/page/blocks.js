// Splits a copied page into blocks: plain text with a role, in order, each with the index of its element.
(() => {
  "use strict";

  const { APART, BREAKING, GROUP, STAMP, LIMITS, LETTER, ENDED, clean, countWords } = globalThis.nutshell.parts;

  const CAPTION = /(^|[\s_-])(caption|figcaption|wp-caption-text|credit|photo-?credit)($|[\s_-])/i;
  // Between the cells of a row.
  const CELL = "\t";
  const MAX_SPAN = 50; // columns
  const LONG_CELL = 240; // characters
  const LONG_NAME = 60;

  /** Returns the blocks of a copied tree, in order. `linked` is the share of a block's characters that are links. */
  function blocksOf(root) {
    const blocks = [];
    let parts = [];
    let context = { role: "paragraph", level: 0, depth: 0, anchor: -1 };
    let length = 0;
    let links = 0; // depth of links around this place
    let linked = 0; // characters of links since the last block
    let joined = 0; // depth of elements whose content stays in one block
    let term = ""; // the term that the next block defines

    const flush = () => {
      const content = parts.join("");
      parts = [];
      const text = context.role === "row" ? content.split(CELL).map(clean).join(CELL).replace(/\t+$/, "") : clean(content);
      const share = Math.min(1, Number((linked / text.length).toFixed(2)));
      linked = 0;
      if (!LETTER.test(text)) return;
      blocks.push({ role: context.role, text: term + text, level: context.level, anchor: context.anchor, linked: share });
      length += text.length;
      term = "";
    };

    const visit = (element) => {
      for (const node of element.childNodes) {
        if (length > LIMITS.text) return;
        if (node.nodeType === 3) {
          parts.push(joined ? node.data.replaceAll(CELL, " ") : node.data);
          if (links) linked += node.data.trim().length;
          continue;
        }
        if (node.nodeType !== 1) continue;
        const tag = node.localName;
        const link = tag === "a" && node.hasAttribute("href");
        links += link;
        if (tag === "br") {
          if (!joined && breaksParagraph(node, parts)) flush();
          else parts.push(" ");
        } else if (tag === "wbr") {
          // A place where a line may break is no space.
        } else if (joined) {
          const apart = BREAKING.has(tag) || node.hasAttribute(APART);
          if (apart) parts.push(" ");
          visit(node);
          if (apart) parts.push(" ");
        } else if (!BREAKING.has(tag)) {
          const opened = CAPTION.test(node.getAttribute("class") ?? "") && context.role === "paragraph" && insideFigure(node);
          if (opened) block(node, tag);
          else if (node.hasAttribute(APART)) {
            parts.push(" ");
            visit(node);
            parts.push(" ");
          } else visit(node);
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
      else if (tag === "table") table(node);
      else if (tag === "dl") definitions(node);
      else visit(node);
      flush();
      context = outer;
    };

    /** Collects the text of an element without ending the block. */
    const join = (node) => {
      joined++;
      visit(node);
      joined--;
    };

    /** Makes the text collected so far the term that the next block begins with. */
    const name = () => {
      const text = clean(parts.join(""));
      parts = [];
      if (LETTER.test(text)) term = /\p{P}$/u.test(text) ? `${text} ` : `${text}: `;
    };

    const preformatted = (node) => {
      for (const part of node.textContent.split(/\n\s*\n/)) {
        parts.push(part);
        flush();
      }
    };

    /** Reads rows of short cells as one block each. Cells with longer text are blocks of their own. */
    const table = (node) => {
      const { rows, others } = partsOfTable(node);
      for (const other of others) block(other, other.localName);
      const spanned = []; // for each column, the number of rows below that a cell reaches into
      for (const { row, header } of rows) {
        const cells = Array.from(row.children);
        const outer = context;
        context = { ...outer, role: "row", level: header || cells.every((cell) => cell.localName === "th") ? 1 : 0, anchor: anchorOf(row, outer.anchor) };
        let column = 0;
        for (const cell of cells) {
          for (; spanned[column] > 0; column++, parts.push(CELL)) spanned[column]--;
          if (isProse(cell, cells.length)) {
            if (column && isNameOf(cells[0], cell, cells.length)) name();
            flush();
            const around = context;
            context = { ...outer, anchor: anchorOf(cell, outer.anchor) };
            visit(cell);
            flush();
            context = around;
            term = "";
          } else {
            join(cell);
          }
          for (let width = spanOf(cell, "colspan"); width > 0; width--, column++) {
            parts.push(CELL);
            spanned[column] = spanOf(cell, "rowspan") - 1;
          }
        }
        for (; column < spanned.length; column++) if (spanned[column] > 0) spanned[column]--;
        flush();
        context = outer;
      }
    };

    /** Reads a term and its short definitions as a row. A longer definition is an item that begins with its term. */
    const definitions = (node) => {
      for (const { terms, definitions, others, parent } of groupsOf(node)) {
        const outer = context;
        if (terms.length && definitions.length && !definitions.some((definition) => isProse(definition, 2))) {
          context = { ...outer, role: "row", level: 0, anchor: anchorOf(parent, outer.anchor) };
          terms.forEach((part, at) => (at && parts.push(", "), join(part)));
          for (const part of definitions) {
            parts.push(CELL);
            join(part);
          }
          flush();
          context = outer;
          continue;
        }
        if (terms.length && definitions.length) {
          terms.forEach((part, at) => (at && parts.push(", "), join(part)));
          name();
        } else {
          for (const part of terms) block(part, "dt");
        }
        for (const part of definitions) block(part, "dd");
        for (const other of others) block(other, other.localName);
        term = "";
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
    if (tag === "ul" || tag === "ol" || tag === "menu" || tag === "dir" || tag === "dl") return { ...inner, depth: outer.depth + 1 };
    if (tag === "li" || tag === "dt" || tag === "dd") return { ...inner, role: "item", level: Math.max(1, outer.depth) };
    if (tag === "blockquote") return { ...inner, role: "quote", level: 0 };
    if (tag === "figcaption" || tag === "caption" || tag === "figure") return { ...inner, role: "caption", level: 0 };
    if (tag === "pre") {
      const prose = !node.querySelector("code") && isPlainText(node.textContent);
      return { ...inner, role: prose ? outer.role : "code", level: prose ? outer.level : 0, prose };
    }
    if (outer.role === "paragraph" && CAPTION.test(node.getAttribute("class") ?? "") && insideFigure(node)) {
      if (node.textContent.length < 600 && !node.querySelector("p + p")) return { ...inner, role: "caption", level: 0 };
    }
    return inner;
  }

  // ---- Tables and definition lists ----------------------------------------------------------------------------------

  const isCell = (element) => element.localName === "td" || element.localName === "th";
  const isDefinition = (element) => element.localName === "dt" || element.localName === "dd";
  const spanOf = (cell, name) => Math.min(MAX_SPAN, Math.max(1, Number.parseInt(cell.getAttribute(name) ?? "1", 10) || 1));

  /** Returns the table's own rows, in order, and its other children, such as the caption. */
  function partsOfTable(node, header = false) {
    const found = { rows: [], others: [] };
    for (const child of node.children) {
      const tag = child.localName;
      if (tag === "tr") found.rows.push({ row: child, header });
      else if (tag === "thead" || tag === "tbody" || tag === "tfoot") found.rows.push(...partsOfTable(child, tag === "thead").rows);
      else if (tag !== "colgroup") found.others.push(child);
    }
    return found;
  }

  /** Returns whether a cell, or a definition, is text of its own: sentences, a list, or a part of the layout. */
  function isProse(cell, cells) {
    if (!isCell(cell) && !isDefinition(cell)) return true;
    if (cell.querySelector("table, ul, ol, dl, h1, h2, h3, h4, h5, h6, blockquote, pre, section, article, p + p, p ~ p")) return true;
    const text = clean(cell.textContent);
    if (text.length > LONG_CELL && /[.!?。]/.test(text)) return true;
    return cells < 3 && cell.localName !== "th" && ENDED.test(text) && countWords(text) >= (cells === 1 ? 6 : 12);
  }

  /** Returns whether the first of two cells names what the other says. Else the columns are for layout. */
  function isNameOf(first, cell, cells) {
    return cells === 2 && clean(first.textContent).length <= LONG_NAME && (first.localName === "th" || !cell.firstElementChild);
  }

  /**
   * Returns the groups of a definition list: terms, their definitions, other content after them, and the element that they
   * are in.
   */
  function groupsOf(list) {
    const groups = [];
    let group = null;
    const collect = (parent) => {
      for (const child of parent.children) {
        const tag = child.localName;
        if ((tag === "div" || tag === GROUP) && child.querySelector("dt, dd")) {
          group = null;
          collect(child);
          group = null;
          continue;
        }
        if (!group || (tag === "dt" && group.definitions.length + group.others.length)) {
          group = { terms: [], definitions: [], others: [], parent };
          groups.push(group);
        }
        (tag === "dt" ? group.terms : tag === "dd" ? group.definitions : group.others).push(child);
      }
    };
    collect(list);
    return groups;
  }

  // ---- Plain text ---------------------------------------------------------------------------------------------------

  /** Returns whether preformatted text is prose, as on plain-text pages and in emails. */
  function isPlainText(text) {
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
