// Turns a page into an article of plain-text blocks, each with an index of the live element it came from.
//
// Defines nutshell.extract(options), and nutshell.anchors, the live elements by a block's `anchor`. It measures the page and
// leaves to the core whether that is an article (core/nutshell/article_detection.py). docs/ARCHITECTURE.md describes the result.
(() => {
  "use strict";

  const { LETTER, ENDED, Copy, Elements, blocksOf, call, candidatesOf, captionsOf, clean, countWords, headOf, isLeftOut, markKept, metadataOf, own, read, selectionOf, signalsOf, structureOf, threadOf, viewOf } = globalThis.nutshell.parts;

  const nutshell = globalThis.nutshell;

  const PROSE_ROLES = new Set(["paragraph", "item", "quote"]);
  const isProse = (block) => PROSE_ROLES.has(block.role) && (countWords(block.text) >= 20 || (ENDED.test(block.text) && countWords(block.text) >= 6));
  const countProseWords = (blocks) => blocks.filter(isProse).reduce((sum, block) => sum + countWords(block.text), 0);

  // With fewer words it is worth looking for text elsewhere in the page.
  const FEW_WORDS = 150;
  const VERY_FEW_WORDS = 30;
  const MANY_HIDDEN_CHARACTERS = 1_000;
  const MANY_DIALOG_CHARACTERS = 300;

  const MAIN = "article, main, [role=main], [itemprop=articleBody], #content, #main, .post-content, .entry-content, .article-body";
  const BOILERPLATE = "nav, aside, footer, form, [role=navigation], [role=complementary], [role=contentinfo], [role=banner], [class*=sidebar], [class*=related], [class*=share], [class*=comment], [id*=comment], [class*=breadcrumb], [class*=newsletter], [class*=cookie]";

  // ---- Reading the page or the selection ----------------------------------------------------------------------------

  function readPage(page, url, blank) {
    const contentType = own(page, "contentType") ?? "text/html";
    if (!/html|^text\/plain|^text\/markdown/.test(contentType)) {
      return { ok: true, article: { url, kind: "page", blocks: [], signals: signalsOf(page, contentType, {}) }, lead: "", doubtful: true };
    }
    const metadata = metadataOf(page); // before Readability takes its copy apart
    let visible = readCopy(page, { blank });
    if (visible.words < FEW_WORDS && visible.copy.dialogCharacters > MANY_DIALOG_CHARACTERS) {
      // Some pages show an article in a dialog over a list of articles.
      const dialogs = readCopy(page, { blank, dialogs: true });
      if (dialogs.words >= FEW_WORDS) visible = dialogs;
    }
    const anchors = [];
    const article = articleOf(page, url, "page", visible, anchors);
    article.metadata = metadata;
    article.signals = signalsOf(page, contentType, visible);
    const doubtful = visible.words < FEW_WORDS;
    if (doubtful && visible.copy.hidden > MANY_HIDDEN_CHARACTERS) {
      // Some pages show their text only after their scripts have run.
      const unhidden = readCopy(page, { blank, unhide: true });
      article.unhidden = articleOf(page, url, "page", unhidden, anchors);
      article.unhidden.signals = signalsOf(page, contentType, unhidden);
      article.unhidden.lead = leadOf(article.unhidden);
    }
    nutshell.anchors = anchors;
    return { ok: true, article, lead: leadOf(article), doubtful };
  }

  /** Extracts blocks with Readability, or from the page's own main part where Readability finds little. */
  function readCopy(page, options) {
    const copy = new Copy(page, options);
    const captions = captionsOf(page, copy);
    const candidates = candidatesOf(copy);
    const index = new Elements(copy.target.body);
    const [structure, thread] = [structureOf(page, copy, index), threadOf(index)];
    const parsed = new globalThis.Readability(copy.target, { serializer: (element) => element, keepClasses: true }).parse();
    const found = parsed ? blocksOf(parsed.content) : { blocks: [], truncated: false };
    let best = { ...found, words: countProseWords(found.blocks) };
    let pageWords;
    if (best.words < FEW_WORDS) {
      const { main, whole } = readMain(new Copy(page, options));
      pageWords = whole.blocks.reduce((sum, block) => sum + countWords(block.text), 0);
      if (main.words > 1.5 * best.words) best = main;
      // A short page is read whole, but without the comments and the like that are all that Readability may have found.
      if (pageWords < FEW_WORDS && (whole.words > best.words || best.words < VERY_FEW_WORDS)) best = whole;
    }
    markKept(candidates.blocks, best.blocks);
    const truncated = best.truncated || copy.truncated;
    return { copy, captions, candidates, structure, thread, blocks: best.blocks, words: best.words, pageWords, truncated };
  }

  /** Returns the page's own main part, and the whole page, both without navigation and the like. */
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
    const whole = blocksOf(body);
    return { main: best, whole: { ...whole, words: countProseWords(whole.blocks) } };
  }

  function readSelection(page, url, blank, expected) {
    const found = selectionOf(page, expected);
    const empty = { ok: false, reason: "selection-empty", detail: "" };
    if (!found?.ranges.length) {
      // The selection is in a text field, or in a frame of another site.
      const copy = new Copy(page, { blank, ranges: [] });
      copy.elements = [found?.field];
      const texts = (found?.text ?? expected).split(/\n\s*\n/).map(clean).filter((part) => LETTER.test(part));
      if (!texts.length) return empty;
      const blocks = texts.map((text) => ({ role: "paragraph", text, level: 0, anchor: found ? 0 : -1 }));
      return selectionResult(page, url, { copy, blocks, truncated: false });
    }
    const copy = new Copy(found.document, { blank, root: found.root, ranges: found.ranges });
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

  // ---- The result ---------------------------------------------------------------------------------------------------

  /** Returns the article in its wire form. Adds the live elements that its blocks point to to `anchors`. */
  function articleOf(page, url, kind, { copy, captions, candidates, structure, thread, blocks, truncated }, anchors) {
    const indices = new Map(); // stamp in the copy -> index in `anchors`
    const anchored = (block) => {
      if (block.anchor < 0) return block;
      if (!indices.has(block.anchor)) indices.set(block.anchor, anchors.push(copy.elements[block.anchor]) - 1);
      return { ...block, anchor: indices.get(block.anchor) };
    };
    const article = { url, ...headOf(page, url), kind, blocks: blocks.map(anchored) };
    if (candidates) article.candidates = { ...candidates, blocks: candidates.blocks.map(anchored) };
    if (captions) {
      const players = new Map(); // player -> index in `anchors`
      const indexOf = (anchor) => {
        const element = typeof anchor === "number" ? copy.elements[anchor] : anchor;
        if (element && !players.has(element)) players.set(element, anchors.push(element) - 1);
        return players.get(element) ?? -1;
      };
      article.captions = { source: captions.source, cues: captions.cues.map((cue) => ({ ...cue, anchor: indexOf(cue.anchor) })) };
    }
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
  nutshell.isLeftOut = (element) => isLeftOut(element, viewOf(read(element, "ownerDocument")));

  /**
   * @param {{mode?: "page"|"selection", selection?: string, document?: Document, url?: string, blank?: () => Document}} options
   *   `selection` is the selected text as the browser told it. The last three are for the desktop; `blank` creates an empty
   *   HTML document.
   * @returns {{ok: true, article: object, lead: string, doubtful?: boolean} | {ok: false, reason: string, detail: string}}
   *   `doubtful`: the core may find that this is no article
   */
  nutshell.extract = ({ mode = "page", selection = "", document: page = globalThis.document, url, blank } = {}) => {
    try {
      url ??= own(page, "URL");
      blank ??= () => call(own(page, "implementation"), "createHTMLDocument", "");
      return mode === "selection" ? readSelection(page, url, blank, selection) : readPage(page, url, blank);
    } catch (error) {
      return { ok: false, reason: "failed", detail: String(error?.message ?? error).slice(0, 500) };
    }
  };
})();
