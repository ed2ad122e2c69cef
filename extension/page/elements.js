// Lists the elements of a copied page with the extent of each in the document and in its text, so that questions about many
// elements (what is inside what, how much text) need no walks through the tree.
(() => {
  "use strict";

  const PROSE = new Set(["p", "blockquote", "pre", "li", "dd"]);

  /**
   * The elements under `body` in document order. Arrays by an element's number: `parent` (-1 for the body), `last` (number of
   * its last descendant), `names` (class, id, itemprop, and the tag of a custom element), `from` and `to`: the characters of
   * text before its start and its end, `linked` and `prose`: those in it that are in links and in paragraphs.
   */
  class Elements {
    constructor(body) {
      this.elements = [];
      this.parent = [];
      this.last = [];
      this.names = [];
      this.from = [];
      this.to = [];
      this.linked = [];
      this.prose = [];
      let [text, linked, prose, links, proses, within] = [0, 0, 0, 0, 0, -1];
      let node = body.firstChild;
      while (node) {
        if (node.nodeType === 3) {
          const length = node.data.trim().length;
          if (length) {
            text += length + 1;
            if (links) linked += length + 1;
            if (proses) prose += length + 1;
          }
        } else if (node.nodeType === 1) {
          const number = this.elements.push(node) - 1;
          const tag = node.localName;
          this.parent.push(within);
          this.last.push(number);
          this.from.push(text);
          this.to.push(text);
          this.linked.push(linked);
          this.prose.push(prose);
          const [classes, id, property] = [node.getAttribute("class"), node.getAttribute("id"), node.getAttribute("itemprop")];
          this.names.push(`${tag.includes("-") ? `${tag} ` : ""}${classes ?? ""} ${id ?? ""} ${property ?? ""}`);
          if (node.firstChild) {
            links += tag === "a";
            proses += PROSE.has(tag);
            within = number;
            node = node.firstChild;
            continue;
          }
          this.linked[number] = this.prose[number] = 0;
        }
        while (node && !node.nextSibling) {
          node = within < 0 ? null : this.elements[within];
          if (!node) break;
          const tag = node.localName;
          links -= tag === "a";
          proses -= PROSE.has(tag);
          this.last[within] = this.elements.length - 1;
          this.to[within] = text;
          this.linked[within] = linked - this.linked[within];
          this.prose[within] = prose - this.prose[within];
          within = this.parent[within];
        }
        node = node?.nextSibling ?? null;
      }
      this.text = text;
    }

    /** Returns the characters of an element's text, about. */
    size(number) {
      return this.to[number] - this.from[number];
    }

    tag(number) {
      return this.elements[number].localName;
    }

    contains(outer, inner) {
      return outer <= inner && inner <= this.last[outer];
    }
  }

  Object.assign(globalThis.nutshell.parts, { Elements });
})();
