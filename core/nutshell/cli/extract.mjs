// Reads pages on the desktop: the extension's own scripts (page/scripts.js) over a DOM made by parse5 and linkedom.
//
// JSON lines. In: {id, html | bytes (base64), url, charset}. Out: {ready: true} once, then {id, answer} for each line,
// in order; `answer` is what nutshell.extract returns. parse5 builds the tree that the HTML standard prescribes, and
// so the browser's; linkedom's own parser does not. Missing files or packages: {missing: "what"} and exit code 3.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const extension = new URL("../../../extension/", import.meta.url);

let parse5, linkedom;
try {
  const require = createRequire(import.meta.url);
  parse5 = await import("parse5");
  linkedom = await import("linkedom");
  const { READING } = await import(new URL("page/scripts.js", extension));
  const scripts = READING.map((name) => fileURLToPath(new URL(name, extension)));
  for (const file of [require.resolve("@mozilla/readability/Readability.js"), ...scripts]) {
    vm.runInThisContext(readFileSync(file, "utf8"), { filename: file });
  }
} catch (error) {
  say({ missing: error.message });
  process.exit(3);
}

/** Append parse5's nodes to a DOM node, without recursion: pages nest deep. */
function build(parsed, document, into) {
  const stack = [[parsed, into]];
  while (stack.length) {
    const [from, to] = stack.pop();
    for (const node of from.childNodes) {
      if (node.nodeName === "#text") {
        to.appendChild(document.createTextNode(node.value));
      } else if (node.tagName) {
        const element = document.createElement(node.tagName);
        for (const { name, value, prefix } of node.attrs) element.setAttribute(prefix ? `${prefix}:${name}` : name, value);
        to.appendChild(element);
        stack.push([node, element]);
      }
    }
  }
}

const blank = () => linkedom.parseHTML("<!doctype html><html><head></head><body></body></html>").document;

function documentOf(html) {
  const document = blank();
  const parsed = parse5.parse(html);
  const root = parsed.childNodes.find((node) => node.tagName === "html");
  for (const { name, value } of root.attrs) document.documentElement.setAttribute(name, value);
  for (const part of root.childNodes) {
    const place = part.tagName === "head" ? document.head : part.tagName === "body" ? document.body : null;
    if (!place) continue;
    for (const { name, value } of part.attrs) place.setAttribute(name, value);
    build(part, document, place);
  }
  return document;
}

// Readability starts over by setting innerHTML: that has to be parsed by the same rules.
for (let prototype = Object.getPrototypeOf(blank().body); prototype; prototype = Object.getPrototypeOf(prototype)) {
  const defined = Object.getOwnPropertyDescriptor(prototype, "innerHTML");
  if (!defined) continue;
  Object.defineProperty(prototype, "innerHTML", {
    ...defined,
    set(html) {
      this.replaceChildren();
      build(parse5.parseFragment(String(html)), this.ownerDocument, this);
    },
  });
  break;
}

/** Text of a page's bytes: a byte order mark, valid UTF-8, what the server said, what the page says, windows-1252. */
function decode(bytes, charset) {
  const label = (bytes[0] === 0xff && bytes[1] === 0xfe && "utf-16le") || (bytes[0] === 0xfe && bytes[1] === 0xff && "utf-16be");
  if (label) return new TextDecoder(label).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const declared = /<meta[^>]{1,200}charset\s*=\s*["']?\s*([\w-]+)/i.exec(bytes.subarray(0, 4096).toString("latin1"))?.[1];
    for (const name of [charset, declared, "windows-1252"]) {
      try {
        if (name) return new TextDecoder(/^utf-?16/i.test(name) ? "utf-8" : name).decode(bytes);
      } catch {
        // An encoding nobody knows: the next guess.
      }
    }
  }
  return "";
}

function answerTo({ html, bytes, url = "", charset = "" }) {
  try {
    const text = bytes === undefined ? html : decode(Buffer.from(bytes, "base64"), charset);
    return globalThis.nutshell.extract({ document: documentOf(text), url, blank });
  } catch (error) {
    return { ok: false, reason: "failed", detail: String(error?.message ?? error).slice(0, 500) };
  }
}

say({ ready: true });
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const request = JSON.parse(line);
  const answer = answerTo(request);
  // Anchors are handles to live elements: here there are none to go back to.
  for (const article of [answer.article, answer.article?.unhidden]) {
    for (const blocks of [article?.blocks, ...(article?.thread?.posts ?? []).map((post) => post.blocks)]) for (const block of blocks ?? []) block.anchor = -1;
  }
  globalThis.nutshell.anchors = [];
  say({ id: request.id, answer });
}
