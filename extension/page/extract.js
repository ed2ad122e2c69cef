// Turns a page into an article of plain-text blocks, each with an index of the live element it came from.
//
// Defines nutshell.extract(options), and nutshell.anchors, the live elements by a block's `anchor`. It measures the page and
// leaves to the core whether that is an article (core/nutshell/article_detection.py). docs/ARCHITECTURE.md describes the result.
(() => {
  "use strict";

  const { LETTER, ENDED, Copy, Elements, attribute, blocksOf, call, clean, countWords, headOf, isLeftOut, metadataOf, own, read, structureOf, threadOf, titleOf } = globalThis.nutshell.parts;

  const nutshell = globalThis.nutshell;

  const PROSE_ROLES = new Set(["paragraph", "item", "quote"]);
  const isProse = (block) => PROSE_ROLES.has(block.role) && (countWords(block.text) >= 20 || (ENDED.test(block.text) && countWords(block.text) >= 6));
  const countProseWords = (blocks) => blocks.filter(isProse).reduce((sum, block) => sum + countWords(block.text), 0);

  // With fewer words it is worth looking for text elsewhere in the page.
  const FEW_WORDS = 150;
  const MANY_HIDDEN_CHARACTERS = 1_000;

  const ARTICLE_MARKUP = 'meta[property="og:type"][content=article], article, [itemprop=articleBody], meta[property="article:published_time"]';
  const MAIN = "article, main, [role=main], [itemprop=articleBody], #content, #main, .post-content, .entry-content, .article-body";
  const BOILERPLATE = "nav, aside, footer, form, [role=navigation], [role=complementary], [role=contentinfo], [role=banner], [class*=sidebar], [class*=related], [class*=share], [class*=comment], [id*=comment], [class*=breadcrumb], [class*=newsletter], [class*=cookie]";

  // ---- Reading the page or the selection ----------------------------------------------------------------------------

  function readPage(page, url, blank) {
    const contentType = own(page, "contentType") ?? "text/html";
    if (!/html|^text\/plain|^text\/markdown/.test(contentType)) {
      return { ok: true, article: { url, kind: "page", blocks: [], signals: signalsOf(page, 0, contentType) }, lead: "", doubtful: true };
    }
    const metadata = metadataOf(page); // before Readability takes its copy apart
    const visible = readCopy(page, { blank });
    const anchors = [];
    const article = articleOf(page, url, "page", visible, anchors);
    article.metadata = metadata;
    article.signals = signalsOf(page, visible.words, contentType);
    const doubtful = visible.words < FEW_WORDS;
    if (doubtful && visible.copy.hidden > MANY_HIDDEN_CHARACTERS) {
      // Some pages show their text only after their scripts have run.
      const unhidden = readCopy(page, { blank, unhide: true });
      article.unhidden = articleOf(page, url, "page", unhidden, anchors);
      article.unhidden.signals = signalsOf(page, unhidden.words, contentType);
      article.unhidden.lead = leadOf(article.unhidden);
    }
    nutshell.anchors = anchors;
    return { ok: true, article, lead: leadOf(article), doubtful };
  }

  /** Extracts blocks with Readability, or from the page's own main part where Readability finds little. */
  function readCopy(page, options) {
    const copy = new Copy(page, options);
    const index = new Elements(copy.target.body);
    const [structure, thread] = [structureOf(page, copy, index), threadOf(index)];
    const parsed = new globalThis.Readability(copy.target, { serializer: (element) => element, keepClasses: true }).parse();
    const found = parsed ? blocksOf(parsed.content) : { blocks: [], truncated: false };
    let best = { ...found, words: countProseWords(found.blocks) };
    if (best.words < FEW_WORDS) {
      const main = readMain(new Copy(page, options));
      if (main.words > 1.5 * best.words) best = main;
    }
    return { copy, parsed, structure, thread, blocks: best.blocks, words: best.words, truncated: best.truncated || copy.truncated };
  }

  function readMain(copy) {
    const body = copy.target.body;
    let best = { blocks: [], truncated: false, words: 0 };
    for (const element of body.querySelectorAll(BOILERPLATE)) if (!element.contains(body) && !element.querySelector("article, main")) element.remove();
    for (const element of Array.from(body.querySelectorAll(MAIN)).slice(0, 40)) {
      const found = blocksOf(element);
      const blocks = found.blocks.filter((block) => block.role !== "item" || isProse(block));
      const words = countProseWords(blocks);
      if (words > best.words) best = { blocks, truncated: found.truncated, words };
    }
    return best;
  }

  /** Returns what the core needs to decide whether this is an article. `words` counts the words of prose. */
  function signalsOf(page, words, contentType) {
    const password = call(page, "querySelector", "input[type=password]");
    return {
      words,
      content_type: contentType,
      page_title: titleOf(page),
      article_markup: Boolean(call(page, "querySelector", ARTICLE_MARKUP)),
      password_field: Boolean(password) && (password.checkVisibility?.() ?? true),
    };
  }

  function readSelection(page, url, blank) {
    const field = own(page, "activeElement");
    const fieldText = field && selectedFieldText(field);
    const empty = { ok: false, reason: "selection-empty", detail: "" };
    if (fieldText) {
      const copy = new Copy(page, { blank, ranges: [] });
      copy.elements = [field];
      const texts = fieldText.split(/\n\s*\n/).map(clean).filter((part) => LETTER.test(part));
      if (!texts.length) return empty;
      const blocks = texts.map((text) => ({ role: "paragraph", text, level: 0, anchor: 0 }));
      return selectionResult(page, url, { copy, blocks, truncated: false });
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
    return selectionResult(page, url, { copy, blocks, truncated: truncated || copy.truncated });
  }

  function selectionResult(page, url, reading) {
    const anchors = [];
    const article = articleOf(page, url, "selection", reading, anchors);
    article.metadata = metadataOf(page);
    nutshell.anchors = anchors;
    return { ok: true, article, lead: leadOf(article) };
  }

  function selectedFieldText(field) {
    const tag = read(field, "localName");
    if (tag !== "textarea" && !(tag === "input" && /^(text|search|url|tel|email|)$/.test(attribute(field, "type") ?? ""))) return "";
    const [start, end] = [own(field, "selectionStart"), own(field, "selectionEnd")];
    return start === end ? "" : own(field, "value").slice(start, end);
  }

  // ---- The result ---------------------------------------------------------------------------------------------------

  /** Returns the article in its wire form. Adds the live elements that its blocks point to to `anchors`. */
  function articleOf(page, url, kind, { copy, structure, thread, blocks, truncated }, anchors) {
    const indices = new Map(); // stamp in the copy -> index in `anchors`
    const anchored = (block) => {
      if (block.anchor < 0) return block;
      if (!indices.has(block.anchor)) indices.set(block.anchor, anchors.push(copy.elements[block.anchor]) - 1);
      return { ...block, anchor: indices.get(block.anchor) };
    };
    const article = { url, ...headOf(page, url), kind, blocks: blocks.map(anchored) };
    if (structure) article.structure = structure;
    if (thread) article.thread = { ...thread, posts: thread.posts.map((post) => ({ ...post, blocks: post.blocks.map(anchored) })) };
    if (truncated) article.truncated = true;
    return article;
  }

  /** Returns the first sentence or two, to show at once. */
  function leadOf({ blocks, lang }) {
    const first = blocks.find((block) => isProse(block)) ?? blocks.find((block) => PROSE_ROLES.has(block.role));
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

  nutshell.anchors ??= [];
  nutshell.clean = clean;
  nutshell.isLeftOut = (element) => isLeftOut(element, own(globalThis.document, "defaultView"));

  /**
   * @param {{mode?: "page"|"selection", document?: Document, url?: string, blank?: () => Document}} options
   *   The last three are for the desktop; `blank` creates an empty HTML document.
   * @returns {{ok: true, article: object, lead: string, doubtful?: boolean} | {ok: false, reason: string, detail: string}}
   *   `doubtful`: the core may find that this is no article
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
