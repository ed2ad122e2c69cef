// The sheet "Privacy": what is kept and how long, what may happen, what was requested; taking all along, erasing.

import { applyNewsState, applyRetention } from "../alarms.js";
import { removeHostPermissions, grantedHostPatterns, permissions } from "../platform.js";
import { plural, text } from "../messages.js";
import { exportBundle, exportMarkdown, importBundle, needsPassphrase } from "./export-import.js";
import { fromTemplate, showFragment, showNodes } from "./fragment.js";
import { Retention } from "./retention.js";
import { forgetOutside } from "./outside.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const TYPING = 150; // ms without a key until the ledger is filtered
const REGRET = 10_000; // ms in which an erasure can be taken back
const ROWS = 200; // requests listed at a time

export class Privacy {
  #engine;
  #say;
  #erased;
  #emptied;
  #sheet = document.getElementById("sheet-privacy");
  #overview = document.getElementById("privacy-overview");
  #content = document.getElementById("privacy-content");
  #ledger = document.getElementById("privacy-ledger");
  #rows = document.getElementById("privacy-rows");
  #filter = document.getElementById("privacy-filter");
  #file = document.getElementById("privacy-file");
  #progress = new Progress(document.getElementById("privacy-progress"));
  #keeping;
  #working = null; // the AbortController of what can be cancelled
  #count = ROWS;
  #turn = 0;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say tells screen readers
   * @param {() => void} parts.erased rows went or came: other sheets show what is not there
   * @param {() => void} parts.emptied everything went
   */
  constructor({ engine, say, erased, emptied }) {
    this.#engine = engine;
    this.#say = say;
    this.#erased = erased;
    this.#emptied = emptied;
    const ask = (name, payload) => this.#try(name, payload);
    this.#keeping = new Retention({ content: this.#content, ask, erased, show: () => this.show() });
    this.#listen();
  }

  /** Nothing here has a summary that the bar of tools could work on. */
  get answer() {
    return null;
  }

  async show() {
    if (!this.#ledger.hidden) return;
    const answer = await this.#ask(this.#content, "privacy");
    if (!answer) return;
    showFragment(this.#content, answer.html);
    await Promise.all([this.#showHosts(), this.#showPermissions(), applyRetention(answer.keep)]);
    this.#sheet.dispatchEvent(new Event("shown"));
  }

  /** From the ledger back to the page. */
  back() {
    if (this.#ledger.hidden) return false;
    this.#ledger.hidden = true;
    this.#overview.hidden = false;
    if (this.#content.hasChildNodes()) this.#focusLedgerLink();
    else this.show().then(() => this.#focusLedgerLink());
    return true;
  }

  #focusLedgerLink() {
    this.#content.querySelector('[data-privacy="ledger"]')?.focus();
  }

  #listen() {
    this.#sheet.addEventListener("click", (event) => {
      const target = event.target.closest("button");
      if (!target) return;
      const { privacy, giveBack, keep } = target.dataset;
      if (giveBack) this.#giveBack(giveBack);
      if (target.dataset.action === "retry") this.show();
      this.#actions[privacy]?.(keep);
    });
    this.#sheet.addEventListener("change", (event) => this.#set(event.target));
    this.#sheet.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#erase(event.target);
    });
    let timer;
    this.#filter.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#list(), TYPING);
    });
    this.#file.addEventListener("change", () => this.#chosen());
    document.getElementById("privacy-cancel").addEventListener("click", () => this.#working?.abort());
    onClose("privacy-export", (dialog) => this.#export(dialog));
    onClose("privacy-open", (dialog) => this.#opened(dialog));
    onClose("privacy-erase", () => this.#eraseAll());
  }

  #actions = {
    keep: (keep) => this.#keeping.choose(keep, true),
    leave: () => this.#keeping.leave(),
    ledger: () => this.showLedger(),
    more: () => this.#list(this.#count + ROWS),
    back: () => this.back(),
    export: () => document.getElementById("privacy-export").showModal(),
    import: () => this.#file.click(),
    markdown: () => this.#work(text("progress.exporting"), (step, signal) => exportMarkdown(this.#engine, step, signal)),
    erase: () => document.getElementById("privacy-erase").showModal(),
  };

  async #set(input) {
    if (input.name === "keep") {
      await this.#keeping.choose(input.value);
    } else if (input.dataset.switch) {
      await setSwitch(this.#engine, input);
    }
  }

  // What was requested

  async showLedger() {
    this.#overview.hidden = true;
    this.#ledger.hidden = false;
    this.#filter.value = "";
    await this.#list();
    document.getElementById("privacy-back").focus();
  }

  async #list(count = ROWS) {
    this.#count = count;
    const turn = ++this.#turn;
    const query = this.#filter.value.trim();
    const answer = await this.#ask(this.#rows, "privacy.ledger", { query, limit: count });
    if (!answer || turn !== this.#turn) return;
    showFragment(this.#rows, answer.html);
    if (query) this.#say(plural("action.results", answer.count));
  }

  // What may be reached

  async #showHosts() {
    const element = document.getElementById("privacy-hosts");
    const hosts = await grantedHostPatterns();
    if (!element || hosts.length === 0) return;
    const list = document.createElement("ul");
    list.className = "hosts";
    for (const pattern of hosts) {
      const host = pattern.replace(/^[^:]+:\/\//, "").replace(/\/\*$/, "");
      const name = Object.assign(document.createElement("bdi"), { textContent: host });
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: text("privacy.remove_access") });
      button.dataset.giveBack = pattern;
      button.setAttribute("aria-label", text("privacy.remove_access_named", { host }));
      const row = document.createElement("li");
      row.append(name, button);
      list.append(row);
    }
    showNodes(element, list);
  }

  async #giveBack(pattern) {
    await removeHostPermissions([pattern]);
    toast(text("privacy.access_removed"), { ms: 6_000 });
    await this.show();
  }

