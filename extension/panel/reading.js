// The sheet "This page": one task at a time, from the click to the summary, and what becomes of it.

import { showFragment, showNodes, fromTemplate } from "./fragment.js";
import { Page, Unreadable, within } from "./page.js";
import { tracePoints } from "./points.js";
import { measure } from "../user-timing.js";
import { toast } from "./toast.js";

const NOTICE_PATIENCE = 20_000; // ms until the panel says in its own words that the engine is silent

export class Reading {
  #engine;
  #windowId;
  #progress;
  #changed;
  #say;
  #content = document.getElementById("page-content");
  #gone = document.getElementById("banner-gone");
  #elsewhere = document.getElementById("banner-elsewhere");
  #run = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {number} parts.windowId
   * @param {import("./progress.js").Progress} parts.progress
   * @param {() => void} parts.changed called when `answer` has changed
   * @param {(message: string) => void} parts.say tells screen readers
   */
  constructor({ engine, windowId, progress, changed, say }) {
    this.#engine = engine;
    this.#windowId = windowId;
    this.#progress = progress;
    this.#changed = changed;
    this.#say = say;
    tracePoints(this.#content, (key, options) => this.trace(key, options));
    this.#content.addEventListener("click", (event) => {
      if (event.target.closest('[data-action="retry"]') && this.#run) this.#retry();
    });
    this.#elsewhere.querySelector("button").addEventListener("click", () => {
      chrome.tabs.update(this.#run.task.tabId, { active: true });
    });
    chrome.tabs.onActivated.addListener(({ windowId: where }) => where === this.#windowId && this.#look());
  }

