// The toolbar button, its shortcut and the context menu: open the panel and leave it a task. And the alarms that
// fetch the news, and let go of what is too old, while nobody looks.

import "./engine/quiet.js"; // first: see there
import { ALARM, KEEP, letGo, refreshNews, resume } from "./alarm.js";
import { asReach, isOwn } from "./engine/messages.js";
import { ensureEngineDocument, mayReach, openPanel } from "./platform.js";
import { rehearseSoon } from "./rehearsal.js";
import { span } from "./span.js";

const MENU = [
  { id: "page", title: "Summarize this page", contexts: ["page", "frame", "link", "image", "video"] },
  { id: "selection", title: "Summarize selection", contexts: ["selection"] },
];

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.removeAll(() => MENU.forEach((entry) => chrome.contextMenus.create(entry)));
});

chrome.action.onClicked.addListener((tab) => give("page", tab));

chrome.contextMenus.onClicked.addListener((info, tab) => {
  // Menus of devtools and of other panels come without a tab of their own.
  if (tab?.id >= 0) give(info.menuItemId, tab);
});

chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === ALARM) refreshNews();
  else if (name === KEEP) letGo();
});
// Alarms need not outlive the browser, nor an update of the extension.
chrome.runtime.onStartup.addListener(resume);
chrome.runtime.onInstalled.addListener(resume);
chrome.runtime.onInstalled.addListener(rehearseSoon);

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  const url = isOwn(sender) ? asReach(message) : null;
  if (url === null) return false;
  mayReach(url).then(answer, () => answer(false));
  return true;
});

/** The panel opens first: the user's gesture is spent by the first `await`. */
function give(mode, tab) {
  const from = performance.now();
  const opened = openPanel(tab.windowId);
  const task = { id: crypto.randomUUID(), tabId: tab.id, windowId: tab.windowId, mode, at: Date.now() };
  // A panel that is just opening finds the task in storage; one that is open hears of it.
  const stored = chrome.storage.session.set({ [`task-${tab.windowId}`]: task });
  const told = stored.then(() => chrome.runtime.sendMessage({ type: "task", task }));
  told.catch(() => {}); // nobody listens yet
  ensureEngineDocument("#models").then(() => span("click until the engine's document is there", from), () => {}); // the panel asks again, and says what is wrong
  opened.catch((error) => console.error("The panel did not open:", error.message));
}
