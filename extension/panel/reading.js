// The "This page" sheet: runs one task at a time, from the click to the summary.

import { showFragment, showNodes, fromTemplate } from "./fragment.js";
import { Page, Unreadable, within } from "./page.js";
import { tracePoints } from "./points.js";
import { measure } from "../user-timing.js";
import { toast } from "./toast.js";

const NOTICE_TIMEOUT = 20_000; // ms; after that the panel shows an error text of its own

export class Reading {
  #engine;
  #windowId;
  #progress;
  #changed;
  #announce;
  #content = document.getElementById("page-content");
  #gone = document.getElementById("banner-gone");
  #elsewhere = document.getElementById("banner-elsewhere");
  #run = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {number} parts.windowId
   * @param {import("./progress.js").Progress} parts.progress
   * @param {() => void} parts.changed called when `answer` changes
   * @param {(message: string) => void} parts.say announces a message to screen readers
   */
  constructor({ engine, windowId, progress, changed, say }) {
    this.#engine = engine;
    this.#windowId = windowId;
    this.#progress = progress;
    this.#changed = changed;
    this.#announce = say;
    tracePoints(this.#content, (key, options) => this.trace(key, options));
    this.#content.addEventListener("click", (event) => {
      if (event.target.closest('[data-action="retry"]') && this.#run) this.#retry();
      if (event.target.closest('[data-action="choose-pdf"]')) document.getElementById("pdf-file").click();
    });
    this.#elsewhere.querySelector("button").addEventListener("click", () => {
      const { page } = this.#run;
      if (page.tabId === null) page.reveal(); // a PDF whose tabs were closed
      else chrome.tabs.update(page.tabId, { active: true });
    });
    chrome.tabs.onActivated.addListener(({ windowId: where }) => where === this.#windowId && this.#checkPage());
  }

  /** Shows the introduction, unless a task has started. */
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

  /** The core's answer that is shown, or null. */
  get answer() {
    return this.#run?.answer ?? null;
  }

  /** The extracted article, or null. */
  get article() {
    return this.#run?.article ?? null;
  }

  get busy() {
    return this.#run?.busy ?? false;
  }

  /** Starts a task and stops the previous one. */
  async take(task) {
    this.#stopPrevious();
    const run = { task, answer: null, page: null, busy: true, controller: null, lifetime: new AbortController() };
    this.#run = run;
    this.#changed();
    this.#progress.start();
    this.#checkPage();
    this.#engine.warm();
    try {
      const from = performance.now();
      const waiting = () => run === this.#run && run.busy && this.#progress.update("wait");
      run.waiting = waiting;
      let read = task.file ? await this.#readPdf(run) : await Page.read(task, { waiting });
      if (read.article?.signals?.content_type === "application/pdf" && run === this.#run && run.busy) {
        read = await this.#readPdf(run, read);
      }
      const { page, article, lead, doubtful, notice } = read;
      measure("read the page", from);
      if (run !== this.#run || !run.busy) return;
      if (notice) {
        this.#halt(run);
        this.#showNotice(run, notice);
        return;
      }
      Object.assign(run, { page, article });
      page.watch(() => this.#checkPage(), run.lifetime.signal);
      // The core may reject a doubtful page. Its first progress report means that it accepted the page.
      run.showLead = () => this.#showLead(article, article.unhidden ? "" : lead);
      if (!doubtful) this.#showLeadOnce(run);
      await this.#summarize(run, null);
    } catch (error) {
      if (run !== this.#run || !run.busy) return;
      const reason = error instanceof Unreadable ? error.reason : "failed";
      await this.#end(run, reason, error.message === reason ? "" : error.message);
    }
  }

  /** Reads a PDF: the task's file, or what the tab shows. Resolves to the fields of Page.read, or to a `notice`. */
  async #readPdf(run, tab = null) {
    const { PdfPage, fetchFromTab } = await import("./pdf-page.js");
    const { signal } = (run.controller = new AbortController());
    const { task } = run;
    const url = tab?.article.url ?? "";
    const got = task.file ? { file: task.file } : await fetchFromTab((func, args) => tab.page.run(func, args), signal);
    const name = task.name ?? decodeURIComponent(url.split(/[?#]/)[0].split("/").pop());
    const page = new PdfPage({ ...got, name, tabId: tab?.page.tabId, viewerId: task.viewerId, viewerTab: task.viewerTab });
    run.lifetime.signal.addEventListener("abort", () => page.close());
    const onProgress = (...step) => run === this.#run && run.busy && this.#progress.update(...step);
    const answer = await page.read({ engine: this.#engine, url, onProgress, signal });
    if (!answer.article) return { notice: answer };
    if (task.file && run === this.#run && run.busy) page.reveal();
    return { page, article: answer.article, lead: "" };
  }

  /** Summarizes the same page at another length. The current summary stays until the new one is ready. */
  async relength(length) {
    const run = this.#run;
    if (!run?.answer) return;
    this.#progress.start();
    run.busy = true;
    await this.#summarize(run, length);
  }

  /** Stops the current request because the user cancelled it. */
  cancel() {
    const run = this.#run;
    if (!run?.busy) return;
    if (run.answer) this.#stopRelength(run);
    else this.#end(run, "cancelled");
  }

  /** Highlights a sentence of the summary in the page, or nothing for null. */
  async trace(key, options) {
    const trace = key === null ? null : this.#run?.answer?.traces[key];
    if (trace !== undefined) await this.show(trace, options);
  }

  /** Highlights any place in the page, or nothing for null. */
  async show(trace, options) {
    const run = this.#run;
    if (!run?.page || !this.#gone.hidden) return;
    const found = await run.page.highlight(trace, options);
    if (found === false && options.scroll) toast(this.#content.dataset.missing);
  }

  async #summarize(run, length) {
    const from = performance.now();
    run.controller?.abort();
    const controller = (run.controller = new AbortController());
    const current = () => run === this.#run && run.controller === controller && run.busy;
    const first = !run.answer;
    if (first) this.#announce(this.#content.dataset.working);
    let answer;
    try {
      answer = await this.#engine.request(
        "summarize",
        { article: run.article, length },
        {
          signal: controller.signal,
          onProgress: (...step) => {
            if (!current()) return;
            if (first) this.#showLeadOnce(run);
            this.#progress.update(...step);
          },
        },
      );
    } catch (error) {
      if (!current()) return;
      if (!first) this.#stopRelength(run, error.message);
      else if (error.code === "engine-start") this.#fail(run, error.message);
      else await this.#end(run, "failed", error.message);
      return;
    }
    if (first && current() && !(await run.page.isOpen())) await this.#end(run, "moved");
    if (!current()) return;
    if (answer.reason) {
      await this.#refused(run, answer); // the core found no article, or no sentence in it
      return;
    }
    run.busy = false;
    run.answer = answer;
    run.showLead = null;
    this.#progress.stop();
    showFragment(this.#content, answer.html);
    measure("summary asked for until shown", from);
    if (answer.unkept) this.#showUnsaved(answer.unkept);
    this.#content.classList.toggle("fresh", first);
    this.#announce(this.#content.dataset.ready);
    this.#changed();
    this.#checkPage();
  }

  /** Shows why there is no summary. A page that may still be loading gets a second chance first. */
  async #refused(run, answer) {
    if (run.task.mode === "page" && answer.reason === "no-article" && !run.secondChance) {
      run.secondChance = true;
      try {
        const { grown, late } = await run.page.waitForText(run.waiting);
        const again = grown ? await run.page.reread() : null;
        if (run !== this.#run || !run.busy) return;
        if (again) {
          run.article = again.article;
          run.showLead = () => this.#showLead(again.article, again.article.unhidden ? "" : again.lead);
          await this.#summarize(run, null);
          return;
        }
        if (late) {
          await this.#end(run, "late");
          return;
        }
      } catch (error) {
        if (run !== this.#run || !run.busy) return;
        // The page is gone, or can't be read any more: the first answer stands.
      }
    }
    this.#halt(run);
    run.article = null;
    this.#showNotice(run, answer);
  }

  /** Ends a failed or cancelled change of length. The current summary stays. */
  #stopRelength(run, message) {
    run.busy = false;
    run.controller.abort();
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

  /** Checks whether the page is still open and in the active tab, and updates the banners. */
  async #checkPage() {
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
    const away = !(run.page?.isShownIn(active?.id) ?? active?.id === run.task.tabId);
    this.#gone.hidden = open || !run.answer;
    this.#elsewhere.hidden = !open || !away || !run.page || !(run.busy || run.answer);
    this.#elsewhere.querySelector("bdi").textContent = run.article?.title || run.article?.site || "";
    this.#content.classList.toggle("untraced", !open);
  }

  /** Ends a task without a summary, and shows why and what to do. */
  async #end(run, reason, detail = "") {
    this.#halt(run);
    let answer;
    try {
      answer = await within(NOTICE_TIMEOUT, this.#engine.request("notice", { reason, detail }));
    } catch (error) {
      if (run === this.#run) this.#fail(run, error.message);
      return;
    }
    if (run === this.#run) this.#showNotice(run, answer);
  }

  #showNotice(run, { html, reason }) {
    run.reason = reason;
    showFragment(this.#content, html);
    this.#announce(this.#content.querySelector("h1")?.textContent ?? "");
  }

  #showUnsaved(reason) {
    const nodes = fromTemplate("unkept");
    nodes.querySelector("bdi").textContent = reason;
    this.#content.append(nodes);
  }

  /** Shows the panel's own error text, because the engine can't render a notice. */
  #fail(run, message) {
    this.#halt(run);
    const nodes = fromTemplate("engine-failed");
    nodes.querySelector(".detail").textContent = message;
    showNodes(this.#content, nodes);
    this.#announce(this.#content.querySelector("h1").textContent);
  }

  #halt(run) {
    run.busy = false;
    run.answer = null;
    run.controller?.abort();
    run.lifetime.abort();
    run.page?.highlight(null);
    this.#progress.stop();
    this.#gone.hidden = true;
    this.#elsewhere.hidden = true;
    this.#changed();
  }

  #stopPrevious() {
    if (this.#run) this.#halt(this.#run);
    this.#content.classList.remove("untraced", "fresh");
  }

  async #retry() {
    const { task, reason } = this.#run;
    const [active] = await chrome.tabs.query({ active: true, windowId: this.#windowId });
    // If the page is gone, the user means the page in the active tab.
    const tabId = reason === "moved" && active ? active.id : task.tabId;
    await this.take({ ...task, tabId, again: true });
  }
}
