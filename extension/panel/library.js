// The library sheet: lists, searches, opens, annotates, deletes and restores saved pages.

import { plural, text } from "../messages.js";
import { fromTemplate, showFragment, showNodes } from "./fragment.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const FILTER_DELAY = 150; // ms after the last key
const UNDO_TIME = 10_000; // ms
const KEYWORD_DELAY = 250; // ms until keyword results are shown, if the search is still running
const SAVE_DELAY = 600; // ms after the last key
const PAGE_SIZE = 60; // pages
const RESULTS = 30;

export class Library {
  #engine;
  #changed;
  #announce;
  #list = document.getElementById("library-list");
  #entry = document.getElementById("library-entry");
  #entryContent = document.getElementById("library-content");
  #overview = document.getElementById("library-overview");
  #filter = document.getElementById("library-filter");
  #clear = document.getElementById("library-clear");
  #confirm = document.getElementById("library-confirm");
  #when = document.getElementById("library-when");
  #site = document.getElementById("library-site");
  #progress = new Progress(document.getElementById("library-progress"));
  #count = PAGE_SIZE;
  #unsavedForm = null; // the form with unsaved changes
  #edited = false; // the list doesn't show the latest changes
  #lastRequestId = 0;
  #answer = null;
  #opener = null;

  /** Takes the same `engine`, `changed` and `say` as Reading. */
  constructor({ engine, changed, say }) {
    this.#engine = engine;
    this.#changed = changed;
    this.#announce = say;
    let timer;
    this.#filter.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.refresh(), FILTER_DELAY);
    });
    for (const select of [this.#when, this.#site]) select.addEventListener("change", () => this.refresh());
    this.#list.addEventListener("click", (event) => {
      const { open, remove } = event.target.closest("button")?.dataset ?? {};
      if (open) this.#open(Number(open));
      if (remove) this.#remove(Number(remove), event.target.closest(".entry"));
      if (event.target.closest("[data-more]")) this.#more();
      if (event.target.closest('[data-action="retry"]')) this.refresh();
    });
    let saveTimer;
    this.#entryContent.addEventListener("input", (event) => {
      const form = event.target.closest(".own-words");
      if (!form) return;
      this.#unsavedForm = form;
      this.#edited = true;
      clearTimeout(saveTimer);
      saveTimer = setTimeout(() => this.#save(), SAVE_DELAY);
    });
    this.#entryContent.addEventListener("focusout", () => this.#save());
    this.#entryContent.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    addEventListener("pagehide", () => this.#save());
    document.getElementById("library-back").addEventListener("click", () => this.back());
    this.#clear.addEventListener("click", () => this.#confirm.showModal());
    this.#confirm.addEventListener("close", () => {
      if (this.#confirm.returnValue === "clear") this.#removeAll();
      this.#confirm.returnValue = "";
    });
  }

  /** The saved summary that is open, or null while the list is shown. */
  get answer() {
    return this.#answer;
  }

  /** Discards what is shown because the data changed. */
  outdate() {
    this.#answer = null;
    this.#entry.hidden = true;
    this.#overview.hidden = false;
    this.#list.replaceChildren();
  }

  /** Fetches the list again with the current filters. */
  async refresh() {
    this.#count = PAGE_SIZE;
    await this.#requestList("library.list");
  }

  async #more() {
    this.#count += PAGE_SIZE * 2;
    await this.#requestList("library.list");
  }

  /** Saves the user's note and tags for the open page. */
  async #save() {
    const form = this.#unsavedForm;
    if (!form) return;
    this.#unsavedForm = null;
    const hint = form.querySelector(".hint");
    try {
      const { page, note, tags } = { page: Number(form.dataset.page), note: form.elements.note.value, tags: form.elements.tags.value };
      await this.#engine.request("library.annotate", { id: page, note, tags });
      hint.textContent = text("saved_page.saved");
    } catch (error) {
      this.#unsavedForm ??= form; // retried after the next key
      hint.textContent = text("saved_page.not_saved", { problem: error.message });
    }
  }

  /** Returns from a saved summary to the list. Returns whether one was open. */
  back() {
    if (!this.#answer) return false;
    this.#answer = null;
    this.#entry.hidden = true;
    this.#overview.hidden = false;
    this.#changed();
    this.#focusOpener();
    if (this.#edited) this.#save().then(() => this.#requestList("library.list")).then(() => this.#focusOpener());
    return true;
  }

  #focusOpener() {
    const opener = this.#list.querySelector(`[data-open="${this.#opener}"]`);
    (opener ?? this.#filter).focus();
  }

  async #open(id) {
    const answer = await this.#request("library.open", { id });
    if (!answer) return;
    this.#opener = id;
    this.#edited = false;
    this.#answer = answer;
    showFragment(this.#entryContent, answer.html);
    this.#overview.hidden = true;
    this.#entry.hidden = false;
    document.getElementById("library-back").focus();
    this.#changed();
  }

  async #remove(id, entry) {
    const rows = [...this.#list.querySelectorAll(".entry")];
    const place = rows.indexOf(entry);
    const answer = await this.#requestList("library.remove", { id });
    if (!answer) return;
    const after = [...this.#list.querySelectorAll(".remove")];
    (after[Math.min(place, after.length - 1)] ?? this.#filter).focus();
    this.#offerUndo(text("library.page_deleted"), answer.undo);
  }

  async #removeAll() {
    const answer = await this.#requestList("library.clear");
    if (!answer) return;
    this.#filter.focus();
    this.#offerUndo(text("library.all_deleted"), answer.undo);
  }

  #offerUndo(message, undo) {
    const run = () => this.#requestList("library.restore", { undo });
    const hold = () => this.#engine.request("library.erase", { what: "hold", undo }).catch(() => {}); // a failed undo shows its own error
    toast(message, { label: text("action.undo"), run, hold, ms: UNDO_TIME });
  }

  /** Sends a request that answers with the list. Shows the list unless a newer request was sent. */
  async #requestList(name, payload = {}) {
    const requestId = ++this.#lastRequestId;
    const query = this.#filter.value.trim();
    const site = this.#site.value;
    const days = Number(this.#when.value) || null;
    this.#progress.start();
    const filters = { query, site, days, limit: query ? this.#count - PAGE_SIZE + RESULTS : this.#count, sites: !query };
    let pending = true;
    const pendingAnswer = this.#request(name, { ...payload, ...filters }, (...step) => this.#progress.update(...step));
    // Semantic search may wait for its model. Keyword search doesn't.
    if (query && name === "library.list") {
      setTimeout(async () => {
        const keywordAnswer = pending && requestId === this.#lastRequestId ? await this.#request(name, { ...filters, words: true }) : null;
        if (keywordAnswer && pending && requestId === this.#lastRequestId) showFragment(this.#list, keywordAnswer.html);
      }, KEYWORD_DELAY);
    }
    const answer = await pendingAnswer;
    pending = false;
    if (requestId !== this.#lastRequestId) return answer;
    this.#progress.stop();
    if (!answer) return null;
    showFragment(this.#list, answer.html);
    const { count } = answer;
    const all = query === "" && site === "" && days === null;
    this.#clear.hidden = count === 0 || !all; // "all" must mean what is shown
    this.#filter.closest("search").hidden = count === 0 && all;
    if (answer.sites) this.#showSites(answer.sites, site);
    if (!all) this.#announce(plural("action.results", count));
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
      this.#announce(this.#list.querySelector("h1").textContent);
      return null;
    }
  }
}
