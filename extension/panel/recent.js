// The sheet "Memory": what was read in this browser; find it, open it, write on it, delete it, take that back.

import { plural, text } from "../messages.js";
import { fromTemplate, showFragment, showNodes } from "./fragment.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const TYPING = 150; // ms without a key until the list is filtered
const REGRET = 10_000; // ms in which a deletion can be taken back
const IMPATIENT = 250; // ms until what was found by words alone is shown
const WRITING = 600; // ms without a key until a note is kept
const PAGE = 60; // pages listed at a time
const ANSWERS = 30; // of a search

export class Recent {
  #engine;
  #changed;
  #say;
  #list = document.getElementById("recent-list");
  #entry = document.getElementById("recent-entry");
  #entryContent = document.getElementById("recent-content");
  #overview = document.getElementById("recent-overview");
  #filter = document.getElementById("recent-filter");
  #clear = document.getElementById("recent-clear");
  #confirm = document.getElementById("recent-confirm");
  #when = document.getElementById("recent-when");
  #site = document.getElementById("recent-site");
  #progress = new Progress(document.getElementById("recent-progress"));
  #count = PAGE;
  #writing = null; // the note that is not kept yet
  #wrote = false; // the list does not show what was written
  #asked = 0;
  #answer = null;
  #opener = null;

