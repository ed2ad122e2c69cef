// What a page becomes: an article of plain-text blocks, each with a handle to the live element it came from.
//
// It defines nutshell.extract(options) and nutshell.anchors, the live elements by a block's anchor;
// docs/ARCHITECTURE.md has the answer's form.
(() => {
  "use strict";

  const { LETTER, ENDED, Copy, metadataOf, attribute, blocksOf, call, clean, countWords, isLeftOut, own, read, titleOf } = globalThis.nutshell.parts;

  const nutshell = globalThis.nutshell;

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
    const article = { ...metadataOf(page, copy, parsed, url), kind, blocks: numbered };
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
