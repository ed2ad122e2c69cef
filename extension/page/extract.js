// What a page becomes: an article of plain-text blocks, each with a handle to the live element it came from.
//
// A classic script for the isolated world, after vendor/Readability.js. It defines nutshell.extract(options) and
// nutshell.anchors, the live elements by a block's anchor; docs/ARCHITECTURE.md has the answer's form.
//
// The page is never changed. It is copied node by node into a document of its own, each copy stamped with the index of
// its live element; Readability works on the copy, and the stamps survive what it moves and renames. The page's
// scripts cannot reach this world, but its markup can: a form control named "attributes" or an image named "body"
// shadows the property of that name. So whatever may be shadowed is read through the prototypes' own getters.
(() => {
  "use strict";

  const STAMP = "data-nutshell-anchor";
  const LIMITS = { nodes: 400_000, copied: 4_000_000, text: 500_000, depth: 200 };

  // ---- Text -------------------------------------------------------------------------------------------------------

  // What is never seen: soft hyphens, zero-width and bidirectional marks (but not the joiners that scripts and emoji
  // need), noncharacters. Removed, not replaced: they stand within words.
  const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/g;
  // Python's idea of white space has these too.
  const SPACE = /[\s\u0000-\u001f\u007f-\u009f]+/g;

  /** Text as blocks hold it: seen characters only, single spaces, well-formed. */
  function clean(text) {
    const seen = text.replace(UNSEEN, "").replace(SPACE, " ").trim();
    return seen.toWellFormed ? seen.toWellFormed() : seen;
  }

  const LETTER = /[\p{L}\p{N}]/u;
  // Scripts written without spaces: about two characters make a word.
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
  const countWords = (text) => {
    const unspaced = text.match(UNSPACED)?.length ?? 0;
    const rest = unspaced ? text.replace(UNSPACED, " ") : text;
    return Math.ceil(unspaced / 2) + (rest.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.,-]*/gu)?.length ?? 0);
  };
  const ENDED = /[.!?…。！？।۔؟]["'”’»›」』)\]]*$/u;

  // ---- Reading the live page --------------------------------------------------------------------------------------

  /** A property as the platform defines it, whatever elements the page names after it. */
  function own(object, name) {
    for (let at = Object.getPrototypeOf(object); at; at = Object.getPrototypeOf(at)) {
      const found = Object.getOwnPropertyDescriptor(at, name);
      if (found) return found.get ? found.get.call(object) : found.value;
    }
    return undefined;
  }
  const call = (object, name, ...args) => own(object, name).apply(object, args);
  const Form = globalThis.HTMLFormElement ?? class {};
  const read = (node, name) => (node instanceof Form ? own(node, name) : node[name]);
  const attribute = (element, name) => call(element, "getAttribute", name);

  // Not text of the page, whatever they hold.
  const SKIPPED = new Set(
    "style noscript template svg canvas audio video map head link base object applet datalist rp annotation annotation-xml".split(" "),
  );
  // Kept without their content: Readability counts them.
  const HOLLOW = new Set("iframe embed select textarea progress meter button".split(" "));
  const KEPT = ["class", "role", "rel", "itemprop", "property", "href", "src", "alt", "dir", "lang", "summary", "type", "datetime", "aria-modal", "colspan", "rowspan", "content"];
  const NAMES = ["id", "name"];
  const OFFSCREEN = /(^|\s)(sr-only|visually-?hidden|u-visually-hidden|screen-reader-(text|only)|element-invisible|mw-editsection|skip-link)(\s|$)/i;
  const REFERENCE = /^\[?\s*(\d{1,3}|[a-z]|(n|nb|fn|note) ?\d+)\s*\]?$/i;
  const REFERENCES = /(^|\s)(reference|noprint)(\s|$)/;

  /**
   * Copies a page, or the part of it in some ranges, into `target`'s body.
   * `elements[i]` is the live element whose copy is stamped i.
   */
  class Copy {
    constructor(page, { blank, ranges = null, unhide = false }) {
      this.page = page;
      this.ranges = ranges;
      this.elements = [];
      this.truncated = false;
      this.hidden = 0; // characters left out because they are hidden
      this.nodes = 0;
      this.characters = 0;
      // Only the browser's own document has styles worth asking for.
      this.view = unhide || page !== globalThis.document ? null : own(page, "defaultView");
      this.unhide = unhide;
      this.target = blank();
      const probe = this.target.createElement("form");
      // Names that would shadow a property in the copy as well, where the library would trip over them.
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

    // Depth first with a stack of its own: a page may nest a hundred thousand deep.
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
        copy = this.target.createElement("span"); // The parser takes names that createElement does not.
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

  /** Elements that a reader does not read: hidden, off the screen, marks that refer to a note. */
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

  /** The part of a text node's data that is in a range. */
  function within(range, node) {
    if (!range.intersectsNode(node)) return "";
    const start = range.startContainer === node ? range.startOffset : 0;
    const end = range.endContainer === node ? range.endOffset : node.data.length;
    return node.data.slice(start, end);
  }

  // ---- Blocks -----------------------------------------------------------------------------------------------------

  const BREAKING = new Set(
    ("address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form " +
      "h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup p pre search section summary table tbody td tfoot th thead tr ul " +
      "iframe embed input select textarea").split(" "),
  );
  const BLOCKS_INSIDE = "p, ul, ol, dl, h1, h2, h3, h4, h5, h6, blockquote, pre, table, div, section, article";
  const CAPTION = /(^|[\s_-])(caption|figcaption|wp-caption-text|credit|photo-?credit)($|[\s_-])/i;

  /** The blocks of a copied tree, in order. */
  function blocksOf(root) {
    const blocks = [];
    let parts = [];
    let context = { role: "paragraph", level: 0, depth: 0, anchor: -1 };
    let length = 0;

    const flush = () => {
      const text = clean(parts.join(""));
      parts = [];
      if (!LETTER.test(text)) return;
      blocks.push({ role: context.role, text, level: context.level, anchor: context.anchor });
      length += text.length;
    };

    const visit = (element) => {
      for (const node of element.childNodes) {
        if (length > LIMITS.text) return;
        if (node.nodeType === 3) {
          parts.push(node.data);
          continue;
        }
        if (node.nodeType !== 1) continue;
        const tag = node.localName;
        if (tag === "br") {
          if (breaksParagraph(node, parts)) flush();
          else parts.push(" ");
        } else if (tag === "wbr") {
          continue;
        } else if (!BREAKING.has(tag)) {
          const opened = CAPTION.test(node.getAttribute("class") ?? "") && context.role === "paragraph" && insideFigure(node);
          if (opened) block(node, tag);
          else visit(node);
        } else {
          block(node, tag);
        }
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

    context = { ...context, anchor: anchorOf(root, 0) }; // 0 is the body, for what the library wrapped anew
    visit(root);
    flush();
    return { blocks, truncated: length > LIMITS.text };
  }

  const anchorOf = (element, inherited) => (element.hasAttribute(STAMP) ? Number(element.getAttribute(STAMP)) : inherited);
  const insideFigure = (node) => Boolean(node.closest("figure, [class*=caption], [class*=image], [class*=photo]"));

  /** What text directly in this element is, given what its parent is. */
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

  /** A cell that lays out the page and holds no datum. */
  function isLayout(cell) {
    if (cell.querySelector(BLOCKS_INSIDE)) return true;
    const text = clean(cell.textContent);
    return text.length > 240 && /[.!?。]/.test(text);
  }

  /** Preformatted text that was written to be read: plain-text pages, mails. */
  function isProse(text) {
    const seen = text.match(/\S/g)?.length ?? 0;
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    const sentences = text.match(/\p{L}[.!?](\s|$)/gu)?.length ?? 0;
    return seen > 150 && letters / seen > 0.85 && sentences >= 3;
  }

  /** Two breaks part paragraphs; so does one after a long, finished line. */
  function breaksParagraph(br, parts) {
    let next = br.nextSibling;
    while (next && next.nodeType === 3 && !next.data.trim()) next = next.nextSibling;
    if (next?.nodeType === 1 && next.localName === "br") return true;
    const text = clean(parts.join(""));
    return text.length > 80 && ENDED.test(text);
  }

  // ---- Metadata ---------------------------------------------------------------------------------------------------

  const titleOf = (page) => {
    const element = call(page, "querySelector", "head > title, title");
    return element ? clean(own(element, "textContent") ?? "").slice(0, 1_000) : "";
  };

  const META = {
    title: ["og:title", "twitter:title", "dc.title", "citation_title", "parsely-title"],
    site: ["og:site_name", "application-name", "al:ios:app_name"],
    author: ["author", "article:author_name", "parsely-author", "dc.creator", "dcterms.creator", "citation_author", "sailthru.author", "byl", "article:author"],
    published: ["article:published_time", "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "citation_publication_date", "pubdate", "publish-date", "publish_date", "date"],
    locale: ["og:locale"],
    language: ["content-language", "dc.language", "language"],
  };

  /** First non-empty meta for each field of META. */
  function metaOf(page) {
    const values = new Map();
    for (const meta of page.querySelectorAll("meta")) {
      const content = clean(meta.getAttribute("content") ?? "");
      for (const attr of ["property", "name", "itemprop", "http-equiv"]) {
        for (const name of (meta.getAttribute(attr) ?? "").toLowerCase().split(/\s+/)) {
          if (name && content && !values.has(name)) values.set(name, content);
        }
      }
    }
    const first = (names) => names.map((name) => values.get(name)).find(Boolean) ?? "";
    return Object.fromEntries(Object.entries(META).map(([field, names]) => [field, first(names)]));
  }

  const ARTICLES = /(Article|BlogPosting|Report|Posting|Recipe|WebPage|Review)$/;

  /** What schema.org data says of the article: headline, author, datePublished, publisher, inLanguage. */
  function schemaOf(page) {
    const found = [];
    const collect = (value, depth) => {
      if (depth > 6 || !value || typeof value !== "object") return;
      if (Array.isArray(value)) return value.slice(0, 200).forEach((entry) => collect(entry, depth + 1));
      const types = [value["@type"]].flat().filter((type) => typeof type === "string");
      if (types.some((type) => ARTICLES.test(type))) found.push({ value, page: types.includes("WebPage") });
      collect(value["@graph"], depth + 1);
      collect(value.mainEntity, depth + 1);
      collect(value.mainEntityOfPage, depth + 1);
    };
    for (const script of page.querySelectorAll('script[type="application/ld+json"]')) {
      try {
        collect(JSON.parse(script.textContent.replace(/^\s*<!\[CDATA\[|\]\]>\s*$/g, "")), 0);
      } catch {
        // Malformed data says nothing.
      }
    }
    return found.sort((a, b) => a.page - b.page)[0]?.value ?? {};
  }

  const text = (value) => (typeof value === "string" ? clean(decode(value)) : "");
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };
  const decode = (value) =>
    value
      .replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (_, code) => {
        const point = code[0].toLowerCase() === "x" ? parseInt(code.slice(1), 16) : parseInt(code, 10);
        return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : "";
      })
      .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name) => ENTITIES[name]);
  const names = (value) =>
    [value]
      .flat()
      .map((person) => text(typeof person === "string" ? person : person?.name))
      .filter(Boolean)
      .join(", ");

  /** A person's name out of a byline; "" when there is none in it. */
  function cleanAuthor(byline) {
    let name = byline.replace(/^\s*(by|von|par|por|di|door)\s*:?\s*\n/i, "").split(/\n/).map(clean).find(Boolean) ?? "";
    name = name.replace(/^(written |posted |published |reported |story |words |article )?(by|von|par|por|di|door|av|af|autor(in)?|author|auteur)(\s*:\s*|\s+)/i, "");
    name = name.split(/\s+[|•·–—]\s+|\s*\||(?:^|,?\s+)(?:(?:last )?(?:updated|published|posted|modified)|on (?=\w+ \d))\b/i)[0];
    name = name.replace(/[\s,;:|·•–—-]+$/, "").replace(/^[\s,;:|·•–—-]+/, "");
    const junk = /^https?:|^www\.|@\w+\.\w|\b(19|20)\d\d\b|\d{1,2}:\d\d|^(admin|staff|editor|redaktion|guest|author|webmaster|unknown|anonymous|by)$/i;
    return name.length > 1 && name.length <= 120 && countWords(name) <= 16 && LETTER.test(name) && !junk.test(name) ? name : "";
  }

  /** A date as ISO 8601: to the day, or to the second with its zone where the page says both. "" when it is none. */
  function cleanDate(value) {
    const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?/.exec(value);
    if (iso) {
      const [, year, month, day, minute, second = ":00", zone] = iso;
      if (month < 1 || month > 12 || day < 1 || day > 31) return "";
      if (!minute || !zone) return `${year}-${month}-${day}`;
      return `${year}-${month}-${day}T${minute}${second}${zone === "Z" ? "Z" : zone.replace(/(\d\d):?(\d\d)$/, "$1:$2")}`;
    }
    const compact = /^(\d{4})[/.]?(\d\d)[/.]?(\d\d)(?!\d)/.exec(value) ?? null;
    if (compact && compact[2] >= 1 && compact[2] <= 12 && compact[3] >= 1 && compact[3] <= 31) return compact.slice(1, 4).join("-");
    const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})/.exec(value); // day first, as where dots are used
    if (dotted && dotted[2] >= 1 && dotted[2] <= 12 && dotted[1] <= 31) {
      return `${dotted[3]}-${dotted[2].padStart(2, "0")}-${dotted[1].padStart(2, "0")}`;
    }
    if (!/\b\d{4}\b/.test(value) || !/[a-z]{3}/i.test(value)) return "";
    const date = new Date(value.replace(/(\d)(st|nd|rd|th)\b/g, "$1"));
    const year = date.getFullYear();
    if (!(year > 1900 && year < 2200)) return "";
    return [year, String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");
  }

  const SEPARATED = /\s+[|»«·•\\/>–—:-]+\s+|\s*\|\s*|\s+::\s+/;
  const letters = (value) => value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

  /** The title without the name of the site at either end. */
  function cleanTitle(title, site, url) {
    const host = hostOf(url).replace(/^www\./, "");
    const isSite = (part) => {
      const key = letters(part);
      return key && (key === letters(site) || key === letters(host) || key === letters(host.split(".")[0]));
    };
    let parts = title.split(new RegExp(`(${SEPARATED.source})`));
    while (parts.length > 2 && isSite(parts[parts.length - 1])) parts = parts.slice(0, -2);
    while (parts.length > 2 && isSite(parts[0])) parts = parts.slice(2);
    return clean(parts.join("")) || title;
  }

  const hostOf = (url) => {
    try {
      return new URL(url).hostname;
    } catch {
      return "";
    }
  };

  /** Everything about the article that is not its text. `parsed` is what Readability found, if it ran. */
  function about(page, copy, parsed, url) {
    const meta = metaOf(copy.target);
    const schema = schemaOf(copy.target);
    const site = text(meta.site) || names(schema.publisher) || text(parsed?.siteName) || hostOf(url).replace(/^www\./, "");
    const title = text(parsed?.title) || text(schema.headline) || text(meta.title) || titleOf(page);
    const author = [names(schema.author), meta.author, parsed?.byline ?? ""].map((value) => cleanAuthor(decode(value))).find(Boolean);
    const time = copy.target.querySelector("[itemprop=datePublished], time[datetime], time[pubdate]");
    const stated = time && (time.getAttribute("content") || time.getAttribute("datetime") || time.textContent);
    const published = [text(schema.datePublished), meta.published, text(parsed?.publishedTime), clean(stated ?? "")].map(cleanDate).find(Boolean);
    const root = own(page, "documentElement");
    const lang = [root && attribute(root, "lang"), root && attribute(root, "xml:lang"), meta.language, text(schema.inLanguage), meta.locale];
    return {
      url,
      title: cleanTitle(title, site, url).slice(0, 500),
      site: site.slice(0, 200),
      author: author ?? "",
      published: published ?? "",
      lang: lang.map((value) => /^[a-z]{2,3}([-_][a-z0-9]{2,8})*/i.exec(value?.trim() ?? "")?.[0].replaceAll("_", "-")).find(Boolean) ?? "",
    };
  }

  // ---- Judging ----------------------------------------------------------------------------------------------------

  const SPOKEN = new Set(["paragraph", "item", "quote"]);
  const isProseBlock = (block) => SPOKEN.has(block.role) && (countWords(block.text) >= 20 || (ENDED.test(block.text) && countWords(block.text) >= 6));
  const proseWords = (blocks) => blocks.filter(isProseBlock).reduce((sum, block) => sum + countWords(block.text), 0);

  // Measured on 617 real pages: running text under 30 words is a stub, a gallery or an application's frame. Signing in
  // and errors come with a few sentences of their own, so where a page looks like either it must hold more.
  const MINIMUM = { words: 30, doubtful: 150 };
  const FAILURE = /\b(404|403|500|502|503|error|not found|page unavailable|access denied|forbidden|just a moment|captcha|sign in|log ?in)\b/i;
  const ARTICLE_SIGNS = 'meta[property="og:type"][content=article], article, [itemprop=articleBody], meta[property="article:published_time"]';

  /** Why these blocks are no article, or "" when they are one. */
  function objection(page, blocks) {
    const words = proseWords(blocks);
    if (words < MINIMUM.words) return `${words} words of running text`;
    if (words >= MINIMUM.doubtful || call(page, "querySelector", ARTICLE_SIGNS)) return "";
    const password = call(page, "querySelector", "input[type=password]");
    if (password && (password.checkVisibility?.() ?? true)) return "a page to sign in";
    return FAILURE.test(titleOf(page)) ? "an error page" : "";
  }

  const MAIN = "article, main, [role=main], [itemprop=articleBody], #content, #main, .post-content, .entry-content, .article-body";
  const AROUND = "nav, aside, footer, form, [role=navigation], [role=complementary], [role=contentinfo], [role=banner], [class*=sidebar], [class*=related], [class*=share], [class*=comment], [id*=comment], [class*=breadcrumb], [class*=newsletter], [class*=cookie]";

  /** Where Readability finds next to nothing: the page's own idea of its main part. */
  function mainBlocks(copy) {
    const body = copy.target.body;
    let best = { blocks: [], truncated: false, words: 0 };
    for (const element of body.querySelectorAll(AROUND)) if (!element.contains(body) && !element.querySelector("article, main")) element.remove();
    for (const element of Array.from(body.querySelectorAll(MAIN)).slice(0, 40)) {
      const found = blocksOf(element);
      const blocks = found.blocks.filter((block) => block.role !== "item" || isProseBlock(block));
      const words = proseWords(blocks);
      if (words > best.words) best = { blocks, truncated: found.truncated, words };
    }
    return best;
  }

  // ---- The two ways of reading a page -------------------------------------------------------------------------------

  function readPage(page, url, blank) {
    const type = own(page, "contentType") ?? "text/html";
    if (type === "application/pdf") return { ok: false, reason: "pdf", detail: "" };
    if (!/html|^text\/plain|^text\/markdown/.test(type)) return { ok: false, reason: "no-article", detail: type };
    let best = attempt(page, { blank });
    if (objection(page, best.blocks) && best.copy.hidden > 1_000) {
      const shown = attempt(page, { blank, unhide: true }); // Some pages show their text only once their scripts have run.
      if (!objection(page, shown.blocks)) best = shown;
    }
    const detail = objection(page, best.blocks);
    if (detail) return { ok: false, reason: "no-article", detail };
    return answer(page, url, "page", best);
  }

  function attempt(page, options) {
    const copy = new Copy(page, options);
    const parsed = new globalThis.Readability(copy.target, { serializer: (element) => element, keepClasses: true }).parse();
    const found = parsed ? blocksOf(parsed.content) : { blocks: [], truncated: false };
    let { blocks, truncated } = found;
    const words = proseWords(blocks);
    if (words < FEW) {
      const main = mainBlocks(new Copy(page, options));
      if (main.words > 1.5 * words) ({ blocks, truncated } = main);
    }
    return { copy, parsed, blocks, truncated: truncated || copy.truncated };
  }
  const FEW = 150;

  function readSelection(page, url, blank) {
    const field = own(page, "activeElement");
    const chosen = field && fieldSelection(field);
    const empty = { ok: false, reason: "selection-empty", detail: "" };
    if (chosen) {
      const copy = new Copy(page, { blank, ranges: [] });
      copy.elements = [field];
      const blocks = chosen.split(/\n\s*\n/).map(clean).filter((part) => LETTER.test(part));
      if (!blocks.length) return empty;
      return answer(page, url, "selection", {
        copy,
        blocks: blocks.map((part) => ({ role: "paragraph", text: part, level: 0, anchor: 0 })),
        truncated: false,
      });
    }
    const selection = call(page, "getSelection");
    const ranges = [];
    for (let i = 0; i < (selection?.rangeCount ?? 0); i++) {
      const range = selection.getRangeAt(i);
      if (!range.collapsed) ranges.push(range);
    }
    if (!ranges.length) return empty;
    const copy = new Copy(page, { blank, ranges });
    const { blocks, truncated } = blocksOf(copy.target.body);
    if (!blocks.length) return empty;
    return answer(page, url, "selection", { copy, blocks, truncated: truncated || copy.truncated });
  }

  function fieldSelection(field) {
    const tag = read(field, "localName");
    if (tag !== "textarea" && !(tag === "input" && /^(text|search|url|tel|email|)$/.test(attribute(field, "type") ?? ""))) return "";
    const [start, end] = [own(field, "selectionStart"), own(field, "selectionEnd")];
    return start === end ? "" : own(field, "value").slice(start, end);
  }

  function answer(page, url, kind, { copy, parsed, blocks, truncated }) {
    // Only the elements that blocks point to are held on to, and numbered anew.
    const anchors = [];
    const numbers = new Map();
    const numbered = blocks.map((block) => {
      if (block.anchor < 0) return block;
      if (!numbers.has(block.anchor)) numbers.set(block.anchor, anchors.push(copy.elements[block.anchor]) - 1);
      return { ...block, anchor: numbers.get(block.anchor) };
    });
    nutshell.anchors = anchors;
    const article = { ...about(page, copy, parsed, url), kind, blocks: numbered };
    if (truncated) article.truncated = true;
    return { ok: true, article, lead: leadOf(numbered, article.lang) };
  }

  /** The first sentence or two, for an instant display. */
  function leadOf(blocks, lang) {
    const first = blocks.find((block) => isProseBlock(block)) ?? blocks.find((block) => SPOKEN.has(block.role));
    if (!first) return "";
    const start = first.text.slice(0, 1_000);
    let lead = "";
    let segmenter;
    try {
      segmenter = new Intl.Segmenter(lang || undefined, { granularity: "sentence" });
    } catch {
      segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });
    }
    for (const { segment } of segmenter.segment(start)) {
      if (lead && lead.length + segment.length > 280) break;
      lead += segment;
      if (lead.length > 140) break;
    }
    return lead.trim();
  }

  // ---- The door ---------------------------------------------------------------------------------------------------

  // An element with the id "nutshell" is a property of the window too: ours must be its own.
  if (!Object.hasOwn(globalThis, "nutshell")) {
    Object.defineProperty(globalThis, "nutshell", { value: {}, writable: true, configurable: true });
  }
  const nutshell = globalThis.nutshell;
  nutshell.anchors ??= [];
  nutshell.clean = clean;
  nutshell.isLeftOut = (element) => isLeftOut(element, own(globalThis.document, "defaultView"));

  /**
   * @param {{mode?: "page"|"selection", document?: Document, url?: string, blank?: () => Document}} options
   *   the last three are for the desktop; `blank` makes an empty HTML document
   * @returns {{ok: true, article: object, lead: string} | {ok: false, reason: string, detail: string}}
   */
  nutshell.extract = ({ mode = "page", document: page = globalThis.document, url, blank } = {}) => {
    try {
      url ??= own(page, "URL");
      blank ??= () => call(own(page, "implementation"), "createHTMLDocument", "");
      return mode === "selection" ? readSelection(page, url, blank) : readPage(page, url, blank);
    } catch (error) {
      return { ok: false, reason: "failed", detail: String(error?.message ?? error).slice(0, 500) };
    }
  };
})();
