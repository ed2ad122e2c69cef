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
  #known;
  #feeds = [];
  #site = null; // the address of a site to be looked through, where no feed is declared
  #look = null; // the latest: pages come and go while one is looked at

  /**
   * @param {object} parts
   * @param {(feed: {url: string, title: string, allowed: boolean}) => void} parts.follow
   * @param {(site: {url: string, allowed: boolean}) => void} parts.find look for a feed of a site
   * @param {(urls: string[], page: string) => Promise<{known: string[], site: boolean}>} parts.known which of these
   *   feeds are followed already, and whether any of the page's site is
   */
  constructor({ follow, find, known }) {
    this.#follow = follow;
    this.#find = find;
    this.#known = known;
    this.#button.addEventListener("click", () => {
      const [feed, site] = [this.#feeds[this.#choice.selectedIndex] ?? this.#feeds[0], this.#site];
      // First of all: the browser asks only while the click is fresh.
      const asking = requestHostPermissions([site ?? feed.url]);
      this.withdraw();
      asking.then((allowed) => (site ? this.#find({ url: site, allowed }) : this.#follow({ ...feed, allowed })));
    });
  }

  /** See what the page in a tab declares; the click on Nutshell's button opened it to us. */
  async look(tabId) {
    const look = (this.#look = {});
    let found, known;
    try {
      [{ result: found }] = await chrome.scripting.executeScript({ target: { tabId }, func: declaredFeeds });
      if (!found) return;
      known = await this.#known(found.feeds.map(({ url }) => url), found.page);
    } catch {
      return; // a page that is closed to us offers nothing
    }
    if (look !== this.#look) return;
    // Who follows a site has seen what else it has to offer: feeds of its comments are not put before them each time.
    const wanted = ({ url, title }) => !known.known.includes(url) && !(known.site && /comment/i.test(url + title));
    this.#feeds = found.feeds.filter(wanted);
    this.#site = found.feeds.length || known.site ? null : new URL("/", found.page).href;
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
      this.#button.textContent = text("offer.search_site", { host: new URL(this.#site).hostname });
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

/** Runs in the page. The first feed is the site's own by custom; those of comments come after it. */
function declaredFeeds() {
  if (!/^https?:$/.test(location.protocol)) return null;
  const kinds = ["application/rss+xml", "application/atom+xml", "application/feed+json"];
  const feeds = [...document.querySelectorAll('link[rel~="alternate" i][type][href]')]
    .filter((link) => kinds.includes(link.type.toLowerCase()) && /^https?:/.test(link.href))
    .map(({ href, title }) => ({ url: href, title: title.trim().slice(0, 100) || document.title.trim().slice(0, 100) || location.hostname }))
    .sort((a, b) => /comment/i.test(a.url + a.title) - /comment/i.test(b.url + b.title))
    .filter(({ url }, at, all) => all.findIndex((other) => other.url === url) === at)
    .slice(0, 20);
  return { page: location.href, feeds };
}
