// Measures how long a story's tab is in front, from opening it in the panel until the user leaves it.

const MAX_SECONDS = 1_800; // the user has probably forgotten a tab that is open longer
const MIN_SECONDS = 2;

export class Opened {
  #windowId;
  #report;
  #watched = null; // {story, tabId, since, seconds}
  #away = false;

  /** @param {(story: string, seconds: number) => void} report called once the user has left a story */
  constructor(windowId, report) {
    this.#windowId = windowId;
    this.#report = report;
    chrome.tabs.onActivated.addListener(({ tabId, windowId: where }) => {
      if (where === this.#windowId && this.#watched && tabId !== this.#watched.tabId) this.#finish();
    });
    chrome.tabs.onRemoved.addListener((tabId) => tabId === this.#watched?.tabId && this.#finish());
    chrome.tabs.onUpdated.addListener((tabId, { status }) => {
      if (tabId !== this.#watched?.tabId) return;
      if (status === "complete") this.#watched.loaded = true;
      else if (status === "loading" && this.#watched.loaded) this.#finish(); // navigated to another page
    });
    chrome.windows.onFocusChanged.addListener((focused) => {
      this.#pause();
      this.#away = focused !== this.#windowId;
    });
  }

  watch(story, tabId) {
    this.#finish();
    this.#away = false;
    this.#watched = { story, tabId, since: performance.now(), seconds: 0, loaded: false };
  }

  #pause() {
    if (!this.#watched) return;
    const now = performance.now();
    if (!this.#away) this.#watched.seconds += (now - this.#watched.since) / 1000;
    this.#watched.since = now;
  }

  #finish() {
    if (!this.#watched) return;
    this.#pause();
    const { story, seconds } = this.#watched;
    this.#watched = null;
    if (seconds >= MIN_SECONDS) this.#report(story, Math.min(MAX_SECONDS, Math.round(seconds)));
  }
}

/** Resolves when a tab has loaded, or after 15 seconds. */
export function loaded(tabId) {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      chrome.tabs.onUpdated.removeListener(updated);
      resolve();
    };
    const updated = (id, { status }) => id === tabId && status === "complete" && settle();
    const timer = setTimeout(settle, 15_000);
    chrome.tabs.onUpdated.addListener(updated);
    chrome.tabs.get(tabId).then(({ status }) => status === "complete" && settle(), settle);
  });
}