  /** Parts as of Reading: `engine`, `changed`, `say`. */
  constructor({ engine, changed, say }) {
    this.#engine = engine;
    this.#changed = changed;
    this.#say = say;
    let timer;
    this.#filter.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.refresh(), TYPING);
    });
    for (const select of [this.#when, this.#site]) select.addEventListener("change", () => this.refresh());
    this.#list.addEventListener("click", (event) => {
      const { open, remove } = event.target.closest("button")?.dataset ?? {};
      if (open) this.#open(Number(open));
      if (remove) this.#remove(Number(remove), event.target.closest(".entry"));
      if (event.target.closest("[data-more]")) this.#more();
      if (event.target.closest('[data-action="retry"]')) this.refresh();
    });
    let writing;
    this.#entryContent.addEventListener("input", (event) => {
      const form = event.target.closest(".own-words");
      if (!form) return;
      this.#writing = form;
      this.#wrote = true;
      clearTimeout(writing);
      writing = setTimeout(() => this.#write(), WRITING);
    });
    this.#entryContent.addEventListener("focusout", () => this.#write());
    this.#entryContent.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#write();
    });
    addEventListener("pagehide", () => this.#write());
    document.getElementById("recent-back").addEventListener("click", () => this.back());
    this.#clear.addEventListener("click", () => this.#confirm.showModal());
    this.#confirm.addEventListener("close", () => {
      if (this.#confirm.returnValue === "clear") this.#removeAll();
      this.#confirm.returnValue = "";
    });
  }

  /** The kept summary now open, or null when the list is shown. */
  get answer() {
    return this.#answer;
  }

  /** What is shown is not what is there any more. */
  outdate() {
    this.#answer = null;
    this.#entry.hidden = true;
    this.#overview.hidden = false;
    this.#list.replaceChildren();
  }

  /** Ask for the list again, with the filter's words. */
  async refresh() {
    this.#count = PAGE;
    await this.#ask("recent");
  }

  async #more() {
    this.#count += PAGE * 2;
    await this.#ask("recent");
  }

  /** Keep what the reader wrote about the page that is open. */
  async #write() {
    const form = this.#writing;
    if (!form) return;
    this.#writing = null;
    const hint = form.querySelector(".hint");
    try {
      const { page, note, tags } = { page: Number(form.dataset.page), note: form.elements.note.value, tags: form.elements.tags.value };
      await this.#engine.request("memory.write", { id: page, note, tags });
      hint.textContent = text("saved_page.saved");
    } catch (error) {
      this.#writing ??= form; // tried again with the next key
      hint.textContent = text("saved_page.not_saved", { problem: error.message });
    }
  }

  /** From a kept summary back to the list. */
  back() {
    if (!this.#answer) return false;
    this.#answer = null;
    this.#entry.hidden = true;
    this.#overview.hidden = false;
    this.#changed();
    this.#focusOpener();
    if (this.#wrote) this.#write().then(() => this.#ask("recent")).then(() => this.#focusOpener());
    return true;
  }

  #focusOpener() {
    const opener = this.#list.querySelector(`[data-open="${this.#opener}"]`);
    (opener ?? this.#filter).focus();
  }

  async #open(id) {
    const answer = await this.#request("recent.open", { id });
    if (!answer) return;
    this.#opener = id;
    this.#wrote = false;
    this.#answer = answer;
    showFragment(this.#entryContent, answer.html);
    this.#overview.hidden = true;
    this.#entry.hidden = false;
    document.getElementById("recent-back").focus();
    this.#changed();
  }

  async #remove(id, entry) {
    const rows = [...this.#list.querySelectorAll(".entry")];
    const place = rows.indexOf(entry);
    const answer = await this.#ask("recent.remove", { id });
    if (!answer) return;
    const after = [...this.#list.querySelectorAll(".remove")];
    (after[Math.min(place, after.length - 1)] ?? this.#filter).focus();
    this.#regret(text("library.page_deleted"), answer.undo);
  }

  async #removeAll() {
    const answer = await this.#ask("recent.clear");
    if (!answer) return;
    this.#filter.focus();
    this.#regret(text("library.all_deleted"), answer.undo);
  }

  #regret(message, undo) {
    const run = () => this.#ask("recent.restore", { undo });
    const hold = () => this.#engine.request("memory.erase", { what: "hold", undo }).catch(() => {}); // run says so
    toast(message, { label: text("action.undo"), run, hold, ms: REGRET });
  }

  /** Any request that answers with the list, which is shown unless something else was asked meanwhile. */
  async #ask(name, payload = {}) {
    const turn = ++this.#asked;
    const query = this.#filter.value.trim();
    const site = this.#site.value;
    const days = Number(this.#when.value) || null;
    this.#progress.start();
    const which = { query, site, days, limit: query ? this.#count - PAGE + ANSWERS : this.#count, sites: !query };
    let late = true;
    const answering = this.#request(name, { ...payload, ...which }, (...step) => this.#progress.update(...step));
    // Meaning may have to wait for its model; words do not.
    if (query && name === "recent") {
      setTimeout(async () => {
        const early = late && turn === this.#asked ? await this.#request(name, { ...which, words: true }) : null;
        if (early && late && turn === this.#asked) showFragment(this.#list, early.html);
      }, IMPATIENT);
    }
    const answer = await answering;
    late = false;
    if (turn !== this.#asked) return answer;
    this.#progress.stop();
    if (!answer) return null;
    showFragment(this.#list, answer.html);
    const { count } = answer;
    const all = query === "" && site === "" && days === null;
    this.#clear.hidden = count === 0 || !all; // "all" must be what is in sight
    this.#filter.closest("search").hidden = count === 0 && all;
    if (answer.sites) this.#showSites(answer.sites, site);
    if (!all) this.#say(plural("action.results", count));
    return answer;
  }

  #showSites(sites, chosen) {
    const options = [new Option(this.#site.dataset.all, "")];
    for (const site of new Set(chosen ? [chosen, ...sites] : sites)) options.push(new Option(site, site));
    this.#site.replaceChildren(...options);
    this.#site.value = chosen;
  }

  async #request(name, payload, onProgress) {
    try {
      return await this.#engine.request(name, payload, { onProgress });
    } catch (error) {
      const nodes = fromTemplate("engine-failed");
      nodes.querySelector(".detail").textContent = error.message;
      showNodes(this.#list, nodes);
      this.#say(this.#list.querySelector("h1").textContent);
      return null;
    }
  }
}
