// Reads what a PDF says: the text runs of each page with their positions and fonts. Python decides what they mean
// (core/nutshell/extraction/pdf.py). Runs in the panel and, for the command line, in Node.js.

const MAX_OUTLINE = 2_000; // entries
const MAX_PAGES = 1_000;

/**
 * Returns what the document says about itself.
 * @param {object} pdf a PDFDocumentProxy
 * @returns {Promise<{pages: number, title: string, author: string, date: string, lang: string, outline: Array<[number, string]>}>}
 *   `outline`: level (from 1) and title of each bookmark, in order.
 */
async function describeDocument(pdf) {
  const [metadata, outline] = await Promise.all([pdf.getMetadata().catch(() => null), pdf.getOutline().catch(() => null)]);
  const info = metadata?.info ?? {};
  const string = (value) => (typeof value === "string" ? value : "");
  const entries = [];
  const visit = (items, level) => {
    for (const item of items ?? []) {
      if (entries.length >= MAX_OUTLINE) return;
      entries.push([level, string(item.title)]);
      visit(item.items, level + 1);
    }
  };
  visit(outline, 1);
  return {
    pages: pdf.numPages,
    title: string(info.Title),
    author: string(info.Author),
    date: string(info.CreationDate),
    lang: string(info.Language),
    outline: entries,
  };
}

/**
 * Returns the text of a document in the wire form of core/nutshell/extraction/pdf_runs.py. A page that can't be read is
 * empty.
 * @param {object} pdf a PDFDocumentProxy
 * @param {{onPage?: (done: number, total: number) => void, signal?: AbortSignal, fontNames?: Function}} options
 */
export async function readDocument(pdf, { onPage, signal, fontNames } = {}) {
  const fonts = new Map();
  const document = await describeDocument(pdf);
  const pages = [];
  for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES); number++) {
    signal?.throwIfAborted();
    try {
      pages.push(await readPage(pdf, number, fonts, fontNames));
    } catch (error) {
      signal?.throwIfAborted();
      console.info(`Page ${number} can't be read:`, error.message);
      pages.push({ number, width: 612, height: 792, runs: [] });
    }
    onPage?.(number, pdf.numPages);
  }
  return { document, pages };
}

/**
 * Returns the text of one page. Positions are in points from the page's top left corner, as the page is shown.
 * @param {object} pdf a PDFDocumentProxy
 * @param {number} number from 1
 * @param {Map<string, string>} fonts the names of the document's fonts by pdf.js's ids, as far as they are known
 * @param {(page: object, ids: string[]) => Promise<Map<string, string>>} [fontNames] for a pdf.js that doesn't tell the
 *   names with the text
 * @returns {Promise<{number: number, width: number, height: number,
 *   runs: Array<[string, number, number, number, number, string, number]>}>}
 *   A run: text, left, baseline, width, size, font, direction (0 left to right, 1 right to left, 2 turned).
 */
async function readPage(pdf, number, fonts, fontNames) {
  const page = await pdf.getPage(number);
  try {
    const viewport = page.getViewport({ scale: 1 });
    const { items, styles } = await page.getTextContent();
    for (const [id, { fontName }] of Object.entries(styles)) if (fontName) fonts.set(id, fontName);
    const unknown = Object.keys(styles).filter((id) => !fonts.has(id));
    if (unknown.length && fontNames) for (const [id, name] of await fontNames(page, unknown)) fonts.set(id, name);
    const runs = [];
    for (const { str, dir, width, transform, fontName } of items) {
      if (!str.trim() && !(width > 0)) continue;
      const [a, b, c, d, x, y] = multiply(viewport.transform, transform);
      const turned = Math.abs(b) > Math.abs(a) * 0.05 || a < 0;
      const direction = turned ? 2 : dir === "rtl" ? 1 : 0;
      runs.push([str, round(x), round(y), round(width), round(Math.hypot(c, d)), fonts.get(fontName) ?? fontName ?? "", direction]);
    }
    return { number, width: round(viewport.width), height: round(viewport.height), runs };
  } finally {
    page.cleanup();
  }
}

const round = (value) => Math.round(value * 100) / 100;

function multiply([a, b, c, d, e, f], [g, h, i, j, k, l]) {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}
