// Helpers for the other scripts of this folder: cleaning text, and safe access to the DOM of a page that may be hostile.
//
// These are classic scripts for the isolated world, injected in the order of page/scripts.js. They share nutshell.parts. The
// page's scripts can't reach this world, but its markup can (DOM clobbering): a form control named "attributes" or an image
// named "body" shadows the property of that name. So such properties are read through the prototypes' own getters.
(() => {
  "use strict";

  // An element with the id "nutshell" is a property of the window too, so define our own.
  if (!Object.hasOwn(globalThis, "nutshell")) {
    Object.defineProperty(globalThis, "nutshell", { value: {}, writable: true, configurable: true });
  }
  globalThis.nutshell.parts ??= {};

  const LIMITS = { nodes: 400_000, copied: 4_000_000, text: 500_000, depth: 200 };

  // Invisible characters: soft hyphens, zero-width and bidirectional marks, noncharacters. Joiners stay, as scripts and emoji
  // need them. They are removed, not replaced with spaces, because they occur within words.
  const UNSEEN = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/g;
  // The same characters as in Python's str.split().
  const SPACE = /[\s\u0000-\u001f\u007f-\u009f]+/g;

  /** Returns text without invisible characters, with single spaces, well-formed. */
  function clean(text) {
    const seen = text.replace(UNSEEN, "").replace(SPACE, " ").trim();
    return seen.toWellFormed ? seen.toWellFormed() : seen;
  }

  const LETTER = /[\p{L}\p{N}]/u;
  // Scripts without spaces between words: two characters count as a word.
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;
  const countWords = (text) => {
    const unspaced = text.match(UNSPACED)?.length ?? 0;
    const rest = unspaced ? text.replace(UNSPACED, " ") : text;
    return Math.ceil(unspaced / 2) + (rest.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.,-]*/gu)?.length ?? 0);
  };
  const ENDED = /[.!?…。！？।۔؟]["'”’»›」』)\]]*$/u;

  const descriptors = new WeakMap(); // prototype -> name -> descriptor: looked up for every element of the page

  /** Returns a property as the platform defines it, even if an element of the page shadows it. */
  function own(object, name) {
    const prototype = Object.getPrototypeOf(object);
    let known = descriptors.get(prototype);
    if (!known) descriptors.set(prototype, (known = new Map()));
    let found = known.get(name);
    if (found === undefined) {
      for (let at = prototype; at && !found; at = Object.getPrototypeOf(at)) found = Object.getOwnPropertyDescriptor(at, name);
      known.set(name, found ?? null);
    }
    if (!found) return undefined;
    return found.get ? found.get.call(object) : found.value;
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
