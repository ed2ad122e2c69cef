// The side panel: its sheets, the toolbar, and the keyboard shortcuts that work in every sheet.

import "../engine/network-lockdown.js"; // must be the first import
import { EngineClient } from "../engine/client.js";
import { panelWindowId } from "../platform.js";
import { text } from "../messages.js";
import { Ask } from "./ask.js";
import { watchHistory } from "./damaged.js";
import { FirstRun } from "./first-run.js";
import { offerLanguages } from "./language-choice.js";
import { LockScreen, LockSettings } from "./lock.js";
import { Offer } from "./offer.js";
import { receivePdfFiles } from "./pdf-files.js";
import { step } from "./points.js";
import { Progress } from "./progress.js";
import { Reading } from "./reading.js";
import { Library } from "./library.js";
import { receiveTasks } from "./task.js";
import { toast } from "./toast.js";
import { Tools } from "./tools.js";
import { Paraphrase } from "./paraphrase.js";
import { measure } from "../user-timing.js";

measure("open the panel", 0);
const tabs = [...document.querySelectorAll('[role="tab"]')];
const status = document.getElementById("status");
const say = (message) => (status.textContent = message);

const EMPTIED = "#emptied"; // URL fragment of the reload after everything was deleted
const emptied = new BroadcastChannel("nutshell-emptied");
emptied.onmessage = () => location.reload(); // another window deleted everything: clear it from memory here too

const engine = new EngineClient();
new LockScreen(engine);
offerLanguages(document.getElementById("language"));
const windowId = await panelWindowId();
const progress = new Progress(document.getElementById("progress"));
const changed = () => {
  tools.show(sheet()?.answer ?? null, { live: sheet() === reading });
  paraphrase.show(reading.answer ? reading.article : null);
  ask.offer(reading.answer ? reading.article : null);
};
const reading = new Reading({ engine, windowId, progress, changed, say });
const trace = (place, options) => reading.show(place, options);
const paraphrase = new Paraphrase({ engine, say, trace });
const ask = new Ask({ engine, say, trace, paraphrase });
const library = new Library({ engine, changed, say });
const offer = new Offer({
  follow: async (feed) => (await openNews()).follow(feed),
  find: async (site) => (await openNews()).find(site),
  feedsOf: (page) => engine.request("news.page_feeds", page),
});
let privacy = null; // loaded on first use
let news = null; // loaded on first use: most panels open for a page
const tools = new Tools({ engine, relength: (length) => reading.relength(length), follow });

/** Returns the selected sheet, or null while it loads. */
function sheet() {
  const selected = tabs.find((tab) => tab.ariaSelected === "true").id;
  return { "tab-page": reading, "tab-news": news, "tab-library": library, "tab-privacy": privacy }[selected];
}

async function loadNews() {
  const { News } = await import("./news.js");
  news ??= new News({ engine, windowId, say, summarize });
  return news;
}

async function openNews() {
  select(tabs[1]);
  return loadNews();
}

/** Summarizes a story that the user opened from the news. */
function summarize(task) {
  select(tabs[0]);
  return take(task);
}

async function take(task) {
  offer.withdraw();
  await reading.take(task);
  if (reading.answer) firstRun.mention();
  if (task.tabId !== null) await offer.look(task.tabId);
}

/** Shows the sheet of a tab. `section` is the part of the sheet to open. */
function select(tab, section = "") {
  for (const item of tabs) {
    const selected = item === tab;
    item.ariaSelected = String(selected);
    item.tabIndex = selected ? 0 : -1;
    document.getElementById(item.getAttribute("aria-controls")).hidden = !selected;
  }
  if (sheet() === library && !library.answer) library.refresh();
  if (tab.id === "tab-news") showNews();
  if (tab.id === "tab-privacy") showPrivacy(section);
  changed();
}

/** Shows the news sheet once its script has loaded, because earlier clicks would be lost. */
async function showNews() {
  const element = document.getElementById("sheet-news");
  element.hidden = !news;
  await loadNews();
  if (sheet() !== news) return; // the user selected another tab meanwhile
  element.hidden = false;
  news.enter();
}

async function showPrivacy(section) {
  const { Privacy } = await import("./privacy.js");
  privacy ??= new Privacy({ engine, say, erased: () => library.outdate(), emptied: reloadEmptied });
  if (document.getElementById("tab-privacy").ariaSelected !== "true") return;
  if (section === "ledger") await privacy.showLedger();
  else await privacy.show();
}

/** Reloads the panels of all windows after everything was deleted. */
function reloadEmptied() {
  emptied.postMessage(null);
  location.hash = EMPTIED;
  location.reload();
}

/** Marks the sentence that is being read aloud, or none for null. */
function follow(trace) {
  for (const point of document.querySelectorAll(".speaking[data-trace]")) point.classList.remove("speaking");
  if (trace === null) return;
  const point = document.querySelector(`main .point[data-trace="${CSS.escape(trace)}"]`);
  point?.classList.add("speaking");
  point?.scrollIntoView({ block: "nearest" });
}

for (const tab of tabs) {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const by = event.key === "ArrowRight" ? 1 : -1;
    const shown = tabs.filter((item) => !item.hidden);
    const other = shown[(shown.indexOf(tab) + by + shown.length) % shown.length];
    select(other);
    other.focus();
  });
}

document.getElementById("cancel").addEventListener("click", () => reading.cancel());

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.('input:is([type="search"], [type="text"]), select, dialog, [popover]')) return;
  if (news && sheet() === news) {
    news.key(event);
    return;
  }
  if (event.key === "Escape") {
    if (reading.busy) reading.cancel();
    else if (ask.busy) ask.cancel();
    else if (paraphrase.busy) paraphrase.cancel();
    else if (!tools.stop()) sheet()?.back?.();
  } else if (event.key === "j" || event.key === "k") {
    step(document.querySelector('[role="tabpanel"]:not([hidden])'), event.key === "j" ? 1 : -1);
  }
});

chrome.runtime.onMessage.addListener((message, sender) => {
  if (sender.id === chrome.runtime.id && message?.type === "news") news?.fetched();
});

addEventListener("click", ({ target }) => {
  const { tab, section } = target.closest("[data-tab]")?.dataset ?? {};
  if (!tab) return;
  select(document.getElementById(tab), section);
  document.getElementById(tab).focus();
});

new LockSettings(engine);
watchHistory(engine);

const firstRun = new FirstRun(engine);
receivePdfFiles(windowId, summarize);
const waiting = await receiveTasks(windowId, summarize);
tools.load().then((settings) => paraphrase.load(settings));
if (!waiting) {
  await reading.welcome();
  await firstRun.welcome();
}
if (location.hash === EMPTIED) {
  history.replaceState(null, "", location.pathname + location.search);
  select(document.getElementById("tab-privacy"));
  toast(text("privacy.all_deleted"), { ms: 6_000 });
}
