// The news outside the panel: the alarm that has due feeds fetched, and the number on the toolbar button.

import { EngineClient } from "./engine/client.js";

export const ALARM = "news";
const SOONEST = 60; // seconds; the browser would not ring earlier anyway
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

/** After a start of the browser: the number as it was, and the alarm again. */
export async function resume() {
  const { [ALARM]: last } = await chrome.storage.local.get(ALARM);
  if (last) await follow({ badge: last.badge, wake: SOONEST });
}

/** Fetch what is due. The panel hears of it, if there is one. */
export async function refreshNews() {
  const engine = new EngineClient();
  try {
    await follow((await engine.request("news.refresh", { due: true })).state);
    await chrome.runtime.sendMessage({ type: "news" }).catch(() => {}); // no panel is open
  } catch (error) {
    console.warn("The news could not be fetched:", error.message);
    await resume();
  } finally {
    engine.close();
  }
}
