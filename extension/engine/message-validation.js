// Messages that come in, checked before anything is done with them: who sent them, and whether they have the shape
// that protocol.js says. What does not is dropped, or answered with an error where there is a request to answer.

const NAME = /^[a-z]+(?:[._-][a-z]+)*$/;
const LONGEST = 64;

/** Whether a sender is a document or worker of this extension, and not a script of its own in some page. */
export function isOwnSender(sender) {
  return (
    sender?.id === chrome.runtime.id &&
    (sender.url === undefined || sender.url.startsWith(chrome.runtime.getURL(""))) &&
    (sender.origin === undefined || sender.origin === new URL(chrome.runtime.getURL("")).origin)
  );
}

/**
 * What a panel may say to the engine.
 * @returns {{kind: "warm"} | {kind: "cancel", id: number} | {kind: "request", id: number, name: string, payload: object}
 *   | {kind: "bad", id: number|null}}
 */
export function parsePanelMessage(message) {
  if (!isPlain(message)) return { kind: "bad", id: null };
  const { id, name, payload } = message;
  if (message.warm === true && id === undefined) return { kind: "warm" };
  if (!Number.isSafeInteger(id) || id < 1) return { kind: "bad", id: null };
  if (message.cancel === true) return { kind: "cancel", id };
  if (typeof name !== "string" || name.length > LONGEST || !NAME.test(name)) return { kind: "bad", id };
  if (payload !== undefined && !isPlain(payload)) return { kind: "bad", id };
  return { kind: "request", id, name, payload: payload ?? {} };
}

/** A task for a panel, as background.js leaves it; null when it is none. */
export function parseTask(value) {
  if (!isPlain(value)) return null;
  const { id, tabId, windowId, mode, at } = value;
  const numbers = [tabId, windowId].every((number) => Number.isSafeInteger(number) && number >= 0) && Number.isFinite(at);
  return typeof id === "string" && numbers && (mode === "page" || mode === "selection") ? value : null;
}

/** "May this address be reached?", as the engine's document asks background.js. */
export function parseHostQuery(message) {
  if (!isPlain(message) || message.type !== "may-reach" || typeof message.url !== "string") return null;
  return /^https?:\/\//i.test(message.url) && URL.canParse(message.url) ? message.url : null;
}

function isPlain(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
