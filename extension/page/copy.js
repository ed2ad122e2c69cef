// Copies the page, so that extraction never changes the page itself.
//
// Nodes are copied one by one into a separate document. Each copy is stamped with the index of its live element. Readability
// works on the copy; the stamps survive when it moves and renames elements.
(() => {
  "use strict";

  const { LIMITS, own, call, read, attribute, titleOf } = globalThis.nutshell.parts;

  const STAMP = "data-nutshell-anchor";

  // Elements that hold no text of the page.
  const SKIPPED = new Set(
    "style template svg canvas audio video map head link base object applet datalist rp annotation annotation-xml".split(" "),
  );
  // Copied without their content, because Readability counts them.
  const HOLLOW = new Set("iframe embed select textarea progress meter button".split(" "));
  const KEPT = ["class", "role", "rel", "itemprop", "property", "href", "src", "alt", "dir", "lang", "summary", "type", "datetime", "aria-modal", "colspan", "rowspan", "content", "author"];
  const NAMES = ["id", "name"];
  const OFFSCREEN = /(^|\s)(sr-only|visually-?hidden|u-visually-hidden|screen-reader-(text|only)|element-invisible|mw-editsection|skip-link)(\s|$)/i;
  const REFERENCE = /^\[?\s*(\d{1,3}|[a-z]|(n|nb|fn|note) ?\d+)\s*\]?$/i;
  const REFERENCES = /(^|\s)(reference|noprint)(\s|$)/;

  /**
   * Copies a page, or the part of it in some ranges, to the body of `target`. `elements[i]` is the live element whose copy is
   * stamped i.
   */
  class Copy {
    constructor(page, { blank, ranges = null, unhide = false }) {
      this.page = page;
      this.ranges = ranges;
      this.elements = [];
      this.truncated = false;
      this.hidden = 0; // number of hidden characters that were left out
      this.nodes = 0;
      this.characters = 0;
      // Only the browser's own document has computed styles.
      this.view = unhide || page !== globalThis.document ? null : own(page, "defaultView");
      this.unhide = unhide;
      this.target = blank();
      const probe = this.target.createElement("form");
      // Ids and names that would shadow a property in the copy, which would break Readability.
      this.shadows = (name) => name in probe || name in this.target;
      this.#head();
      const body = own(page, "body") ?? own(page, "documentElement");
      if (body) this.#walk(body);
    }

    #head() {
      const head = this.target.head;
      const title = this.target.createElement("title");
      title.textContent = titleOf(this.page);
      head.querySelector?.("title")?.remove();
      head.append(title);
      for (const live of call(this.page, "querySelectorAll", 'meta, script[type="application/ld+json"]')) {
        const copy = this.target.createElement(live.localName);
        for (const name of ["name", "property", "content", "type", "itemprop", "http-equiv"]) {
          const value = attribute(live, name);
          if (value !== null) copy.setAttribute(name, value);
        }
        if (live.localName === "script") copy.textContent = own(live, "textContent");
        head.append(copy);
      }
    }

    // Depth first with an explicit stack: pages can nest 100,000 deep.
    #walk(body) {
      const stack = [{ children: this.#children(body), at: 0, into: this.target.body, depth: 0 }];
      this.#stamp(body, this.target.body);
      while (stack.length) {
        const frame = stack[stack.length - 1];
        if (frame.at >= frame.children.length) {
          stack.pop();
          continue;
        }
        const node = frame.children[frame.at++];
        if (++this.nodes > LIMITS.nodes || this.characters > LIMITS.copied) {
          this.truncated = true;
          return;
        }
        const kind = read(node, "nodeType");
        if (kind === 3) this.#text(node, frame.into);
        if (kind !== 1 || (this.ranges && !this.ranges.some((range) => range.intersectsNode(node)))) continue;
        const tag = String(read(node, "localName")).toLowerCase();
        if (tag === "noscript") {
          this.hidden += this.unhide ? 0 : read(node, "textContent").length;
          if (this.unhide) stack.push({ children: this.#unscripted(node), at: 0, into: frame.into, depth: frame.depth });
          continue;
        }
        if (tag === "script" || SKIPPED.has(tag)) continue;
        if (isLeftOut(node, this.view, this)) {
          this.hidden += (read(node, "textContent") ?? "").length;
          continue;
        }
        let into = frame.into;
        if (frame.depth < LIMITS.depth) {
          into = this.#element(node, tag);
          frame.into.append(into);
        }
        if (HOLLOW.has(tag) || tag === "input" || tag === "img") continue;
        stack.push({ children: this.#children(node), at: 0, into, depth: frame.depth + 1 });
      }
    }

    // Where scripts run, the content of a noscript element is one text.
    #unscripted(noscript) {
      const parsed = this.target.createElement("div");
      parsed.innerHTML = read(noscript, "textContent");
      return Array.from(parsed.childNodes);
    }

    #children(node) {
      const root = this.ranges ? null : node.shadowRoot;
      if (root && read(root, "nodeType") === 11) return Array.from(root.childNodes);
      if (read(node, "localName") === "slot") {
        const assigned = node.assignedNodes?.() ?? [];
        if (assigned.length) return assigned;
      }
      return Array.from(read(node, "childNodes"));
    }

    #text(node, into) {
      let data = node.data;
      if (this.ranges) data = this.ranges.map((range) => within(range, node)).join("");
      if (!data) return;
      this.characters += data.length;
      into.append(this.target.createTextNode(data));
    }

    #element(live, tag) {
      let copy;
      try {
        copy = this.target.createElement(tag);
      } catch {
        copy = this.target.createElement("span"); // the HTML parser accepts names that createElement rejects
      }
      for (const name of KEPT) {
        const value = attribute(live, name);
        if (value !== null && value.length < 2_000) copy.setAttribute(name, value);
      }
      for (const name of NAMES) {
        const value = attribute(live, name);
        if (value !== null && !this.shadows(value)) copy.setAttribute(name, value);
      }
      this.#stamp(live, copy);
      return copy;
    }

    #stamp(live, copy) {
      copy.setAttribute(STAMP, String(this.elements.push(live) - 1));
    }
  }

  /** Returns whether an element is not read: hidden, off the screen, or a reference mark. */
  function isLeftOut(element, view, { unhide = false } = {}) {
    const names = attribute(element, "class") ?? "";
    if (OFFSCREEN.test(names)) return true;
    if (read(element, "localName") === "sup" && isReference(element, names)) return true;
    if (unhide) return false;
    if (call(element, "hasAttribute", "hidden")) return true;
    if (attribute(element, "aria-hidden") === "true" && read(element, "localName") !== "body") return true;
    const style = attribute(element, "style");
    if (style && /(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)/i.test(style)) return true;
    return Boolean(view) && view.getComputedStyle(element).display === "none";
  }

  const isReference = (sup, names) =>
    REFERENCES.test(names) || (REFERENCE.test(sup.textContent.trim()) && Boolean(sup.querySelector("a")));

  /** Returns the part of a text node's data that is in a range. */
  function within(range, node) {
    if (!range.intersectsNode(node)) return "";
    const start = range.startContainer === node ? range.startOffset : 0;
    const end = range.endContainer === node ? range.endOffset : node.data.length;
    return node.data.slice(start, end);
  }

  Object.assign(globalThis.nutshell.parts, { STAMP, Copy, isLeftOut });
})();
