// The privacy sheet: retention, switches, permissions, the request ledger, export and import, and deletion.

import { applyNewsState, applyRetention } from "../alarms.js";
import { removeHostPermissions, grantedHostPatterns, permissions } from "../platform.js";
import { plural, text } from "../messages.js";
import { exportBundle, exportMarkdown, importBundle, needsPassphrase } from "./export-import.js";
import { fromTemplate, showFragment, showNodes } from "./fragment.js";
import { Retention } from "./retention.js";
import { forgetOutside } from "./outside.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const FILTER_DELAY = 150; // ms after the last key
const UNDO_TIME = 10_000; // ms
const PAGE_SIZE = 200; // requests

export class Privacy {
  #engine;
  #announce;
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
  #retention;
  #controller = null; // of the work that can be cancelled
  #count = PAGE_SIZE;
  #lastRequestId = 0;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say announces a message to screen readers
   * @param {() => void} parts.erased called when data changed, so that other sheets are out of date
   * @param {() => void} parts.emptied called when everything was deleted
   */
  constructor({ engine, say, erased, emptied }) {
    this.#engine = engine;
    this.#announce = say;
    this.#erased = erased;
    this.#emptied = emptied;
    const ask = (name, payload) => this.#try(name, payload);
    this.#retention = new Retention({ content: this.#content, ask, erased, show: () => this.show() });
    this.#listen();
  }

  /** Always null: this sheet has no summary for the toolbar. */
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

  /** Returns from the ledger to the overview. Returns whether the ledger was open. */
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
      if (giveBack) this.#removeAccess(giveBack);
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
      timer = setTimeout(() => this.#list(), FILTER_DELAY);
    });
    this.#file.addEventListener("change", () => this.#fileChosen());
    document.getElementById("privacy-cancel").addEventListener("click", () => this.#controller?.abort());
    onClose("privacy-export", (dialog) => this.#export(dialog));
    onClose("privacy-open", (dialog) => this.#importEncrypted(dialog));
    onClose("privacy-erase", () => this.#eraseAll());
  }

  #actions = {
    keep: (keep) => this.#retention.choose(keep, true),
    leave: () => this.#retention.leave(),
    ledger: () => this.showLedger(),
    more: () => this.#list(this.#count + PAGE_SIZE),
    back: () => this.back(),
    export: () => document.getElementById("privacy-export").showModal(),
    import: () => this.#file.click(),
    markdown: () => this.#work(text("progress.exporting"), (step, signal) => exportMarkdown(this.#engine, step, signal)),
    erase: () => document.getElementById("privacy-erase").showModal(),
  };

  async #set(input) {
    if (input.name === "keep") {
      await this.#retention.choose(input.value);
    } else if (input.dataset.switch) {
      await setSwitch(this.#engine, input);
    }
  }

  // Request ledger

  async showLedger() {
    this.#overview.hidden = true;
    this.#ledger.hidden = false;
    this.#filter.value = "";
    await this.#list();
    document.getElementById("privacy-back").focus();
  }

  async #list(count = PAGE_SIZE) {
    this.#count = count;
    const requestId = ++this.#lastRequestId;
    const query = this.#filter.value.trim();
    const answer = await this.#ask(this.#rows, "privacy.ledger", { query, limit: count });
    if (!answer || requestId !== this.#lastRequestId) return;
    showFragment(this.#rows, answer.html);
    if (query) this.#announce(plural("action.results", answer.count));
  }

  // Host access and permissions

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

  async #removeAccess(pattern) {
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

  // Export and import

  async #export(dialog) {
    const form = dialog.querySelector("form");
    const passphrase = form.elements.passphrase.value;
    form.reset();
    await this.#work(text("progress.exporting"), (step, signal) => exportBundle(this.#engine, passphrase, step, signal));
  }

  async #fileChosen() {
    const [file] = this.#file.files;
    if (!file) return;
    if (await needsPassphrase(file)) document.getElementById("privacy-open").showModal();
    else await this.#import(file, "");
  }

  async #importEncrypted(dialog) {
    const form = dialog.querySelector("form");
    const passphrase = form.elements.passphrase.value;
    form.reset();
    await this.#import(this.#file.files[0], passphrase);
  }

  async #import(file, passphrase) {
    const report = await this.#work(text("progress.importing"), (step, signal) => importBundle(this.#engine, file, passphrase, step, signal));
    this.#file.value = ""; // so that the same file can be chosen again
    this.#erased(); // even a failed import may have added data
    if (!report) return;
    await this.show();
    showFragment(document.getElementById("privacy-report"), report.html);
    document.getElementById("privacy-report").scrollIntoView({ block: "center" });
  }

  /** Runs slow work with a progress bar and a cancel button. */
  async #work(label, work) {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const report = document.getElementById("privacy-report");
    report?.replaceChildren();
    this.#progress.start();
    document.getElementById("privacy-progress-label").textContent = label;
    try {
      return await work((done, total) => {
        this.#progress.update("work", done, Math.max(2, total));
        document.getElementById("privacy-progress-label").textContent = label;
      }, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) toast(text("action.stopped"));
      else if (report?.isConnected) report.textContent = error.message;
      else toast(error.message, { ms: 8_000 });
      return null;
    } finally {
      this.#progress.stop();
    }
  }

  // Deletion

  async #erase(form) {
    const { erase } = form.dataset;
    let answer = null;
    if (erase === "span") {
      const until = Date.now() / 1000;
      answer = await this.#try("library.erase", { what: "span", since: until - Number(form.elements.span.value), until });
    } else if (erase === "site") {
      answer = await this.#try("library.erase", { what: "site", site: form.elements.site.value });
    }
    if (!answer) return;
    const { undo } = answer;
    const run = async () => {
      await this.#try("library.erase", { what: "undo", undo });
      await this.#refresh();
    };
    await this.#refresh();
    const hold = () => this.#engine.request("library.erase", { what: "hold", undo }).catch(() => {}); // a failed undo shows its own error
    toast(answer.count ? text("privacy.deleted") : text("privacy.nothing_to_delete"), answer.count ? { label: text("action.undo"), run, hold, ms: UNDO_TIME } : {});
  }

  /** Deletes the database and everything stored outside it. */
  async #eraseAll() {
    if (!(await this.#try("library.erase", { what: "all" }))) return;
    await forgetOutside(this.#engine);
    this.#emptied();
  }

  async #refresh() {
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
      this.#announce(element.querySelector("h1").textContent);
      return null;
    }
  }

  /** Sends a request. If it fails, shows a toast and leaves the sheet as it is. */
  async #try(name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      toast(error.message, { ms: 8_000 });
      return null;
    }
  }
}

/** Saves a switch of this sheet or the first-run screen. Resets the switch if that fails. */
export async function setSwitch(engine, input) {
  const on = input.checked;
  try {
    const answer = await engine.request("news.preferences.set", { switch: input.dataset.switch, on });
    if (answer.state) await applyNewsState(answer.state);
  } catch (error) {
    input.checked = !on;
    toast(error.message, { ms: 8_000 });
  }
}

/** Runs `work` when the user closes a dialog with its main button. */
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
