// The scripts that read a page and highlight in it, in the order in which they build on one another.

export const READABILITY = "vendor/Readability.js";
export const READING = ["page/dom.js", "page/copy.js", "page/blocks.js", "page/metadata.js", "page/extract.js"];
export const HIGHLIGHT = "page/highlight.js";
