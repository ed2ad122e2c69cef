// Alarms and the toolbar badge: one alarm refreshes feeds that are due, the other deletes what is older than the
// retention period. Neither exists until the user turns on the feature behind it.

import { EngineClient } from "./engine/client.js";
import { ERRORS } from "./engine/protocol.js";

export const NEWS_ALARM = "news";
export const RETENTION_ALARM = "keep";
const RETENTION_CHECK_MINUTES = { day: 60, month: 1440, year: 1440 };
const MIN_DELAY = 60; // seconds; browsers fire alarms no sooner than this
const MAX_DELAY = 3600; // seconds between retries, however many have failed
const BADGE_COLOR = "#8a4a1c";

/**
 * Shows the unread count and schedules the next refresh. Does nothing in private windows, which have no toolbar button
 * of their own.
 * @param {{badge: string, wake: number|null}} state `badge` is the text on the toolbar button; `wake` is the number of
 *   seconds until the next refresh, or null for no scheduled refresh
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

/** Restores the badge and the alarms after a browser start or an update. */
export async function restoreAlarms() {
  const { [NEWS_ALARM]: news, [RETENTION_ALARM]: retention } = await chrome.storage.local.get([NEWS_ALARM, RETENTION_ALARM]);
  if (news) await applyNewsState({ badge: news.badge, wake: MIN_DELAY });
  if (retention) {
    await chrome.alarms.create(RETENTION_ALARM, { delayInMinutes: 1, periodInMinutes: RETENTION_CHECK_MINUTES[retention] });
  }
}

/** Schedules retention checks. @param {string} period `ever`, or a key of RETENTION_CHECK_MINUTES */
export async function applyRetention(period) {
  if (chrome.extension.inIncognitoContext) return;
  const { [RETENTION_ALARM]: current } = await chrome.storage.local.get(RETENTION_ALARM);
  if (period === (current ?? "ever")) return;
  if (period in RETENTION_CHECK_MINUTES) {
    await chrome.alarms.create(RETENTION_ALARM, { periodInMinutes: RETENTION_CHECK_MINUTES[period] });
    await chrome.storage.local.set({ [RETENTION_ALARM]: period });
  } else {
    await chrome.alarms.clear(RETENTION_ALARM);
    await chrome.storage.local.remove(RETENTION_ALARM);
  }
}

/** Deletes what is older than the retention period. Any request makes the engine do so; it can't while it is locked. */
export async function deleteExpired() {
  const engine = new EngineClient();
  try {
    await applyRetention((await engine.request("privacy.set")).keep);
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("Could not delete expired data:", error.message);
  } finally {
    engine.close();
  }
}

/** Refreshes the feeds that are due and tells an open panel. */
export async function refreshNews() {
  const engine = new EngineClient();
  try {
    await applyNewsState((await engine.request("news.refresh", { due: true })).state);
    await chrome.runtime.sendMessage({ type: "news" }).catch(() => {}); // no panel is open
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("Could not refresh feeds:", error.message);
    await scheduleRetry(error.code === ERRORS.LOCKED);
  } finally {
    engine.close();
  }
}

/** Retries with exponential backoff. While Nutshell is locked, only the user can change that, so it waits the longest. */
async function scheduleRetry(locked) {
  const { [NEWS_ALARM]: news } = await chrome.storage.local.get(NEWS_ALARM);
  if (!news) return;
  const failures = (news.failures ?? 0) + 1;
  const delay = locked ? MAX_DELAY : Math.min(MAX_DELAY, MIN_DELAY * 2 ** failures);
  await chrome.alarms.create(NEWS_ALARM, { when: Date.now() + 1000 * delay });
  await chrome.storage.local.set({ [NEWS_ALARM]: { ...news, failures } });
}
