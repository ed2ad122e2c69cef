// How long the stories opened from here are looked at: the time their tab is in front, until it is left.

const LONGEST = 1_800; // seconds; after that somebody has only forgotten the tab
const SHORTEST = 2;

export class Opened {
  #windowId;
  #tell;
  #watched = null; // {story, tabId, since, seconds}
  #away = false;

  /** @param {(story: string, seconds: number) => void} tell called once the reader has left a story */
  constructor(windowId, tell) {
    this.#windowId = windowId;
    this.#tell = tell;
    chrome.tabs.onActivated.addListener(({ tabId, windowId: where }) => {
      if (where === this.#windowId && this.#watched && tabId !== this.#watched.tabId) this.#left();
    });
    chrome.tabs.onRemoved.addListener((tabId) => tabId === this.#watched?.tabId && this.#left());
    chrome.tabs.onUpdated.addListener((tabId, { status }) => {
      if (tabId !== this.#watched?.tabId) return;
      if (status === "complete") this.#watched.loaded = true;
      else if (status === "loading" && this.#watched.loaded) this.#left(); // on to another page
    });
    chrome.windows.onFocusChanged.addListener((focused) => {
      this.#pause();
      this.#away = focused !== this.#windowId;
    });
  }

  watch(story, tabId) {
    this.#left();
    this.#away = false;
    this.#watched = { story, tabId, since: performance.now(), seconds: 0, loaded: false };
  }

  #pause() {
    if (!this.#watched) return;
    const now = performance.now();
    if (!this.#away) this.#watched.seconds += (now - this.#watched.since) / 1000;
    this.#watched.since = now;
  }

  #left() {
    if (!this.#watched) return;
    this.#pause();
    const { story, seconds } = this.#watched;
    this.#watched = null;
    if (seconds >= SHORTEST) this.#tell(story, Math.min(LONGEST, Math.round(seconds)));
  }
}

/** Resolves when a tab has loaded, or after a while. */
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

