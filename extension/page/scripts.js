// The content scripts that read a page and highlight in it, in order of their dependencies.

export const READABILITY = "vendor/Readability.js";
export const READING = ["page/dom.js", "page/copy.js", "page/blocks.js", "page/elements.js", "page/structure.js", "page/thread.js", "page/items.js", "page/metadata.js", "page/extract.js"];
export const HIGHLIGHT = "page/highlight.js";
