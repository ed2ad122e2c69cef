// The toolbar button, its shortcut and the context menu: open the panel and leave it a task. And the alarms that
// fetch the news, and let go of what is too old, while nobody looks.

import "./engine/network-lockdown.js"; // first: see there
import { NEWS_ALARM, RETENTION_ALARM, deleteExpired, refreshNews, restoreAlarms } from "./alarms.js";
import { parseHostQuery, isOwnSender } from "./engine/message-validation.js";
import { ensureEngineDocument, hasHostPermission, openPanel } from "./platform.js";
import { scheduleWarmUp } from "./warm-up.js";
import { measure } from "./user-timing.js";

const MENU = [
  { id: "page", title: chrome.i18n.getMessage("browser_menu_page"), contexts: ["page", "frame", "link", "image", "video"] },
  { id: "selection", title: chrome.i18n.getMessage("browser_menu_selection"), contexts: ["selection"] },
];

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.removeAll(() => MENU.forEach((entry) => chrome.contextMenus.create(entry)));
});

chrome.action.onClicked.addListener((tab) => startTask("page", tab));

chrome.contextMenus.onClicked.addListener((info, tab) => {
  // Menus of devtools and of other panels come without a tab of their own.
  if (tab?.id >= 0) startTask(info.menuItemId, tab);
});

chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === NEWS_ALARM) refreshNews();
  else if (name === RETENTION_ALARM) deleteExpired();
});
// Alarms need not outlive the browser, nor an update of the extension.
chrome.runtime.onStartup.addListener(restoreAlarms);
chrome.runtime.onInstalled.addListener(restoreAlarms);
chrome.runtime.onInstalled.addListener(scheduleWarmUp);

chrome.runtime.onMessage.addListener((message, sender, answer) => {
  const url = isOwnSender(sender) ? parseHostQuery(message) : null;
  if (url === null) return false;
  hasHostPermission(url).then(answer, () => answer(false));
  return true;
});

/** The panel opens first: the user's gesture is spent by the first `await`. */
function startTask(mode, tab) {
  const from = performance.now();
  const opened = openPanel(tab.windowId);
  const task = { id: crypto.randomUUID(), tabId: tab.id, windowId: tab.windowId, mode, at: Date.now() };
  // A panel that is just opening finds the task in storage; one that is open hears of it.
  const stored = chrome.storage.session.set({ [`task-${tab.windowId}`]: task });
  const notified = stored.then(() => chrome.runtime.sendMessage({ type: "task", task }));
  notified.catch(() => {}); // nobody listens yet
  ensureEngineDocument("#models").then(() => measure("click until the engine's document is there", from), () => {}); // the panel asks again, and says what is wrong
  opened.catch((error) => console.error("The panel did not open:", error.message));
}
