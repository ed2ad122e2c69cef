// The tasks that the toolbar button and the menus leave for the panel of this window.

import { parseTask, isOwnSender } from "../engine/message-validation.js";

/**
 * Call `take(task)` for the task that waits and for each one that comes, once each.
 * @param {number} windowId
 * @param {(task: {id: string, tabId: number, windowId: number, mode: "page"|"selection", at: number}) => void} take
 * @returns {Promise<boolean>} whether a task was waiting
 */
export async function receiveTasks(windowId, take) {
  const key = `task-${windowId}`;
  let last = null;
  const receive = (said) => {
    const task = parseTask(said);
    if (!task || task.windowId !== windowId || task.id === last) return false;
    last = task.id;
    chrome.storage.session.remove(key); // done with: opening the panel again must not repeat it
    take(task);
    return true;
  };
  chrome.runtime.onMessage.addListener((message, sender) => {
    if (isOwnSender(sender) && message?.type === "task") receive(message.task);
  });
  return receive((await chrome.storage.session.get(key))[key]) || last !== null;
}
