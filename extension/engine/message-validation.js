// Validates incoming messages: their sender, and that they have the shape protocol.js defines. Invalid messages are
// dropped, or answered with an error where there is a request to answer.

import { languages } from "../catalogue.js";

const NAME = /^[a-z]+(?:[._-][a-z]+)*$/;
const MAX_NAME_LENGTH = 64;
export const MAX_SELECTION = 200_000; // characters

/** Returns whether the sender is a document or worker of this extension, and not one of its content scripts. */
export function isOwnSender(sender) {
  return (
    sender?.id === chrome.runtime.id &&
    (sender.url === undefined || sender.url.startsWith(chrome.runtime.getURL(""))) &&
    (sender.origin === undefined || sender.origin === new URL(chrome.runtime.getURL("")).origin)
  );
}

/**
 * Parses a message from a panel.
 * @returns {{kind: "warm"} | {kind: "language", language: string} | {kind: "cancel", id: number} | {kind: "request", id: number, name: string, payload: object}
 *   | {kind: "bad", id: number|null}}
 */
export function parsePanelMessage(message) {
  if (!isPlain(message)) return { kind: "bad", id: null };
  const { id, name, payload, language } = message;
  if (language !== undefined && id === undefined) {
    return languages.includes(language) ? { kind: "language", language } : { kind: "bad", id: null };
  }
  if (message.warm === true && id === undefined) return { kind: "warm" };
  if (!Number.isSafeInteger(id) || id < 1) return { kind: "bad", id: null };
  if (message.cancel === true) return { kind: "cancel", id };
  if (typeof name !== "string" || name.length > MAX_NAME_LENGTH || !NAME.test(name)) return { kind: "bad", id };
  if (payload !== undefined && !isPlain(payload)) return { kind: "bad", id };
  return { kind: "request", id, name, payload: payload ?? {} };
}

/** Returns a task as background.js makes it, or null if the value is not one. */
export function parseTask(value) {
  if (!isPlain(value)) return null;
  const { id, tabId, windowId, mode, selection, at } = value;
  if (selection !== undefined && (typeof selection !== "string" || selection.length > MAX_SELECTION)) return null;
  const numbers = [tabId, windowId].every((number) => Number.isSafeInteger(number) && number >= 0) && Number.isFinite(at);
  return typeof id === "string" && numbers && (mode === "page" || mode === "selection") ? value : null;
}

/** Returns the URL of a host permission query from the offscreen document, or null if the message is not one. */
export function parseHostQuery(message) {
  if (!isPlain(message) || message.type !== "may-reach" || typeof message.url !== "string") return null;
  return /^https?:\/\//i.test(message.url) && URL.canParse(message.url) ? message.url : null;
}

function isPlain(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
