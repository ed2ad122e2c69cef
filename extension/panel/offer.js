// Offers the feeds that a page declares, below its summary. If the page declares none, offers to search the site.

import { requestHostPermissions } from "../platform.js";
import { plural, text } from "../messages.js";

export class Offer {
  #element = document.getElementById("offer");
  #message = this.#element.querySelector("p");
  #choice = this.#element.querySelector("select");
  #button = this.#element.querySelector("button");
  #follow;
  #find;
  #feedsOf;
  #feeds = [];
  #site = null; // {url, host} of a site to search, if the page declares no feed
  #latestCheck = null; // identifies the latest check; older results are discarded

  /**
   * @param {object} parts
   * @param {(feed: {url: string, title: string, allowed: boolean}) => void} parts.follow
   * @param {(site: {url: string, allowed: boolean}) => void} parts.find searches a site for feeds
   * @param {(page: object) => Promise<{feeds: {url: string, title: string}[], site: {url: string, host: string} | null}>}
   *   parts.feedsOf asks the core what to offer: feeds, or a site to search
   */
  constructor({ follow, find, feedsOf }) {
    this.#follow = follow;
    this.#find = find;
    this.#feedsOf = feedsOf;
    this.#button.addEventListener("click", () => {
      const [feed, site] = [this.#feeds[this.#choice.selectedIndex] ?? this.#feeds[0], this.#site];
      // This comes first because it needs the user gesture.
      const permission = requestHostPermissions([(site ?? feed).url]);
      this.withdraw();
      permission.then((allowed) => (site ? this.#find({ url: site.url, allowed }) : this.#follow({ ...feed, allowed })));
    });
  }

  /** Checks what the page in a tab declares. The click on the toolbar button gave access to it. */
  async look(tabId) {
    const check = (this.#latestCheck = {});
    let offered;
    try {
      const [{ result: page }] = await chrome.scripting.executeScript({ target: { tabId }, func: readLinks });
      offered = await this.#feedsOf(page);
    } catch {
      return; // no access to the page
    }
    if (check !== this.#latestCheck) return;
    this.#feeds = offered.feeds;
    this.#site = offered.site;
    if (this.#feeds.length || this.#site) this.#show();
  }

  withdraw() {
    this.#latestCheck = null;
    this.#feeds = [];
    this.#site = null;
    this.#element.hidden = true;
  }

  #show() {
    const count = this.#feeds.length;
    if (this.#site) {
      this.#message.textContent = text("offer.search");
      this.#button.textContent = text("offer.search_site", { host: this.#site.host });
    } else {
      this.#message.textContent = count === 1 ? text("offer.feed", { title: isolate(this.#feeds[0].title) }) : plural("offer.feeds", count);
      this.#button.textContent = text("offer.follow");
    }
    this.#choice.hidden = count < 2;
    this.#choice.replaceChildren(...this.#feeds.map(({ title }) => new Option(title)));
    this.#element.hidden = false;
  }
}

/** Wraps text in a first strong isolate (Unicode Standard Annex 9), so that it keeps its own direction. */
function isolate(text) {
  return `\u2068${text}\u2069`;
}

/** Runs in the page. Returns its `<link>` elements, for the core to find feeds among them. */
function readLinks() {
  const links = [...document.querySelectorAll("link[rel][href]")].slice(0, 500);
  const short = (text) => text.slice(0, 2_000);
  return {
    page: location.href,
    title: document.title,
    links: links.map(({ rel, type, href, title }) => ({ rel: short(rel), type: short(type), href: short(href), title: short(title) })),
  };
}
