// Follows and unfollows sources. The browser asks the user for access to a source's host, which needs a user gesture.

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
   * @param {Element} parts.content contains the views
   * @param {Function} parts.ask sends a request
   * @param {Function} parts.work sends a request with progress and a cancel button
   * @param {Function} parts.done shows what was done, with an undo button
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

  /** Call this after a view is rendered. */
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
      const permission = requestHostPermissions(feeds.map(({ url }) => url)); // needs the user gesture
      permission.then((allowed) => this.followed(feeds, allowed));
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

  /** Follows feeds. `allowed` says whether the user granted access to their hosts; if not, shows a message. */
  async followed(feeds, allowed) {
    if (!allowed) {
      this.#showRefused(feeds);
      return;
    }
    const answer = await this.#work("news.subscribe", { feeds });
    await this.#removeUnneededHosts();
    if (!answer) {
      await this.#show();
      return;
    }
    await this.#show(answer.followed ? { name: answer.view } : undefined);
    this.#done(answer);
  }

  /** Follows the feed at an address that the user typed: of a feed, or of a site that has one. */
  async #follow(address) {
    const answer = await this.#ask("news.address", { address });
    if (!answer) return;
    if (answer.message) {
      this.#showMessage(answer.message);
      return;
    }
    // The user gesture is still valid: browsers allow a few seconds.
    const allowed = await requestHostPermissions([answer.url]);
    await this.find(address.trim(), allowed, { url: answer.url });
  }

  /**
   * Follows the feed at an address, or lists what it finds there. `allowed` says whether the user granted access to the
   * host; with `choose`, the user always picks from the list.
   */
  async find(address, allowed, { choose = false, url = address } = {}) {
    if (!allowed) {
      this.#showRefused([{ url }]);
      return;
    }
    const found = await this.#work("news.discover", { address });
    if (!found) {
      await this.#removeUnneededHosts();
      return;
    }
    if (found.feed && !choose && (await hasHostPermission(found.feed.url))) {
      await this.followed([found.feed], true);
      return;
    }
    await this.#removeUnneededHosts();
    const place = this.#content.querySelector("#news-found");
    if (place) swap(place, found.html);
    this.#countChosen();
  }

  async #unfollow(id) {
    const answer = await this.#ask("news.unsubscribe", { id });
    if (!answer) return;
    await this.#removeUnneededHosts();
    await this.#show();
    this.#done(answer, () => {
      // Undo is a new user gesture, so it can ask for the host again.
      const permission = requestHostPermissions([answer.url]);
      return permission.then((allowed) => (allowed ? this.#ask("news.restore", { id }) : this.#showRefused([answer])));
    });
  }

  /** Asks for access to the host of the feed at `url`, or to the host that it redirects to. */
  #allow({ url, allow }) {
    requestHostPermissions([allow]).then(async (allowed) => {
      if (!allowed) this.#showRefused([{ url: allow }]);
      else if (await this.#work("news.refresh", { url })) await this.#show();
    });
  }

  #showRefused(feeds) {
    const hosts = [...new Set(feeds.map(({ url }) => new URL(url).hostname))];
    const [host] = hosts;
    this.#showMessage(hosts.length === 1 ? text("subscriptions.permission_refused", { host }) : plural("subscriptions.permissions_refused", hosts.length));
  }

  /** Shows a message in the sheet, or as a toast if the view has no place for it. */
  #showMessage(message) {
    const place = this.#content.querySelector("#news-found");
    if (!place) {
      toast(message, { ms: 8_000 });
      return;
    }
    const banner = Object.assign(document.createElement("p"), { className: "banner", textContent: message });
    banner.setAttribute("role", "status");
    place.replaceChildren(banner);
  }

  /** Removes access to every host that no source needs. */
  async #removeUnneededHosts() {
    const answer = await this.#ask("news.hosts", { granted: await grantedHostPatterns() });
    if (answer) await removeHostPermissions(answer.unneeded);
  }

  async #import(file) {
    if (!file) return;
    if (file.size > LARGEST_OPML) {
      this.#showMessage(text("subscriptions.file_too_large"));
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
