// What the other scripts of this folder stand on: text as blocks hold it, and reading a page that may be hostile.
//
// Classic scripts for the isolated world, injected in the order of page/scripts.js; they share nutshell.parts. The page's
// scripts cannot reach this world, but its markup can: a form control named "attributes" or an image named "body"
// shadows the property of that name. So whatever may be shadowed is read through the prototypes' own getters.
(() => {
  "use strict";

  // An element with the id "nutshell" is a property of the window too: ours must be its own.
  if (!Object.hasOwn(globalThis, "nutshell")) {
    Object.defineProperty(globalThis, "nutshell", { value: {}, writable: true, configurable: true });
  }
  globalThis.nutshell.parts ??= {};

  const LIMITS = { nodes: 400_000, copied: 4_000_000, text: 500_000, depth: 200 };

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

  const titleOf = (page) => {
    const element = call(page, "querySelector", "head > title, title");
    return element ? clean(own(element, "textContent") ?? "").slice(0, 1_000) : "";
  };

  Object.assign(globalThis.nutshell.parts, { LIMITS, LETTER, ENDED, clean, countWords, own, call, read, attribute, titleOf });
})();
