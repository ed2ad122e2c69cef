// The feeds that a page declares in its head: offered below its summary, followed with one click. Where it declares
// none, the site can be looked through for one.

import { requestHostPermissions } from "../platform.js";
import { plural, text } from "../messages.js";

export class Offer {
  #element = document.getElementById("offer");
  #said = this.#element.querySelector("p");
  #choice = this.#element.querySelector("select");
  #button = this.#element.querySelector("button");
  #follow;
  #find;
  #feedsOf;
  #feeds = [];
  #site = null; // {url, host} of a site to search, where no feed is declared
  #look = null; // the latest: pages come and go while one is looked at

  /**
   * @param {object} parts
   * @param {(feed: {url: string, title: string, allowed: boolean}) => void} parts.follow
   * @param {(site: {url: string, allowed: boolean}) => void} parts.find look for a feed of a site
   * @param {(page: object) => Promise<{feeds: {url: string, title: string}[], site: {url: string, host: string} | null}>}
   *   parts.feedsOf asks the core what to offer: feeds, or a site to search for one
   */
  constructor({ follow, find, feedsOf }) {
    this.#follow = follow;
    this.#find = find;
    this.#feedsOf = feedsOf;
    this.#button.addEventListener("click", () => {
      const [feed, site] = [this.#feeds[this.#choice.selectedIndex] ?? this.#feeds[0], this.#site];
      // First of all: the browser asks only while the click is fresh.
      const asking = requestHostPermissions([(site ?? feed).url]);
      this.withdraw();
      asking.then((allowed) => (site ? this.#find({ url: site.url, allowed }) : this.#follow({ ...feed, allowed })));
    });
  }

  /** See what the page in a tab declares; the click on Nutshell's button opened it to us. */
  async look(tabId) {
    const look = (this.#look = {});
    let offered;
    try {
      const [{ result: page }] = await chrome.scripting.executeScript({ target: { tabId }, func: readLinks });
      offered = await this.#feedsOf(page);
    } catch {
      return; // a page without access offers nothing
    }
    if (look !== this.#look) return;
    this.#feeds = offered.feeds;
    this.#site = offered.site;
    if (this.#feeds.length || this.#site) this.#show();
  }

  withdraw() {
    this.#look = null;
    this.#feeds = [];
    this.#site = null;
    this.#element.hidden = true;
  }

  #show() {
    const count = this.#feeds.length;
    if (this.#site) {
      this.#said.textContent = text("offer.search");
      this.#button.textContent = text("offer.search_site", { host: this.#site.host });
    } else {
      this.#said.textContent = count === 1 ? text("offer.feed", { title: isolated(this.#feeds[0].title) }) : plural("offer.feeds", count);
      this.#button.textContent = text("offer.follow");
    }
    this.#choice.hidden = count < 2;
    this.#choice.replaceChildren(...this.#feeds.map(({ title }) => new Option(title)));
    this.#element.hidden = false;
  }
}

/** Text that keeps its own direction within a sentence (Unicode Standard Annex 9: first strong isolate). */
function isolated(text) {
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
