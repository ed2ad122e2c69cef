// What happens outside the panel: the alarm that has due feeds fetched, and the number on the toolbar button; the alarm
// that has erased what is older than the reader wants kept. There is neither until the reader chose it.

import { EngineClient } from "./engine/client.js";
import { ERRORS } from "./engine/protocol.js";

export const ALARM = "news";
export const KEEP = "keep";
const LOOKS = { day: 60, month: 1440, year: 1440 }; // minutes between looks for what is too old
const SOONEST = 60; // seconds; the browser would not ring earlier anyway
const LATEST = 3600; // seconds until it is tried again, however often it has failed
const BADGE = "#8a4a1c";

/**
 * Do as the core says after each change of the news: `badge` is what stands on the button, `wake` the seconds until
 * feeds are to be fetched again, null for not at all. Private windows have no button of their own.
 * @param {{badge: string, wake: number|null}} state
 */
export async function follow({ badge, wake }) {
  if (chrome.extension.inIncognitoContext) return;
  await chrome.action.setBadgeBackgroundColor({ color: BADGE });
  await chrome.action.setBadgeText({ text: badge });
  if (wake === null) {
    await chrome.alarms.clear(ALARM);
    await chrome.storage.local.remove(ALARM);
  } else {
    await chrome.alarms.create(ALARM, { when: Date.now() + 1000 * Math.max(SOONEST, wake) });
    await chrome.storage.local.set({ [ALARM]: { badge } });
  }
}

/** After a start of the browser: the number as it was, and the alarms again. */
export async function resume() {
  const { [ALARM]: last, [KEEP]: keep } = await chrome.storage.local.get([ALARM, KEEP]);
  if (last) await follow({ badge: last.badge, wake: SOONEST });
  if (keep) await chrome.alarms.create(KEEP, { delayInMinutes: 1, periodInMinutes: LOOKS[keep] });
}

/** The reader chose how long what they read is kept: `ever`, or a name of LOOKS. */
export async function followKeep(keep) {
  if (chrome.extension.inIncognitoContext) return;
  const { [KEEP]: last } = await chrome.storage.local.get(KEEP);
  if (keep === (last ?? "ever")) return;
  if (keep in LOOKS) {
    await chrome.alarms.create(KEEP, { periodInMinutes: LOOKS[keep] });
    await chrome.storage.local.set({ [KEEP]: keep });
  } else {
    await chrome.alarms.clear(KEEP);
    await chrome.storage.local.remove(KEEP);
  }
}

/** Have erased what is too old: the engine does so whenever it has answered. While it is locked it cannot. */
export async function letGo() {
  const engine = new EngineClient();
  try {
    await followKeep((await engine.request("privacy.set")).keep);
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
    await follow((await engine.request("news.refresh", { due: true })).state);
    await chrome.runtime.sendMessage({ type: "news" }).catch(() => {}); // no panel is open
  } catch (error) {
    if (error.code !== ERRORS.LOCKED) console.warn("The news could not be fetched:", error.message);
    await later(error.code === ERRORS.LOCKED);
  } finally {
    engine.close();
  }
}

/** Try again: each time after twice as long. What is locked stays so until the reader comes, and then all is told anew. */
async function later(locked) {
  const { [ALARM]: last } = await chrome.storage.local.get(ALARM);
  if (!last) return;
  const failures = (last.failures ?? 0) + 1;
  const wait = locked ? LATEST : Math.min(LATEST, SOONEST * 2 ** failures);
  await chrome.alarms.create(ALARM, { when: Date.now() + 1000 * wait });
  await chrome.storage.local.set({ [ALARM]: { ...last, failures } });
}
