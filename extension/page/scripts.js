// The content scripts that read a page and highlight in it, in order of their dependencies.

export const READABILITY = "vendor/Readability.js";
export const READING = ["page/dom.js", "page/visibility.js", "page/copy.js", "page/blocks.js", "page/candidates.js", "page/elements.js", "page/structure.js", "page/thread.js", "page/items.js", "page/metadata.js", "page/captions.js", "page/signals.js", "page/selection.js", "page/extract.js", "page/waiting.js"];
export const HIGHLIGHT = "page/highlight.js";