  /** Nothing has been asked for yet: say what this is and how to use it. */
  async welcome() {
    const nodes = fromTemplate("welcome");
    const [command] = (await chrome.commands.getAll()).filter(({ name }) => name === "_execute_action");
    if (this.#run) return;
    if (command?.shortcut) {
      nodes.querySelector(".shortcut").hidden = false;
      nodes.querySelector("kbd").textContent = command.shortcut;
    }
    showNodes(this.#content, nodes);
  }

  /** The core's answer now shown, or null. */
  get answer() {
    return this.#run?.answer ?? null;
  }

  /** The article as it was extracted, once it has been. */
  get article() {
    return this.#run?.article ?? null;
  }

  get busy() {
    return this.#run?.busy ?? false;
  }

  /** Start on a task; whatever was under way gives way to it. */
  async take(task) {
    this.#leave();
    const run = { task, answer: null, page: null, busy: true, asking: null, life: new AbortController() };
    this.#run = run;
    this.#changed();
    this.#progress.start();
    this.#look();
    this.#engine.warm();
    try {
      const from = performance.now();
      const { page, article, lead, doubtful } = await Page.read(task);
      measure("read the page", from);
      if (run !== this.#run || !run.busy) return;
      Object.assign(run, { page, article });
      page.watch(() => this.#look(), run.life.signal);
      // The core may find that this is no article. Its first progress shows that it didn't.
      run.showLead = () => this.#showLead(article, article.unhidden ? "" : lead);
      if (!doubtful) this.#showLeadOnce(run);
      await this.#summarize(run, null);
    } catch (error) {
      if (run !== this.#run || !run.busy) return;
      if (!(error instanceof Unreadable)) throw error;
      await this.#end(run, error.reason, error.message === error.reason ? "" : error.message);
    }
  }

  /** The same page with another number of sentences; what is on screen stays until the answer is there. */
  async relength(length) {
    const run = this.#run;
    if (!run?.answer) return;
    this.#progress.start();
    run.busy = true;
    await this.#summarize(run, length);
  }

  /** Stop what is under way, as the reader asked. */
  cancel() {
    const run = this.#run;
    if (!run?.busy) return;
    if (run.answer) this.#keep(run);
    else this.#end(run, "cancelled");
  }

  /** Highlight a sentence of the summary in the page, or none. */
  async trace(key, options) {
    const trace = key === null ? null : this.#run?.answer?.traces[key];
    if (trace !== undefined) await this.show(trace, options);
  }

  /** The same for any place of the page that is read; null shows none. */
  async show(trace, options) {
    const run = this.#run;
    if (!run?.page || !this.#gone.hidden) return;
    const found = await run.page.highlight(trace, options);
    if (found === false && options.scroll) toast(this.#content.dataset.missing);
  }

  async #summarize(run, length) {
    const from = performance.now();
    run.asking?.abort();
    const asking = (run.asking = new AbortController());
    const current = () => run === this.#run && run.asking === asking && run.busy;
    const first = !run.answer;
    if (first) this.#say(this.#content.dataset.working);
    let answer;
    try {
      answer = await this.#engine.request(
        "summarize",
        { article: run.article, length },
        {
          signal: asking.signal,
          onProgress: (...step) => {
            if (!current()) return;
            if (first) this.#showLeadOnce(run);
            this.#progress.update(...step);
          },
        },
      );
    } catch (error) {
      if (!current()) return;
      if (!first) this.#keep(run, error.message);
      else if (error.code === "engine-start") this.#fail(run, error.message);
      else await this.#end(run, "failed", error.message);
      return;
    }
    if (first && current() && !(await run.page.isOpen())) await this.#end(run, "moved");
    if (!current()) return;
    if (answer.reason) {
      this.#halt(run); // the core found no article, or no sentence in it
      run.article = null;
      this.#showNotice(run, answer);
      return;
    }
    run.busy = false;
    run.answer = answer;
    run.showLead = null;
    this.#progress.stop();
    showFragment(this.#content, answer.html);
    measure("summary asked for until shown", from);
    if (answer.unkept) this.#showUnkept(answer.unkept);
    this.#content.classList.toggle("fresh", first);
    this.#say(this.#content.dataset.ready);
    this.#changed();
    this.#look();
  }

  /** Another length did not come to be: the summary on screen stays. */
  #keep(run, message) {
    run.busy = false;
    run.asking.abort();
    this.#progress.stop();
    if (message) toast(message, { ms: 6_000 });
  }

  #showLeadOnce(run) {
    run.showLead?.();
    run.showLead = null;
  }

  #showLead(article, lead) {
    const nodes = fromTemplate("lead");
    nodes.querySelector(".source").textContent = article.site;
    nodes.querySelector(".title").textContent = article.title || "";
    nodes.querySelector(".lead-text").textContent = lead || "";
    showNodes(this.#content, nodes);
  }

  /** Where things stand: is the page still there, and is it the one the reader looks at? */
  async #look() {
    const run = this.#run;
    if (!run) return;
    const [open, [active]] = await Promise.all([
      run.page ? run.page.isOpen() : true,
      chrome.tabs.query({ active: true, windowId: this.#windowId }),
    ]);
    if (run !== this.#run) return;
    if (!open && run.busy && !run.answer) {
      await this.#end(run, "moved");
      return;
    }
    const away = active?.id !== run.task.tabId;
    this.#gone.hidden = open || !run.answer;
    this.#elsewhere.hidden = !open || !away || !run.page || !(run.busy || run.answer);
    this.#elsewhere.querySelector("bdi").textContent = run.article?.title || run.article?.site || "";
    this.#content.classList.toggle("untraced", !open);
  }

  /** Over without a summary: say why and what to do. */
  async #end(run, reason, detail = "") {
    this.#halt(run);
    let answer;
    try {
      answer = await within(NOTICE_PATIENCE, this.#engine.request("notice", { reason, detail }));
    } catch (error) {
      if (run === this.#run) this.#fail(run, error.message);
      return;
    }
    if (run === this.#run) this.#showNotice(run, answer);
  }

  #showNotice(run, { html, reason }) {
    run.reason = reason;
    showFragment(this.#content, html);
    this.#say(this.#content.querySelector("h1")?.textContent ?? "");
  }

  #showUnkept(why) {
    const nodes = fromTemplate("unkept");
    nodes.querySelector("bdi").textContent = why;
    this.#content.append(nodes);
  }

  /** The engine itself is out of order, so these words are the panel's own. */
  #fail(run, message) {
    this.#halt(run);
    const nodes = fromTemplate("engine-failed");
    nodes.querySelector(".detail").textContent = message;
    showNodes(this.#content, nodes);
    this.#say(this.#content.querySelector("h1").textContent);
  }

  #halt(run) {
    run.busy = false;
    run.answer = null;
    run.asking?.abort();
    run.life.abort();
    run.page?.highlight(null);
    this.#progress.stop();
    this.#gone.hidden = true;
    this.#elsewhere.hidden = true;
    this.#changed();
  }

  #leave() {
    if (this.#run) this.#halt(this.#run);
    this.#content.classList.remove("untraced", "fresh");
  }

  async #retry() {
    const { task, reason } = this.#run;
    const [active] = await chrome.tabs.query({ active: true, windowId: this.#windowId });
    // A page that went away cannot be meant: it is the one before the reader's eyes.
    const tabId = reason === "moved" && active ? active.id : task.tabId;
    await this.take({ ...task, tabId, again: true });
  }
}
