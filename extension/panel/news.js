// The news sheet: shows one view from the core at a time and handles the user's actions on its stories.

import { hasHostPermission } from "../platform.js";
import { plural, text } from "../messages.js";
import { Asking } from "./news-asking.js";
import { Subscriptions } from "./news-feeds.js";
import { swap } from "./news-list.js";
import { Opened, loaded } from "./news-opened.js";
import { Walk } from "./news-walk.js";

const FILTER_DELAY = 150; // ms after the last key
const SLIDER_DELAY = 60; // ms after the last move
const PAGE_SIZE = 40; // stories

/** The request for each view. */
const VIEWS = {
  "for-you": "news.list",
  latest: "news.list",
  saved: "news.list",
  source: "news.list",
  sources: "news.feeds",
  catalogue: "news.catalogue",
  opml: "news.opml.read",
  taste: "news.preferences",
};
const LISTS = new Set(["for-you", "latest", "saved", "source"]);

export class News {
  #windowId;
  #announce;
  #summarize;
  #sheet = document.getElementById("sheet-news");
  #content = document.getElementById("news-content");
  #filter = document.getElementById("news-filter");
  #view = { name: "for-you" };
  #count = PAGE_SIZE;
  #lastRequestId = 0;
  #asking;
  #walk = new Walk(this.#content);
  #subscriptions;
  #opened;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {number} parts.windowId
   * @param {(message: string) => void} parts.say announces a message to screen readers
   * @param {(task: object) => void} parts.summarize starts a task on the "This page" sheet
   */
  constructor({ engine, windowId, say, summarize }) {
    this.#windowId = windowId;
    this.#announce = say;
    this.#summarize = summarize;
    this.#asking = new Asking({ engine, content: this.#content, again: () => this.show(), draw: () => this.#draw() });
    this.#opened = new Opened(windowId, (story, seconds) => this.#asking.tell({ kind: "dwell", story, seconds }));
    this.#subscriptions = new Subscriptions({
      content: this.#content,
      ask: (...request) => this.#asking.ask(...request),
      work: (...request) => this.#asking.work(...request),
      done: (...answer) => this.#asking.done(...answer),
      show: (view) => this.show(view),
    });
    this.#listen();
  }

  /** Always null: this sheet has no summary for the toolbar. */
  get answer() {
    return null;
  }

  /** Shows a view, or updates the current one. */
  async show(view = this.#view) {
    if (view.name !== this.#view.name || view.source !== this.#view.source) {
      this.#count = PAGE_SIZE;
      this.#filter.value = "";
      this.#content.replaceChildren();
    }
    this.#view = view;
    for (const button of this.#sheet.querySelectorAll(".views button")) {
      const parentViews = { source: "sources", catalogue: "sources", opml: "sources", taste: "for-you" };
      const current = button.dataset.view === (parentViews[view.name] ?? view.name);
      if (current) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    await this.#draw();
  }

  /** Call this when the user opens the news. */
  async enter() {
    await this.show();
    if (LISTS.has(this.#view.name)) await this.#refreshDue();
  }

  /** Call this when feeds were refreshed in the background. */
  fetched() {
    if (!this.#sheet.hidden && !this.#sheet.contains(document.activeElement)) this.#draw();
  }

  /** Follows a feed that a page declares. `allowed` says whether the user granted access to its host. */
  async follow({ url, title, allowed }) {
    await this.show({ name: "sources" });
    await this.#subscriptions.followed([{ url, title }], allowed);
  }

  /** Searches a site for feeds. `allowed` says whether the user granted access to its host. */
  async find({ url, allowed }) {
    await this.show({ name: "sources" });
    await this.#subscriptions.find(url, allowed, { choose: true });
  }

  /** Handles keyboard shortcuts. */
  key(event) {
    const card = this.#walk.current;
    const keys = {
      j: () => this.#walk.step(1),
      k: () => this.#walk.step(-1),
      ArrowDown: () => event.target.closest(".story") && this.#walk.step(1),
      ArrowUp: () => event.target.closest(".story") && this.#walk.step(-1),
      o: () => card && this.#act("open", card),
      n: () => card && this.#act("nutshell", card),
      s: () => card && this.#act("save", card),
      e: () => card && this.#act("read", card),
      "+": () => card && this.#act("more", card),
      "-": () => card && this.#act("less", card),
      m: () => card && this.#walk.unfold(card, true, ".mute-form input"),
      z: () => this.#asking.undo(),
      r: () => this.#refresh(),
      "/": () => this.#filter.focus(),
      "?": () => document.getElementById("news-keys").showModal(),
      Escape: () => this.#escape(),
    };
    if (!keys[event.key] || event.target.matches?.('input[type="range"], select')) return;
    if (keys[event.key]() !== null) event.preventDefault();
  }

  #listen() {
    let timer;
    this.#filter.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#draw({ fresh: true }), FILTER_DELAY);
    });
    document.getElementById("news-refresh").addEventListener("click", () => this.#refresh());
    document.getElementById("news-help").addEventListener("click", () => document.getElementById("news-keys").showModal());
    const forget = document.getElementById("news-forget");
    forget.addEventListener("close", () => {
      if (forget.returnValue === "forget") this.#asking.change("news.preferences.set", { forget: "all" });
      forget.returnValue = "";
    });
    this.#sheet.addEventListener("click", (event) => this.#click(event));
    this.#content.addEventListener("auxclick", (event) => {
      const card = event.target.closest(".story");
      if (event.button === 1 && card && event.target.closest('[data-act^="open"]')) this.#openedElsewhere(card);
    });
    this.#content.addEventListener("submit", (event) => this.#submit(event));
    this.#content.addEventListener("change", (event) => this.#set(event.target));
    let sliderTimer;
    this.#content.addEventListener("input", (event) => {
      const { slider, high } = event.target.dataset;
      if (!slider) return;
      const value = Number(event.target.value);
      event.target.setAttribute("aria-valuetext", text("slider.value", { percent: Math.round(value * 100), end: high }));
      clearTimeout(sliderTimer);
      sliderTimer = setTimeout(async () => {
        if (await this.#asking.ask("news.preferences.set", { slider, value })) await this.#draw();
      }, SLIDER_DELAY);
    });
  }

  #click(event) {
    const target = event.target.closest("button, a");
    if (!target) return;
    const card = target.closest(".story");
    const { view, act, mute, taste, forget, unmute } = target.dataset;
    if (view) this.show({ name: view });
    else if (act) this.#act(act, card ?? target.closest("[data-feed]"), event);
    else if (mute) this.#asking.change("news.event", { kind: "mute", story: card.dataset.story, words: mute });
    else if (unmute) this.#asking.change("news.preferences.set", { unmute });
    else if (forget === "all") document.getElementById("news-forget").showModal();
    else if (forget) this.#asking.change("news.preferences.set", { forget });
    else if (taste === "unlearn") this.#asking.change("news.preferences.set", { unlearn: target.closest("[data-lesson]").dataset.lesson });
    else if (taste) this.#asking.change("news.preferences.set", { interest: target.closest("[data-interest]").dataset.interest, [taste]: true });
  }

  async #act(act, card, event) {
    const story = card?.dataset.story;
    switch (act) {
      case "open":
      case "open-other":
      case "nutshell": {
        const anchor = event?.target.closest("a");
        const { href: link } = anchor ?? card.querySelector('[data-act="open"]');
        if (!link) return;
        if (anchor && (event.ctrlKey || event.metaKey || event.shiftKey)) {
          await this.#openedElsewhere(card);
          return;
        }
        event?.preventDefault();
        await this.#open(card, link, act === "nutshell");
        break;
      }
      case "more":
      case "less":
      case "save":
      case "read": {
        const pressed = card.querySelector(`[data-act="${act}"]`).ariaPressed === "true";
        const kind = pressed ? { more: "neutral", less: "neutral", save: "unsave", read: "unread" }[act] : act;
        await this.#asking.change("news.event", { kind, story });
        break;
      }
      case "not-source":
        await this.#asking.change("news.event", { kind: act, story });
        break;
      case "rest":
        this.#walk.unfold(card, card.querySelector(".story-rest").hidden);
        break;
      case "source":
        await this.show({ name: "source", source: Number(card.dataset.feed) });
        break;
      case "show-more":
        this.#count += PAGE_SIZE;
        await this.#draw();
        break;
      case "refresh":
        await this.#refresh();
        break;
      default:
        await this.#subscriptions.act(act, card, event);
    }
  }

  async #open(card, link, nutshell) {
    const { story } = card.dataset;
    const tab = await chrome.tabs.create({ url: link, windowId: this.#windowId });
    this.#opened.watch(story, tab.id);
    await this.#asking.tell({ kind: nutshell ? "summarize" : "open", story });
    if (!nutshell) {
      await this.#draw();
      return;
    }
    await loaded(tab.id);
    // If the host isn't granted, the page sheet explains that one more click is needed.
    const again = !(await hasHostPermission(link));
    this.#summarize({ id: crypto.randomUUID(), tabId: tab.id, windowId: this.#windowId, mode: "page", at: Date.now(), again });
  }

  /** Records a story that the browser opened itself. Its tab is unknown, so the dwell time can't be measured. */
  async #openedElsewhere(card) {
    await this.#asking.tell({ kind: "open", story: card.dataset.story });
    await this.#draw();
  }

  #submit(event) {
    const form = event.target;
    event.preventDefault();
    const words = form.elements.words?.value.trim();
    if (form.dataset.form === "mute") {
      if (words) this.#asking.change("news.event", { kind: "mute", story: form.closest(".story").dataset.story, words });
    } else if (form.dataset.form === "interest") {
      if (words) this.#asking.change("news.preferences.set", { add: words });
    } else if (form.dataset.form === "forget-source") {
      this.#asking.change("news.preferences.set", { forget: "source", source: form.elements.source.value });
    } else {
      this.#subscriptions.submit(form);
    }
  }

  async #set(input) {
    if (input.dataset.switch) {
      await this.#asking.ask("news.preferences.set", { switch: input.dataset.switch, on: input.checked });
      await this.#draw();
    } else if (input.dataset.edit === "name") {
      const interest = input.closest("[data-interest]").dataset.interest;
      await this.#asking.change("news.preferences.set", { interest, name: input.value });
    } else {
      this.#subscriptions.changed(input);
    }
  }

  async #refresh() {
    const answer = await this.#asking.work("news.refresh", { due: false });
    await this.#draw();
    if (answer) this.#asking.done(answer);
  }

  /** Refreshes the feeds that are due. Shows a message only if there are new stories. */
  async #refreshDue() {
    if (this.#asking.working) return;
    const answer = await this.#asking.work("news.refresh", { due: true });
    if (answer?.fetched) await this.#draw();
    if (answer?.new) this.#asking.done(answer);
  }

  /** Fetches and renders the current view. */
  async #draw({ fresh = false, again = false } = {}) {
    const requestId = ++this.#lastRequestId;
    const { name, ...more } = this.#view;
    const searched = LISTS.has(name);
    this.#filter.closest(".news-find").hidden = !searched;
    const query = searched ? this.#filter.value.trim() : "";
    if (fresh) this.#count = PAGE_SIZE;
    const first = !this.#content.querySelector(".story");
    const payload = { tab: name, query, count: this.#count, first, again, ...more };
    const answer = await this.#asking.look(VIEWS[name], payload, () => requestId === this.#lastRequestId);
    if (requestId !== this.#lastRequestId || !answer) return;
    swap(this.#content, answer.html);
    this.#walk.rove(this.#walk.current);
    this.#subscriptions.drawn();
    if (answer.again) await this.#draw({ again: true });
    else if (query) this.#announce(plural("action.results", Number(this.#content.querySelector("[data-count]")?.dataset.count ?? 0)));
  }

  #escape() {
    if (this.#asking.working) this.#asking.cancel();
    else if (!this.#walk.fold() && this.#filter.value) {
      this.#filter.value = "";
      this.#draw({ fresh: true });
    }
  }
}