  #showPermissions() {
    const list = document.getElementById("privacy-permissions");
    if (!list) return;
    const words = document.getElementById("permission-words").content;
    const rows = permissions().map((name) => {
      const row = document.createElement("li");
      row.textContent = words.querySelector(`[data-permission="${CSS.escape(name)}"]`)?.textContent ?? name;
      return row;
    });
    showNodes(list, ...rows);
  }

  // Taking along

  async #export(dialog) {
    const form = dialog.querySelector("form");
    const passphrase = form.elements.passphrase.value;
    form.reset();
    await this.#work(text("progress.exporting"), (step, signal) => exportBundle(this.#engine, passphrase, step, signal));
  }

  async #chosen() {
    const [file] = this.#file.files;
    if (!file) return;
    if (await needsPassphrase(file)) document.getElementById("privacy-open").showModal();
    else await this.#import(file, "");
  }

  async #opened(dialog) {
    const form = dialog.querySelector("form");
    const passphrase = form.elements.passphrase.value;
    form.reset();
    await this.#import(this.#file.files[0], passphrase);
  }

  async #import(file, passphrase) {
    const report = await this.#work(text("progress.importing"), (step, signal) => importBundle(this.#engine, file, passphrase, step, signal));
    this.#file.value = ""; // so that the same file can be chosen again
    this.#erased(); // a file that broke off was taken in as far as it went
    if (!report) return;
    await this.show();
    showFragment(document.getElementById("privacy-report"), report.html);
    document.getElementById("privacy-report").scrollIntoView({ block: "center" });
  }

  /** Something longer, with a bar, and to be cancelled. */
  async #work(words, work) {
    this.#working?.abort();
    const working = (this.#working = new AbortController());
    const report = document.getElementById("privacy-report");
    report?.replaceChildren();
    this.#progress.start();
    document.getElementById("privacy-progress-label").textContent = words;
    try {
      return await work((done, total) => {
        this.#progress.update("work", done, Math.max(2, total));
        document.getElementById("privacy-progress-label").textContent = words;
      }, working.signal);
    } catch (error) {
      if (working.signal.aborted) toast(text("action.stopped"));
      else if (report?.isConnected) report.textContent = error.message;
      else toast(error.message, { ms: 8_000 });
      return null;
    } finally {
      this.#progress.stop();
    }
  }

  // Erasing

  async #erase(form) {
    const { erase } = form.dataset;
    let answer = null;
    if (erase === "span") {
      const until = Date.now() / 1000;
      answer = await this.#try("memory.erase", { what: "span", since: until - Number(form.elements.span.value), until });
    } else if (erase === "site") {
      answer = await this.#try("memory.erase", { what: "site", site: form.elements.site.value });
    }
    if (!answer) return;
    const { undo } = answer;
    const run = async () => {
      await this.#try("memory.erase", { what: "undo", undo });
      await this.#renew();
    };
    await this.#renew();
    const hold = () => this.#engine.request("memory.erase", { what: "hold", undo }).catch(() => {}); // run says so
    toast(answer.count ? text("privacy.deleted") : text("privacy.nothing_to_delete"), answer.count ? { label: text("action.undo"), run, hold, ms: REGRET } : {});
  }

  /** Every row, every permission for a site, the number on the button, the alarms, a language model's file. */
  async #eraseAll() {
    if (!(await this.#try("memory.erase", { what: "all" }))) return;
    await forgetOutside(this.#engine);
    this.#emptied();
  }

  async #renew() {
    this.#erased();
    await this.show();
  }

  async #ask(element, name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      const nodes = fromTemplate("engine-failed");
      nodes.querySelector(".detail").textContent = error.message;
      showNodes(element, nodes);
      this.#say(element.querySelector("h1").textContent);
      return null;
    }
  }

  /** A change: what is on screen stays when it fails. */
  async #try(name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      toast(error.message, { ms: 8_000 });
      return null;
    }
  }
}

/** A switch was pressed: here, or on the first-run screen. It shows what is true afterwards. */
export async function setSwitch(engine, input) {
  const on = input.checked;
  try {
    const answer = await engine.request("news.taste.set", { switch: input.dataset.switch, on });
    if (answer.state) await applyNewsState(answer.state);
  } catch (error) {
    input.checked = !on;
    toast(error.message, { ms: 8_000 });
  }
}

/** What a dialog's main button does; closing it by any other way does nothing. */
function onClose(id, work) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "go") return;
    const [first, second] = form.querySelectorAll('input[type="password"]');
    first?.setCustomValidity("");
    if (second && first.value !== second.value) {
      event.preventDefault();
      form.querySelector(".problem").textContent = text("lock.mismatch");
      second.focus();
    }
  });
  dialog.addEventListener("close", () => {
    const go = dialog.returnValue === "go";
    dialog.returnValue = "";
    const problem = form.querySelector(".problem");
    if (problem) problem.textContent = "";
    if (go) work(dialog);
    else form.reset();
  });
}
