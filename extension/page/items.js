// Collects the page's microdata and RDFa as trees of plain data. The core reads them (core/nutshell/extraction/schema_org.py).
(() => {
  "use strict";

  const { clean, call, read, attribute } = globalThis.nutshell.parts;

  const LIMITS = { items: 400, properties: 3_000, depth: 6, nodes: 3_000, value: 6_000, characters: 300_000 };
  const SCOPES = "[itemscope], [typeof]";
  const URLS = /^(url|sameas|image|logo|thumbnailurl|contenturl|embedurl|availability|itemcondition|license|mainentityofpage|target|photo)$/i;
  const UNREAD = new Set("script style noscript template svg button select textarea".split(" "));
  const INLINE = new Set("a abbr b bdi bdo cite code data dfn em font i img kbd label mark meter q s samp small span strong sub sup time u var wbr".split(" "));

  const isScope = (element) => call(element, "hasAttribute", "itemscope") || call(element, "hasAttribute", "typeof");
  const namesOf = (element) => {
    const stated = attribute(element, "itemprop") ?? attribute(element, "property") ?? (call(element, "hasAttribute", "typeof") ? attribute(element, "rel") : null);
    return (stated ?? "").trim().split(/\s+/).filter(Boolean).slice(0, 4);
  };

  /** Returns an element's text: the lines that it shows, separated by line feeds. */
  function textOf(element, limit = LIMITS.value) {
    const lines = [];
    let line = "";
    let length = 0;
    const flush = () => {
      const text = clean(line);
      line = "";
      if (text) lines.push(text);
    };
    const stack = [element];
    for (let nodes = 0; stack.length && length <= limit && nodes < LIMITS.nodes; nodes++) {
      const node = stack.pop();
      if (node === null) {
        flush();
        continue;
      }
      const kind = read(node, "nodeType");
      if (kind === 3) {
        line += node.data;
        length += node.data.length;
      }
      if (kind !== 1) continue;
      const tag = String(read(node, "localName")).toLowerCase();
      if (UNREAD.has(tag) && node !== element) continue;
      const breaks = !INLINE.has(tag);
      if (breaks) {
        flush();
        stack.push(null);
      }
      const children = read(node, "childNodes");
      for (let i = Math.min(children.length, LIMITS.nodes) - 1; i >= 0; i--) stack.push(children[i]);
    }
    flush();
    return lines.join("\n").slice(0, limit);
  }

  function valueOf(element, name) {
    const tag = String(read(element, "localName")).toLowerCase();
    const stated = attribute(element, "content") ?? (tag === "time" ? attribute(element, "datetime") : null);
    if (stated !== null) return stated.slice(0, LIMITS.value);
    if (tag === "img" || tag === "audio" || tag === "video" || tag === "source" || tag === "iframe") return attribute(element, "src") ?? "";
    if (tag === "link" || tag === "area") return attribute(element, "href") ?? "";
    if (tag === "a" && URLS.test(name.replace(/^.*[:/]/, ""))) return attribute(element, "href") ?? "";
    if (tag === "data" || tag === "meter") return attribute(element, "value") ?? textOf(element);
    return textOf(element);
  }

  /** Returns the items of a page that are not a property of another: `{types, properties: [[name, text or item]]}`. */
  function itemsOf(page) {
    const budget = { ...LIMITS };

    const itemOf = (scope, depth) => {
      budget.items -= 1;
      const stated = `${attribute(scope, "itemtype") ?? ""} ${attribute(scope, "typeof") ?? ""}`;
      const item = { types: stated.trim().split(/\s+/).filter(Boolean).slice(0, 6), properties: [] };
      const roots = [scope];
      for (const id of (attribute(scope, "itemref") ?? "").split(/\s+/).filter(Boolean).slice(0, 20)) {
        const other = call(page, "getElementById", id);
        if (other && other !== scope && !other.contains(scope)) roots.push(other);
      }
      for (const root of roots) crawl(root, root !== scope, item, depth);
      return item;
    };

    const crawl = (root, whole, item, depth) => {
      const stack = whole ? [root] : Array.from(read(root, "children")).reverse();
      while (stack.length && budget.properties > 0 && budget.characters > 0) {
        const element = stack.pop();
        const names = namesOf(element);
        const scope = isScope(element);
        if (names.length && (!scope || (depth < LIMITS.depth && budget.items > 0))) {
          const value = scope ? itemOf(element, depth + 1) : valueOf(element, names[0]).trim();
          for (const name of names) item.properties.push([name.slice(0, 100), value]);
          budget.properties -= 1;
          if (!scope) budget.characters -= value.length;
        }
        if (!scope) stack.push(...Array.from(read(element, "children")).reverse());
      }
    };

    const items = [];
    for (const scope of call(page, "querySelectorAll", SCOPES)) {
      if (budget.items <= 0) break;
      if (namesOf(scope).length && read(scope, "parentElement")?.closest?.(SCOPES)) continue;
      const item = itemOf(scope, 0);
      if (item.properties.length) items.push(item);
    }
    return items;
  }

  Object.assign(globalThis.nutshell.parts, { itemsOf, linesOf: textOf });
})();
