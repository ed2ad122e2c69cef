// Measures what the core needs to decide whether a page is an article (core/nutshell/article_detection.py).
(() => {
  "use strict";

  const { attribute, call, clean, frameDocumentOf, mediaOf, own, read, titleOf, viewOf } = globalThis.nutshell.parts;

  const ARTICLE_MARKUP = 'meta[property="og:type"][content=article], article, [itemprop=articleBody], meta[property="article:published_time"]';
  const BESIDE = "header, nav, aside, footer, dialog, [role=banner], [role=navigation], [role=complementary], [role=contentinfo], [role=dialog]";
  const MIN_FRAME_SHARE = 0.3; // of the window

  /** `words` counts the words of prose in the blocks; `pageWords` all words of a page with few. */
  function signalsOf(page, contentType, { words = 0, pageWords = 0 }) {
    const heading = call(page, "querySelector", "h1");
    return {
      words,
      page_words: pageWords,
      content_type: contentType,
      page_title: titleOf(page),
      heading: heading ? clean(own(heading, "textContent") ?? "").slice(0, 300) : "",
      article_markup: Boolean(call(page, "querySelector", ARTICLE_MARKUP)),
      password_field: Array.from(call(page, "querySelectorAll", "input[type=password]")).some(isInMain),
      media: mediaOf(page),
      frame: words < 150 ? closedFrame(page) : "",
    };
  }

  const isInMain = (field) => !call(field, "closest", BESIDE) && (field.checkVisibility?.() ?? true);

  /** Returns the host of a large frame that can't be read because it is from another site, or "". */
  function closedFrame(page) {
    const view = viewOf(page);
    if (!view) return "";
    for (const frame of call(page, "querySelectorAll", "iframe, frame")) {
      const { width, height } = call(frame, "getBoundingClientRect");
      if (width * height < MIN_FRAME_SHARE * view.innerWidth * view.innerHeight || frameDocumentOf(frame)) continue;
      try {
        const { protocol, host } = new URL(attribute(frame, "src") ?? "", read(page, "baseURI"));
        if (protocol === "http:" || protocol === "https:") return host;
      } catch {
        // no address
      }
    }
    return "";
  }

  Object.assign(globalThis.nutshell.parts, { signalsOf });
})();
