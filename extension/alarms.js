// What happens outside the panel: the alarm that has due feeds fetched, and the number on the toolbar button; the alarm
// that has erased what is older than the reader wants kept. There is neither until the reader chose it.

import { EngineClient } from "./engine/client.js";
import { ERRORS } from "./engine/protocol.js";

export const NEWS_ALARM = "news";
export const RETENTION_ALARM = "keep";
const RETENTION_CHECK_MINUTES = { day: 60, month: 1440, year: 1440 }; // minutes between looks for what is too old
const MIN_DELAY = 60; // seconds; the browser would not ring earlier anyway
const MAX_DELAY = 3600; // seconds until it is tried again, however often it has failed
const BADGE_COLOR = "#8a4a1c";

/**
 * Do as the core says after each change of the news: `badge` is what stands on the button, `wake` the seconds until
 * feeds are to be fetched again, null for not at all. Private windows have no button of their own.
 * @param {{badge: string, wake: number|null}} state
 */
export async function applyNewsState({ badge, wake }) {
  if (chrome.extension.inIncognitoContext) return;
  await chrome.action.setBadgeBackgroundColor({ color: BADGE_COLOR });
  await chrome.action.setBadgeText({ text: badge });
  if (wake === null) {
    await chrome.alarms.clear(NEWS_ALARM);
    await chrome.storage.local.remove(NEWS_ALARM);
  } else {
    await chrome.alarms.create(NEWS_ALARM, { when: Date.now() + 1000 * Math.max(MIN_DELAY, wake) });
    await chrome.storage.local.set({ [NEWS_ALARM]: { badge } });
  }
}

/** After a start of the browser: the number as it was, and the alarms again. */
export async function restoreAlarms() {
  const { [NEWS_ALARM]: last, [RETENTION_ALARM]: keep } = await chrome.storage.local.get([NEWS_ALARM, RETENTION_ALARM]);
  if (last) await applyNewsState({ badge: last.badge, wake: MIN_DELAY });
  if (keep) await chrome.alarms.create(RETENTION_ALARM, { delayInMinutes: 1, periodInMinutes: RETENTION_CHECK_MINUTES[keep] });
}

/** The reader chose how long what they read is kept: `ever`, or a name of RETENTION_CHECK_MINUTES. */
export async function applyRetention(keep) {
  if (chrome.extension.inIncognitoContext) return;
  const { [RETENTION_ALARM]: last } = await chrome.storage.local.get(RETENTION_ALARM);
  if (keep === (last ?? "ever")) return;
  if (keep in RETENTION_CHECK_MINUTES) {
    await chrome.alarms.create(RETENTION_ALARM, { periodInMinutes: RETENTION_CHECK_MINUTES[keep] });
    await chrome.storage.local.set({ [RETENTION_ALARM]: keep });
  } else {
    await chrome.alarms.clear(RETENTION_ALARM);
    await chrome.storage.local.remove(RETENTION_ALARM);
  }
}

/** Have erased what is too old: the engine does so whenever it has answered. While it is locked it cannot. */
export async function deleteExpired() {
  const engine = new EngineClient();
  try {
    await applyRetention((await engine.request("privacy.set")).keep);
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("What is too old could not be erased:", error.message);
  } finally {
    engine.close();
  }
}

/** Fetch what is due. The panel hears of it, if there is one. */
export async function refreshNews() {
  const engine = new EngineClient();
  try {
    await applyNewsState((await engine.request("news.refresh", { due: true })).state);
    await chrome.runtime.sendMessage({ type: "news" }).catch(() => {}); // no panel is open
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("The news could not be fetched:", error.message);
    await retryLater(error.code === ERRORS.LOCKED);
  } finally {
    engine.close();
  }
}

/** Try again: each time after twice as long. What is locked stays so until the reader comes, and then all is told anew. */
async function retryLater(locked) {
  const { [NEWS_ALARM]: last } = await chrome.storage.local.get(NEWS_ALARM);
  if (!last) return;
  const failures = (last.failures ?? 0) + 1;
  const wait = locked ? MAX_DELAY : Math.min(MAX_DELAY, MIN_DELAY * 2 ** failures);
  await chrome.alarms.create(NEWS_ALARM, { when: Date.now() + 1000 * wait });
  await chrome.storage.local.set({ [NEWS_ALARM]: { ...last, failures } });
}
