// Following and leaving sources. The browser asks the reader for each source's host, in the click that wants it.

import { grantedHostPatterns, hasHostPermission, removeHostPermissions, requestHostPermissions } from "../platform.js";
import { plural, text } from "../messages.js";
import { swap } from "./news-list.js";
import { toast } from "./toast.js";

const LARGEST_OPML = 5_000_000; // bytes

export class Subscriptions {
  #content;
  #ask;
  #work;
  #done;
  #show;

  /**
   * @param {object} parts
   * @param {Element} parts.content what the views are drawn in
   * @param {Function} parts.ask a request
   * @param {Function} parts.work a request with progress, that can be cancelled
   * @param {Function} parts.done says what was done, with a way back
   * @param {Function} parts.show shows a view
   */
  constructor({ content, ask, work, done, show }) {
    this.#content = content;
    this.#ask = ask;
    this.#work = work;
    this.#done = done;
    this.#show = show;
    const sheet = document.getElementById("sheet-news");
    sheet.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.items].some(({ kind }) => kind === "file")) return;
      event.preventDefault();
      sheet.classList.add("dropping");
    });
    sheet.addEventListener("dragleave", (event) => {
      if (!sheet.contains(event.relatedTarget)) sheet.classList.remove("dropping");
    });
    sheet.addEventListener("drop", (event) => {
      event.preventDefault();
      sheet.classList.remove("dropping");
      this.#import(event.dataTransfer.files[0]);
    });
  }

  /** A view has been drawn. */
  drawn() {
    this.#countChosen();
  }

  act(act, feed) {
    const id = Number(feed?.dataset.feed);
    if (act === "unfollow") return this.#unfollow(id);
    if (act === "export") return this.#export();
    if (act === "allow") return this.#allow(feed.querySelector('[data-act="allow"]').dataset);
    if (act === "twin") return this.#follow(this.#content.querySelector('[data-act="twin"]').dataset.url);
    return null;
  }

  submit(form) {
    if (form.dataset.form === "follow") {
      this.#follow(form.elements.address.value);
    } else if (form.dataset.form === "choose") {
      const chosen = [...form.querySelectorAll('input[name="url"]:checked:not(:disabled)')];
      const feeds = chosen.map(({ value, dataset }) => ({ url: value, title: dataset.title, folder: dataset.folder ?? "" }));
      const asking = requestHostPermissions(feeds.map(({ url }) => url)); // while the click is fresh
      asking.then((allowed) => this.followed(feeds, allowed));
    }
  }

  changed(input) {
    if (input.type === "file") {
      this.#import(input.files[0]);
      input.value = "";
    } else if (input.dataset.filter) {
      this.#filter();
    } else if (input.name === "url") {
      this.#countChosen();
    }
  }

  /** The browser has asked for the hosts of these feeds: follow them, or say that nothing happened. */
  async followed(feeds, allowed) {
    if (!allowed) {
      this.#refused(feeds);
      return;
    }
    const answer = await this.#work("news.subscribe", { feeds });
    await this.#tidy();
    if (!answer) {
      await this.#show();
      return;
    }
    await this.#show(answer.followed ? { name: answer.view } : undefined);
    this.#done(answer);
  }

  /** An address as somebody types it: of a feed, or of a site that has one. */
  async #follow(typed) {
    const answer = await this.#ask("news.address", { address: typed });
    if (!answer) return;
    if (answer.message) {
      this.#tell(answer.message);
      return;
    }
    // The click is still fresh: the browser allows a few seconds.
    const allowed = await requestHostPermissions([answer.url]);
    await this.find(typed.trim(), allowed, { url: answer.url });
  }

  /** The browser has asked for the host of an address: follow the feed that is there, or let the reader `choose`. */
  async find(address, allowed, { choose = false, url = address } = {}) {
    if (!allowed) {
      this.#refused([{ url }]);
      return;
    }
    const found = await this.#work("news.discover", { address });
    if (!found) {
      await this.#tidy();
      return;
    }
    if (found.feed && !choose && (await hasHostPermission(found.feed.url))) {
      await this.followed([found.feed], true);
      return;
    }
    await this.#tidy();
    const place = this.#content.querySelector("#news-found");
    if (place) swap(place, found.html);
    this.#countChosen();
  }

  async #unfollow(id) {
    const answer = await this.#ask("news.unsubscribe", { id });
    if (!answer) return;
    await this.#tidy();
    await this.#show();
    this.#done(answer, () => {
      // The undoing is a click of its own, so it may ask for what was just given back.
      const asking = requestHostPermissions([answer.url]);
      return asking.then((allowed) => (allowed ? this.#ask("news.restore", { id }) : this.#refused([answer])));
    });
  }

  /** Of the feed at `url`: its own host, or the one that it sends on to. */
  #allow({ url, allow }) {
    requestHostPermissions([allow]).then(async (allowed) => {
      if (!allowed) this.#refused([{ url: allow }]);
      else if (await this.#work("news.refresh", { url })) await this.#show();
    });
  }

  #refused(feeds) {
    const hosts = [...new Set(feeds.map(({ url }) => new URL(url).hostname))];
    const [host] = hosts;
    this.#tell(hosts.length === 1 ? text("subscriptions.permission_refused", { host }) : plural("subscriptions.permissions_refused", hosts.length));
  }

  /** In the sheet, where it can be read at leisure; as a toast where there is no place for it. */
  #tell(message) {
    const place = this.#content.querySelector("#news-found");
    if (!place) {
      toast(message, { ms: 8_000 });
      return;
    }
    const banner = Object.assign(document.createElement("p"), { className: "banner", textContent: message });
    banner.setAttribute("role", "status");
    place.replaceChildren(banner);
  }

  /** Give back every host that no source needs. */
  async #tidy() {
    const answer = await this.#ask("news.hosts", { granted: await grantedHostPatterns() });
    if (answer) await removeHostPermissions(answer.unneeded);
  }

  async #import(file) {
    if (!file) return;
    if (file.size > LARGEST_OPML) {
      this.#tell(text("subscriptions.file_too_large"));
      return;
    }
    const data = base64(new Uint8Array(await file.arrayBuffer()));
    await this.#show({ name: "opml", data });
  }

  async #export() {
    const answer = await this.#ask("news.opml.export");
    if (!answer) return;
    const url = URL.createObjectURL(new Blob([answer.text], { type: "text/x-opml" }));
    Object.assign(document.createElement("a"), { href: url, download: "nutshell-sources.opml" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    this.#done(answer);
  }

  #filter() {
    const wanted = Object.fromEntries([...this.#content.querySelectorAll("[data-filter]")].map(({ dataset, value }) => [dataset.filter, value]));
    for (const choice of this.#content.querySelectorAll(".choice")) {
      choice.hidden = Object.entries(wanted).some(([name, value]) => value && choice.dataset[name] !== value);
    }
    for (const topic of this.#content.querySelectorAll(".topic")) topic.hidden = !topic.querySelector(".choice:not([hidden])");
  }

  #countChosen() {
    for (const form of this.#content.querySelectorAll('[data-form="choose"]')) {
      const button = form.querySelector('[type="submit"]');
      const count = form.querySelectorAll('input[name="url"]:checked:not(:disabled)').length;
      button.disabled = count === 0;
      button.textContent = count === 0 ? text("choices.none") : plural("choices.follow", count);
    }
  }
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
