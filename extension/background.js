// The background service worker: the toolbar button, its shortcut and the context menu open the panel with a task;
// alarms refresh feeds and delete expired data.

import "./engine/network-lockdown.js"; // must be the first import
import { NEWS_ALARM, RETENTION_ALARM, deleteExpired, refreshNews, restoreAlarms } from "./alarms.js";
import { MAX_SELECTION, isOwnSender, parseHostQuery } from "./engine/message-validation.js";
import { ensureEngineDocument, hasHostPermission, openPanel } from "./platform.js";
import { measure } from "./user-timing.js";
import { scheduleWarmUp } from "./warm-up.js";

const MENU = [
  { id: "page", title: chrome.i18n.getMessage("browser_menu_page"), contexts: ["page", "frame", "link", "image", "video"] },
  { id: "selection", title: chrome.i18n.getMessage("browser_menu_selection"), contexts: ["selection"] },
];

chrome.runtime.onInstalled.addListener(() => {
  chrome.contextMenus.removeAll(() => MENU.forEach((entry) => chrome.contextMenus.create(entry)));
});

chrome.action.onClicked.addListener((tab) => startTask({ mode: "page" }, tab));

chrome.contextMenus.onClicked.addListener((info, tab) => {
  // Context menus in developer tools and side panels have no tab.
  if (tab?.id >= 0) startTask({ mode: info.menuItemId, selection: info.selectionText?.slice(0, MAX_SELECTION) }, tab);
});

chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === NEWS_ALARM) refreshNews();
  else if (name === RETENTION_ALARM) deleteExpired();
});
// Browsers may drop alarms when they restart or update the extension.
chrome.runtime.onStartup.addListener(restoreAlarms);
chrome.runtime.onInstalled.addListener(restoreAlarms);
chrome.runtime.onInstalled.addListener(scheduleWarmUp);

chrome.runtime.onMessage.addListener((message, sender, sendResponse) => {
  const url = isOwnSender(sender) ? parseHostQuery(message) : null;
  if (url === null) return false;
  hasHostPermission(url).then(sendResponse, () => sendResponse(false));
  return true;
});

/** Opens the panel and leaves it a task. The panel opens first: the first `await` uses up the user gesture. */
function startTask({ mode, selection }, tab) {
  const clicked = performance.now();
  const opened = openPanel(tab.windowId);
  const task = { id: crypto.randomUUID(), tabId: tab.id, windowId: tab.windowId, mode, selection, at: Date.now() };
  // A panel that is still opening reads the task from storage; an open panel gets the message.
  const stored = chrome.storage.session.set({ [`task-${tab.windowId}`]: task });
  const notified = stored.then(() => chrome.runtime.sendMessage({ type: "task", task }));
  notified.catch(() => {}); // no panel is listening yet
  // On failure the panel asks for the document again and shows the error.
  ensureEngineDocument("#models").then(() => measure("click until the engine's document is there", clicked), () => {});
  opened.catch((error) => console.error("Could not open the panel:", error.message));
}
