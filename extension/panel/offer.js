// The feeds that a page declares in its head: offered below its summary, followed with one click.

import { requestHosts } from "../platform.js";

export class Offer {
  #element = document.getElementById("offer");
  #follow;
  #feed = null;
  #look = null; // the latest: pages come and go while one is looked at

  #known;

  /**
   * @param {object} parts
   * @param {(feed: {url: string, title: string, allowed: boolean}) => void} parts.follow
   * @param {(urls: string[]) => Promise<string[]>} parts.known which of these feeds are followed already
   */
  constructor({ follow, known }) {
    this.#follow = follow;
    this.#known = known;
    this.#element.querySelector("button").addEventListener("click", () => {
      const feed = this.#feed;
      // First of all: the browser asks only while the click is fresh.
      const asking = requestHosts([feed.url]);
      this.withdraw();
      asking.then((allowed) => this.#follow({ ...feed, allowed }));
    });
  }

  /** See what the page in a tab declares; the click on Nutshell's button opened it to us. */
  async look(tabId) {
    const look = (this.#look = {});
    let feeds;
    try {
      [{ result: feeds }] = await chrome.scripting.executeScript({ target: { tabId }, func: declaredFeeds });
      if (!feeds?.length || (await this.#known(feeds.map(({ url }) => url))).length) return;
    } catch {
      return; // a page that is closed to us offers nothing
    }
    if (look !== this.#look) return;
    [this.#feed] = feeds;
    this.#element.querySelector("bdi").textContent = this.#feed.title;
    this.#element.hidden = false;
  }

  withdraw() {
    this.#look = null;
    this.#feed = null;
    this.#element.hidden = true;
  }
}

/** Runs in the page. The first feed is the site's own by custom; those of comments come after it. */
function declaredFeeds() {
  const kinds = ["application/rss+xml", "application/atom+xml", "application/feed+json"];
  return [...document.querySelectorAll('link[rel~="alternate" i][type][href]')]
    .filter((link) => kinds.includes(link.type.toLowerCase()) && /^https?:/.test(link.href))
    .map(({ href, title }) => ({ url: href, title: title.trim().slice(0, 100) || document.title.trim().slice(0, 100) || location.hostname }))
    .sort((a, b) => /comment/i.test(a.url + a.title) - /comment/i.test(b.url + b.title))
    .slice(0, 20);
}
