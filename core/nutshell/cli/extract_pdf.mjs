// Reads a PDF on the desktop, with the same script as the extension: node extract_pdf.mjs < FILE
//
// JSON out: {document, pages}, or {error: "pdf-damaged" | "pdf-encrypted", detail}. Missing packages: {missing: "what"} and
// exit code 3.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// pdf.js wants a canvas library for drawing. Nothing is drawn here.
for (const name of ["DOMMatrix", "ImageData", "Path2D"]) globalThis[name] ??= class {};
for (const method of ["warn", "log", "info"]) console[method] = () => {};

let pdfjs, text, folder;
try {
  const require = createRequire(import.meta.url);
  folder = dirname(require.resolve("pdfjs-dist/package.json"));
  pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  text = await import(new URL("../../../extension/pdf/text.js", import.meta.url));
} catch (error) {
  say({ missing: error.message });
  process.exit(3);
}

/** The package's pdf.js is edited to tell font names (build/layout.py). This one tells them when it draws a page. */
async function fontNames(page, ids) {
  await page.getOperatorList();
  return new Map(ids.filter((id) => page.commonObjs.has(id)).map((id) => [id, page.commonObjs.get(id).name ?? ""]));
}

try {
  const data = new Uint8Array(readFileSync(0));
  const task = pdfjs.getDocument({
    data,
    cMapUrl: join(folder, "cmaps/"),
    cMapPacked: true,
    standardFontDataUrl: join(folder, "standard_fonts/"),
    wasmUrl: join(folder, "wasm/"),
    isEvalSupported: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  const pdf = await task.promise;
  say(await text.readDocument(pdf, { fontNames }));
} catch (error) {
  say({ error: error.name === "PasswordException" ? "pdf-encrypted" : "pdf-damaged", detail: String(error?.message ?? error).slice(0, 300) });
}
