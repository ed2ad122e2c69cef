// Receives the tasks that the toolbar button and the context menu create for the panel of this window.

import { parseTask, isOwnSender } from "../engine/message-validation.js";

/**
 * Calls `take(task)` once for the stored task and once for each later task.
 * @param {number} windowId
 * @param {(task: {id: string, tabId: number, windowId: number, mode: "page"|"selection", at: number}) => void} take
 * @returns {Promise<boolean>} whether there was a task already
 */
export async function receiveTasks(windowId, take) {
  const key = `task-${windowId}`;
  let last = null;
  const receive = (value) => {
    const task = parseTask(value);
    if (!task || task.windowId !== windowId || task.id === last) return false;
    last = task.id;
    chrome.storage.session.remove(key); // reopening the panel must not repeat it
    take(task);
    return true;
  };
  chrome.runtime.onMessage.addListener((message, sender) => {
    if (isOwnSender(sender) && message?.type === "task") receive(message.task);
  });
  return receive((await chrome.storage.session.get(key))[key]) || last !== null;
}
