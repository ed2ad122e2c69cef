// Shows a PDF, one page at a time, and highlights sentences of its summary. The panel sends the file and the places
// (panel/pdf-page.js).

import "../engine/network-lockdown.js"; // must be the first import
import { text } from "../messages.js";
import { PdfDocument } from "../pdf/document.js";

const PANEL_TIMEOUT = 2_000; // ms; then no panel has the file
const ZOOM_STEP = 1.25;
const ZOOM_RANGE = [0.4, 5];
const MAX_PIXELS = 24_000_000; // of the canvas

const element = (id) => document.getElementById(id);
const id = location.hash.slice(1) || crypto.randomUUID();
const channel = new BroadcastChannel("nutshell-pdf");

let opened = null; // PdfDocument
let shown = { page: 0, rects: [] };
let zoom = 1;
let drawing = null; // the running render task
let turn = 0;

channel.onmessage = ({ data }) => {
  if (data.id !== id) return;
  if (data.type === "file") open(data.file, data.title);
  else if (data.type === "show" && (data.scroll || data.page === shown.page || !data.page)) show(data);
};

/** Opens a file and shows what the panel asked for last, or the first page. */
async function open(file, title) {
  clearTimeout(timer);
  element("empty").hidden = true;
  try {
    opened?.close();
    opened = await PdfDocument.open(file);
  } catch (error) {
    fail(error);
    return;
  }
  element("title").textContent = document.title = title;
  element("total").textContent = text("pdf.page_of", { total: opened.pdf.numPages });
  element("number").max = opened.pdf.numPages;
  element("controls").hidden = false;
  await show({ page: shown.page || 1, rects: shown.rects, scroll: true });
}

/** Shows a page with highlighted boxes: [left, top, right, bottom] in points. Page 0: no highlight. */
async function show({ page, rects, scroll = false }) {
  if (!page) {
    shown = { page: shown.page, rects: [] };
    mark(null, false);
    return;
  }
  const same = page === shown.page && !element("page").hidden;
  shown = { page, rects };
  if (!opened) return; // `open` shows it
  if (same) mark(current, scroll);
  else await draw(scroll);
}

let current = null; // {viewport, scale} of the page on the canvas

async function draw(scroll) {
  const number = shown.page;
  const mine = ++turn;
  drawing?.cancel();
  try {
    const page = await opened.pdf.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const fit = Math.max(0.2, (element("main").clientWidth - 32) / width);
    const scale = Math.min(fit, 1.6) * zoom;
    const density = Math.min(devicePixelRatio, Math.sqrt(MAX_PIXELS / (width * height * scale * scale)));
    if (mine !== turn) return;
    const canvas = element("canvas");
    const viewport = page.getViewport({ scale: scale * density });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.style.width = `${width * scale}px`;
    canvas.style.height = `${height * scale}px`;
    canvas.setAttribute("aria-label", text("pdf.page_label", { number }));
    element("page").hidden = false;
    element("problem").hidden = true;
    current = { scale };
    mark(current, scroll);
    drawing = page.render({ canvas, viewport, background: "#ffffff" });
    await drawing.promise;
    const { items } = await page.getTextContent();
    if (mine !== turn) return;
    element("text").textContent = items.map(({ str, hasEOL }) => str + (hasEOL ? "\n" : "")).join("");
    element("page").dataset.drawn = String(number);
    page.cleanup();
  } catch (error) {
    if (error.name !== "RenderingCancelledException" && mine === turn) fail(error);
  }
  controls();
}

function mark(place, scroll) {
  const boxes = shown.rects.map(([left, top, right, bottom]) => {
    const box = document.createElement("span");
    const { scale } = place;
    Object.assign(box.style, {
      left: `${left * scale}px`,
      top: `${top * scale}px`,
      width: `${(right - left) * scale}px`,
      height: `${(bottom - top) * scale}px`,
    });
    return box;
  });
  element("marks").replaceChildren(...boxes);
  if (!scroll) return;
  if (boxes.length) boxes[0].scrollIntoView({ block: "center", inline: "nearest" });
  else element("main").scrollTop = 0;
  element("status").textContent = text("pdf.page_label", { number: shown.page });
}

function controls() {
  element("number").value = shown.page;
  element("previous").disabled = shown.page <= 1;
  element("next").disabled = shown.page >= opened.pdf.numPages;
}

function fail(error) {
  element("problem").textContent = text("pdf.viewer_failed", { problem: error.message });
  element("problem").hidden = false;
}

function go(number) {
  const page = Math.min(opened?.pdf.numPages ?? 0, Math.max(1, Math.round(number) || 1));
  if (opened && page !== shown.page) show({ page, rects: [], scroll: true });
  else if (opened) controls();
}

function zoomBy(factor) {
  const [least, most] = ZOOM_RANGE;
  zoom = Math.min(most, Math.max(least, zoom * factor));
  if (opened) draw(false);
}

element("previous").addEventListener("click", () => go(shown.page - 1));
element("next").addEventListener("click", () => go(shown.page + 1));
element("smaller").addEventListener("click", () => zoomBy(1 / ZOOM_STEP));
element("larger").addEventListener("click", () => zoomBy(ZOOM_STEP));
element("number").addEventListener("change", () => go(element("number").valueAsNumber));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input")) return;
  const main = element("main");
  const keys = {
    ArrowRight: () => go(shown.page + 1),
    ArrowLeft: () => go(shown.page - 1),
    PageDown: () => go(shown.page + 1),
    PageUp: () => go(shown.page - 1),
    Home: () => go(1),
    End: () => go(opened?.pdf.numPages ?? 1),
    ArrowDown: () => main.scrollBy(0, 60),
    ArrowUp: () => main.scrollBy(0, -60),
    "+": () => zoomBy(ZOOM_STEP),
    "-": () => zoomBy(1 / ZOOM_STEP),
  };
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

let resized;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => opened && draw(false), 150);
});

/** Shows a file that the user chose here, and lets the panel of this window summarize it. */
async function take(file) {
  if (!file) return;
  shown = { page: 0, rects: [] };
  const { id: viewerTab, windowId } = await chrome.tabs.getCurrent();
  channel.postMessage({ type: "chosen", viewerId: id, viewerTab, windowId, file, name: file.name });
  await open(file, file.name);
}

element("choose").addEventListener("click", () => element("file").click());
element("file").addEventListener("change", () => take(element("file").files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});

const timer = setTimeout(() => (element("empty").hidden = false), location.hash ? PANEL_TIMEOUT : 0);
channel.postMessage({ type: "hello", id });
