// Collects what a page says about itself, from the live document and before anything changes a copy of it: meta elements,
// schema.org data, and the places where people read the title, the author and the date. The core decides what is right
// (core/nutshell/extraction/metadata.py). All of it is bounded.
(() => {
  "use strict";

  const { LETTER, clean, own, call, read, attribute, titleOf, itemsOf, linesOf } = globalThis.nutshell.parts;

  const LIMITS = { nodes: 100_000, meta: 300, content: 2_000, links: 40, scripts: 60, json: 600_000, marked: 60, lines: 150, line: 300, standfirst: 700 };
  const UNREAD = new Set("script style noscript template svg canvas audio video map object applet select textarea button option iframe head".split(" "));
  const INLINE = new Set("a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter q rb ruby s samp small span strike strong sub sup time tt u var wbr rel-time relative-time time-ago".split(" "));
  const HEADLINE = /(^|[\s_-])(headline|(entry|post|article|page|story|news|blog|single|main)[-_]?(title|headline|heading)|title)($|\s)/i;
  const BYLINE = /author|by-?line|autor|auteur|autore|verfasser|writer|redakteur|journalist|reporter|contributor|creator|posted-?by|(post|entry|article|story|news|blog)[-_]?(meta|info|details|header|footer|credit)|vcard|submitted|signature/i;
  const AUTHOR_PAGE = /\/(authors?|autor(es|en)?|auteurs?|redakteur(e|in)?|people|profile|staff|contributors?|by|journalists?|columnists?|users?|members?)\/[^/]/i;
  const DATE = /date|time|publish|posted|created|modified|updated|datum|fecha|zeit|(post|entry|article|story|news|blog)[-_]?(meta|info|details)|submitted|byline/i;
  const STANDFIRST = /stand-?first|(^|[\s_-])(dek|deck|chapo|chapeau|vorspann|anrei(ss|ß)er|entradilla|sottotitolo|sub-?title|sub-?head(line|ing)?|intro|lead|lede|excerpt|abstract|summary)($|[\s_-])|article-?(intro|lead|description|summary|subtitle)/i;
  const MARKED = new Set("h1 h2 h3 time abbr address a".split(" "));
  const DATED = /(^|\D)(19|20)\d\d(\D|$)|(^|\D)\d{1,2}[./-]\d{1,2}[./-]\d{2}(\D|$)/;
  const PLACES = [
    ["comment", /(^|[\s_-])(comments?|commentlist|respond|replies|kommentare?|comentarios?|commentaires?|disqus|reviews?)($|[\s_-])|(^|\s)comment/i],
    ["aside", /(^|[\s_-])(related|recommend\w*|teasers?|sidebar|widgets?|promo\w*|trending|popular|latest|recent|more|carousel|slider|advert\w*|cards?|newsletter|megamenu|menu|next|prev(ious)?|navigation|pagination|read-?more|most|box|upsell|see-?also|verwandt|similar)($|[\s_-])/i],
    ["biography", /(^|[\s_-])(about|author)[-_]?(the)?[-_]?(author|bio|box|info|description|profile|card)($|[\s_-])|(^|[\s_-])(bio|biography)($|[\s_-])/i],
    ["footer", /(^|[\s_-])(footer|colophon|copyright|imprint)($|[\s_-])/i],
    ["header", /(^|[\s_-])(masthead|site-?header|top-?bar|banner)($|[\s_-])/i],
  ];
  const TAGS = new Set("article main header footer aside nav dialog li a figure figcaption blockquote table form".split(" "));

  const namesOf = (element) => `${attribute(element, "class") ?? ""} ${attribute(element, "id") ?? ""}`.slice(0, 300);

  /** Returns what an element is part of, outermost last: names of elements, roles, and kinds of part (PLACES). */
  function placeOf(element) {
    const found = new Set();
    let depth = 0;
    for (let at = element; at && depth++ < 40 && read(at, "nodeType") === 1; at = read(at, "parentNode")) {
      const tag = String(read(at, "localName")).toLowerCase();
      if (tag === "body" || tag === "html") break;
      if (TAGS.has(tag)) found.add(tag);
      const role = attribute(at, "role");
      if (role && /^(main|banner|navigation|complementary|contentinfo|dialog|article)$/.test(role)) found.add(role);
      if (tag === "article" || tag === "main" || tag === "section") {
        if (/(^|[\s_-])comment/i.test(namesOf(at))) found.add("comment");
        continue; // the classes of a whole article say what else is in it
      }
      const names = namesOf(at);
      if (names.length > 1) for (const [place, pattern] of PLACES) if (pattern.test(names)) found.add(place);
    }
    return [...found];
  }

  const isShown = (element) => call(element, "hasAttribute", "hidden") === false && (element.checkVisibility?.({ visibilityProperty: true }) ?? true);

  /** Walks the page once. Returns its lines, and the elements that may hold its title, author or date, by line. */
  function walk(body) {
    const lines = []; // {text, element}
    const marked = { headings: [], bylines: [], dates: [], standfirsts: [] };
    let parts = [];
    let owner = null;
    const flush = () => {
      const text = clean(parts.join("").slice(0, 4 * LIMITS.line));
      if (LETTER.test(text)) lines.push({ text, element: owner });
      parts = [];
      owner = null;
    };
    const mark = (element, tag) => {
      const names = namesOf(element);
      if (names.length < 2 && !MARKED.has(tag) && !call(element, "hasAttribute", "itemprop") && !call(element, "hasAttribute", "property")) return;
      const property = attribute(element, "itemprop") ?? attribute(element, "property") ?? "";
      const at = { element, line: lines.length, hint: clean(`${property} ${names}`).slice(0, 160) };
      const heading = /^h[1-3]$/.test(tag) ? Number(tag[1]) : /^(headline)$/i.test(property) || HEADLINE.test(names) ? 0 : -1;
      if (heading >= 0) marked.headings.push({ ...at, level: heading });
      if (STANDFIRST.test(names) || /^(description|abstract)$/i.test(property)) marked.standfirsts.push(at);
      const rel = /(^|\s)author(\s|$)/i.test(attribute(element, "rel") ?? "");
      const link = tag === "a" && AUTHOR_PAGE.test(attribute(element, "href") ?? "");
      if (rel || link || tag === "address" || BYLINE.test(property) || BYLINE.test(names)) {
        marked.bylines.push({ ...at, hint: clean(`${rel ? "rel-author " : ""}${link ? "author-page " : ""}${at.hint}`) });
      }
      const stated = attribute(element, "datetime") ?? (tag === "abbr" || DATE.test(property) ? attribute(element, "content") ?? attribute(element, "title") : null);
      if (tag === "time" || stated || DATE.test(property) || DATE.test(names)) marked.dates.push({ ...at, hint: clean(`${tag === "time" ? "time " : ""}${at.hint}`), value: clean(stated ?? "").slice(0, 100) });
    };
    const stack = [body];
    for (let nodes = 0; stack.length && nodes < LIMITS.nodes; nodes++) {
      const node = stack.pop();
      if (node === null) {
        flush();
        continue;
      }
      const kind = read(node, "nodeType");
      if (kind === 3) {
        if (node.data.trim()) owner ??= read(node, "parentNode");
        parts.push(node.data);
      }
      if (kind !== 1) continue;
      const tag = String(read(node, "localName")).toLowerCase();
      if (UNREAD.has(tag)) continue;
      if (!INLINE.has(tag)) {
        flush();
        stack.push(null);
      }
      if (tag === "br") continue;
      if (node !== body) mark(node, tag);
      const root = node.shadowRoot;
      const children = root && read(root, "nodeType") === 11 ? root.childNodes : read(node, "childNodes");
      for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]);
    }
    flush();
    return { lines, ...marked };
  }

  /** Returns the marked elements with a short text, in order. */
  function described(marked, { limit, length = LIMITS.line, seen = new Set(), more = () => ({}), wanted = () => true }) {
    const found = [];
    for (const entry of marked) {
      if (found.length >= limit) break;
      const text = linesOf(entry.element, length + 1);
      const value = entry.value ?? "";
      if ((!LETTER.test(text) && !value) || (text.length > length && !value)) continue;
      const key = `${text}\n${value}\n${entry.line}`;
      if (seen.has(key) || !wanted(text, entry)) continue;
      seen.add(key);
      const place = placeOf(entry.element);
      if (place.includes("nav") && !entry.level) continue; // menus are long, and name no author of the page
      found.push({ text: text.slice(0, length), line: entry.line, hint: entry.hint, place, ...more(entry) });
    }
    return found;
  }

  function visibleOf(body) {
    const { lines, headings, bylines, dates, standfirsts } = walk(body);
    const titles = described(headings, { limit: 40, more: ({ level, element }) => ({ level, shown: isShown(element) }) });
    const near = new Set();
    for (const { line, level, shown } of titles) {
      if (level > 1 || !shown || near.size > 150) continue;
      for (let at = Math.max(0, line - 8); at < Math.min(lines.length, line + 16); at++) near.add(at);
    }
    if (!near.size) for (let at = 0; at < Math.min(lines.length, 40); at++) near.add(at);
    const dated = lines.map((line, at) => at).filter((at) => lines[at].text.length <= 240 && DATED.test(lines[at].text));
    for (const at of [...dated.slice(0, 50), ...dated.slice(-20)]) near.add(at);
    const chosen = [...near].sort((a, b) => a - b).filter((at) => lines[at].element && isShown(lines[at].element));
    return {
      headings: titles,
      bylines: described(bylines, { limit: LIMITS.marked }),
      dates: described(dates, {
        limit: LIMITS.marked,
        wanted: (text, { value, hint }) => Boolean(value) || hint.startsWith("time") || /\d/.test(text),
        more: ({ value }) => ({ value }),
      }),
      standfirsts: described(standfirsts, {
        limit: 10,
        length: LIMITS.standfirst,
        wanted: (text, { element }) => text.length >= 40 && isShown(element),
      }),
      lines: chosen.slice(0, LIMITS.lines).map((at) => ({ text: lines[at].text.slice(0, LIMITS.line), line: at, place: placeOf(lines[at].element) })),
      line_count: lines.length,
    };
  }

  function metaOf(page) {
    const found = [];
    for (const meta of call(page, "querySelectorAll", "meta")) {
      const content = clean(attribute(meta, "content") ?? "").slice(0, LIMITS.content);
      const stated = [attribute(meta, "property"), attribute(meta, "name"), attribute(meta, "http-equiv")];
      if (!meta.closest?.("[itemscope] *")) stated.push(attribute(meta, "itemprop"));
      for (const name of stated.join(" ").trim().toLowerCase().split(/\s+/)) {
        if (name && content && name !== "viewport" && found.length < LIMITS.meta) found.push([name.slice(0, 100), content]);
      }
    }
    return found;
  }

  function linksOf(page) {
    const found = [];
    for (const link of call(page, "querySelectorAll", "link[rel]")) {
      const rel = attribute(link, "rel").toLowerCase();
      if (/(^|\s)(canonical|author|amphtml|shortlink)(\s|$)/.test(rel) && found.length < LIMITS.links) found.push([rel, (attribute(link, "href") ?? "").slice(0, 2_000)]);
    }
    return found;
  }

  function jsonOf(page) {
    const found = [];
    let left = LIMITS.json;
    for (const script of call(page, "querySelectorAll", "script[type]")) {
      if (found.length >= LIMITS.scripts || !/^\s*application\/ld\+json/i.test(attribute(script, "type"))) continue;
      const text = own(script, "textContent") ?? "";
      if (text.length > left) continue; // half a JSON text is none
      left -= text.length;
      found.push(text);
    }
    return found;
  }

  /** Returns whether the page's address is another than the one that it was loaded from, other than its fragment. */
  function hasMoved(page) {
    if (page !== globalThis.document) return false;
    const loaded = globalThis.performance?.getEntriesByType?.("navigation")[0]?.name;
    const bare = (url) => url.replace(/#(?![!/]).*$/s, "");
    return Boolean(loaded) && bare(loaded) !== bare(own(page, "URL"));
  }

  /** Returns what is shown until the core has decided: title, site and language. */
  function headOf(page, url) {
    const root = own(page, "documentElement");
    const stated = root ? attribute(root, "lang") || attribute(root, "xml:lang") : "";
    return { title: titleOf(page).slice(0, 500), site: hostOf(url), lang: /^\s*([a-z]{2,3}([-_][a-z0-9]{2,8})*)/i.exec(stated ?? "")?.[1].replaceAll("_", "-") ?? "" };
  }

  const hostOf = (url) => {
    try {
      return new URL(url).hostname.replace(/^www\./, "");
    } catch {
      return "";
    }
  };

  /** Returns the page's metadata in its wire form, undecided: docs/ARCHITECTURE.md describes it. */
  function metadataOf(page) {
    const root = own(page, "documentElement");
    const body = own(page, "body") ?? root;
    return {
      page_title: titleOf(page),
      moved: hasMoved(page),
      lang: (root && (attribute(root, "lang") || attribute(root, "xml:lang"))) || "",
      meta: metaOf(page),
      links: linksOf(page),
      json_ld: jsonOf(page),
      items: itemsOf(page),
      ...visibleOf(body),
    };
  }

  Object.assign(globalThis.nutshell.parts, { headOf, metadataOf });
})();
