// The lock as the reader meets it: the screen that asks for the passphrase, and its part of the privacy sheet.

import { text } from "../messages.js";
import { fromTemplate, showNodes } from "./fragment.js";
import { forgetOutside } from "./outside.js";
import { toast } from "./toast.js";

/** While Nutshell is locked, nothing else is there; what was asked for waits until it is open. */
export class LockScreen {
  #engine;
  #screen = document.getElementById("locked");
  #form = this.#screen.querySelector("form");
  #input = this.#form.querySelector("input");
  #problem = this.#form.querySelector('[role="alert"]');
  #forget = document.getElementById("locked-forget");
  #waiting = null;

  constructor(engine) {
    this.#engine = engine;
    engine.unlock = () => this.#ask();
    engine.onLocked = () => location.reload(); // nothing of what was shown stays in memory
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try("lock.open", { passphrase: this.#input.value });
    });
    addEventListener("focus", () => this.#look());
    this.#screen.querySelector('[data-lock="forget"]').addEventListener("click", () => this.#forget.showModal());
    this.#forget.addEventListener("close", () => {
      if (this.#forget.returnValue === "forget") this.#try("lock.forget");
      this.#forget.returnValue = "";
    });
  }

  #ask() {
    this.#waiting ??= Promise.withResolvers();
    this.#show(true);
    this.#look();
    return this.#waiting.promise;
  }

  /** Perhaps it was unlocked in another window. */
  async #look() {
    if (!this.#waiting) return;
    const state = await this.#engine.request("lock.state").catch(() => null);
    if (state && !state.locked) this.#opened();
    // No passphrase helps then: what is left is to start over.
    if (state?.broken) this.#problem.textContent = text("lock.broken");
    for (const part of this.#form.querySelectorAll("label, .primary")) part.hidden = state?.broken === true;
  }

  #opened() {
    this.#show(false);
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  async #try(name, payload = {}) {
    const button = this.#form.querySelector("button");
    button.disabled = true;
    this.#problem.textContent = "";
    try {
      await this.#engine.request(name, payload);
      if (name === "lock.forget") await forgetOutside(this.#engine);
      this.#input.value = "";
      this.#opened();
    } catch (error) {
      this.#problem.textContent = error.message;
      this.#input.select();
    } finally {
      button.disabled = false;
    }
  }

  #show(locked) {
    for (const element of document.querySelectorAll("body > header, body > main, body > footer")) element.inert = locked;
    this.#screen.hidden = !locked;
    if (locked) this.#input.focus();
  }
}

/** `<section id="privacy-lock">`, filled each time the privacy sheet is shown. */
export class LockSettings {
  #engine;
  #working = false;

  constructor(engine) {
    this.#engine = engine;
    const sheet = document.getElementById("sheet-privacy");
    sheet.addEventListener("shown", () => this.#show());
    sheet.addEventListener("submit", (event) => {
      const how = event.target.dataset.lock;
      if (!how) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#submit(how, event.target);
    }, { capture: true });
    sheet.addEventListener("change", (event) => {
      if (event.target.name === "lock-minutes") this.#ask("lock.idle", { minutes: Number(event.target.value) });
    });
    sheet.addEventListener("click", (event) => {
      if (event.target.closest('[data-lock="now"]')) this.#ask("lock.now");
    });
  }

  async #show() {
    const state = await this.#ask("lock.state");
    const section = document.getElementById("privacy-lock");
    if (!state || !section) return;
    const nodes = fromTemplate(state.sealed ? "lock-on" : "lock-off");
    const select = nodes.querySelector("select");
    if (select) select.value = String(state.minutes);
    showNodes(section, nodes);
  }

  async #submit(how, form) {
    if (this.#working) return;
    const { passphrase, again, old } = Object.fromEntries(new FormData(form));
    const problem = form.querySelector('[role="alert"]');
    problem.textContent = "";
    if (again !== undefined && again !== passphrase) {
      problem.textContent = text("lock.mismatch");
      return;
    }
    this.#working = true;
    const button = form.querySelector("button");
    const label = button.textContent;
    button.disabled = true;
    try {
      const onProgress = (_, done, total) => (button.textContent = text("size.percent", { percent: Math.floor((100 * done) / Math.max(1, total)) }));
      await this.#engine.request(how, { passphrase, old }, { onProgress });
      toast(how === "lock.set" ? text("lock.was_set") : text("lock.was_removed"));
      await this.#show();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      this.#working = false;
      button.disabled = false;
      button.textContent = label;
    }
  }

  async #ask(name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      toast(error.message);
      return null;
    }
  }
}
