// Copies the page, so that extraction never changes the page itself.
//
// Nodes are copied one by one into a separate document. Each copy is stamped with the index of its live element. Readability
// works on the copy; the stamps survive when it moves and renames elements.
(() => {
  "use strict";

  const { BREAKING, LIMITS, own, call, read, attribute, frameDocumentOf, isApart, isDialog, isLeftOut, shadowRootOf, titleOf } = globalThis.nutshell.parts;

  const STAMP = "data-nutshell-anchor";

  // Elements that hold no text of the page.
  const SKIPPED = new Set(
    "style template svg canvas audio video map head link base object applet datalist annotation annotation-xml".split(" "),
  );
  // Links to the heading that they stand in.
  const PERMALINK = /^\s*[#¶§🔗]\s*$/u;
  // Copied without their content, because Readability counts them.
  const HOLLOW = new Set("iframe embed select textarea progress meter button".split(" "));
  const KEPT = ["class", "role", "rel", "itemprop", "property", "href", "src", "alt", "dir", "lang", "summary", "type", "datetime", "aria-modal", "colspan", "rowspan", "content", "author"];
  const NAMES = ["id", "name"];
  const FRAMES = new Set(["iframe", "frame"]);
  // A smaller frame of the same origin holds an advertisement or a control. Height in pixels; `share` of the window's width.
  const MIN_FRAME = { characters: 150, height: 150, share: 0.4 };
  const ADVERTISEMENT = /(^|[\s_-])(ads?|advert\w*|google_ads\w*|aswift\w*|banner|sponsor\w*)($|[\s_-])/i;
  // A group in a definition list is copied as this, because Readability removes short `div` elements.
  const GROUP = "section";
  const APART = "data-nutshell-apart";

  /**
   * Copies a page, or the part of it (or of a shadow tree, `root`) in some ranges, to the body of `target`. `elements[i]` is
   * the live element whose copy is stamped i.
   */
  class Copy {
    constructor(page, { blank, root = null, ranges = null, unhide = false, dialogs = false }) {
      this.page = page;
      this.ranges = ranges;
      this.dialogs = dialogs || Boolean(ranges);
      this.elements = [];
      this.truncated = false;
      this.hidden = 0; // number of hidden characters that were left out
      this.nodes = 0;
      this.characters = 0;
      this.dialogCharacters = 0; // in dialogs that were left out
      this.view = unhide ? null : viewOf(page);
      this.unhide = unhide;
      this.target = blank();
      const probe = this.target.createElement("form");
      // Ids and names that would shadow a property in the copy, which would break Readability.
      this.shadows = (name) => name in probe || name in this.target;
      this.#head();
      const body = root ?? own(page, "body") ?? own(page, "documentElement");
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
        if (tag === "a" && PERMALINK.test(read(node, "textContent"))) continue;
        if (isLeftOut(node, this.view, this)) {
          this.hidden += (read(node, "textContent") ?? "").length;
          continue;
        }
        if (!this.ranges && (BREAKING.has(tag) || tag.includes("-")) && isDialog(node, { any: !this.dialogs })) {
          this.dialogCharacters += (read(node, "textContent") ?? "").length;
          continue;
        }
        const content = FRAMES.has(tag) && !this.ranges ? readableFrame(node, this.view) : null;
        let into = frame.into;
        if (frame.depth < LIMITS.depth) {
          into = this.#element(node, content ? "div" : tag === "div" && read(frame.into, "localName") === "dl" ? GROUP : tag);
          frame.into.append(into);
        }
        if ((HOLLOW.has(tag) && !content) || tag === "input" || tag === "img") continue;
        stack.push({ children: this.#children(content ?? node), at: 0, into, depth: frame.depth + 1 });
      }
    }

    // Where scripts run, the content of a noscript element is one text.
    #unscripted(noscript) {
      const parsed = this.target.createElement("div");
      parsed.innerHTML = read(noscript, "textContent");
      return Array.from(parsed.childNodes);
    }

    #children(node) {
      const root = this.ranges ? null : shadowRootOf(node);
      if (root) return Array.from(root.childNodes);
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
      if (!BREAKING.has(tag) && isApart(live, this.view)) copy.setAttribute(APART, "");
      this.#stamp(live, copy);
      return copy;
    }

    #stamp(live, copy) {
      copy.setAttribute(STAMP, String(this.elements.push(live) - 1));
    }
  }

  /** Returns the window of a document that this browser shows, or null: other documents have no computed styles. */
  function viewOf(page) {
    const view = globalThis.document ? own(page, "defaultView") : null;
    return view && view.top === globalThis.top ? view : null;
  }

  /** Returns the body of the document in a frame if it can be part of the page's text, or null. */
  function readableFrame(frame, view) {
    const content = frameDocumentOf(frame);
    const body = content && own(content, "body");
    if (!body || ADVERTISEMENT.test(`${attribute(frame, "id") ?? ""} ${attribute(frame, "name") ?? ""} ${attribute(frame, "class") ?? ""}`)) return null;
    if ((own(body, "textContent") ?? "").trim().length < MIN_FRAME.characters) return null;
    if (!view || read(frame, "localName") === "frame") return body;
    const { width, height } = call(frame, "getBoundingClientRect");
    return width >= MIN_FRAME.share * view.innerWidth && height >= MIN_FRAME.height ? body : null;
  }

  /** Returns the part of a text node's data that is in a range. */
  function within(range, node) {
    if (!range.intersectsNode(node)) return "";
    const start = range.startContainer === node ? range.startOffset : 0;
    const end = range.endContainer === node ? range.endOffset : node.data.length;
    return node.data.slice(start, end);
  }

  Object.assign(globalThis.nutshell.parts, { APART, GROUP, STAMP, Copy, viewOf });
})();
