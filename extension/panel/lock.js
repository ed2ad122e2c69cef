// The lock: the screen that asks for the passphrase, and the lock settings on the privacy sheet.

import { text } from "../messages.js";
import { fromTemplate, showNodes } from "./fragment.js";
import { forgetOutside } from "./outside.js";
import { toast } from "./toast.js";

/** Covers the panel while Nutshell is locked. Requests wait until the user unlocks it. */
export class LockScreen {
  #engine;
  #screen = document.getElementById("locked");
  #form = this.#screen.querySelector("form");
  #input = this.#form.querySelector("input");
  #problem = this.#form.querySelector('[role="alert"]');
  #forget = document.getElementById("locked-forget");
  #pendingUnlock = null;

  constructor(engine) {
    this.#engine = engine;
    engine.unlock = () => this.#waitForUnlock();
    engine.onLocked = () => location.reload(); // clears everything shown from memory
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try("lock.open", { passphrase: this.#input.value });
    });
    addEventListener("focus", () => this.#checkUnlocked());
    this.#screen.querySelector('[data-lock="forget"]').addEventListener("click", () => this.#forget.showModal());
    this.#forget.addEventListener("close", () => {
      if (this.#forget.returnValue === "forget") this.#try("lock.forget");
      this.#forget.returnValue = "";
    });
  }

  #waitForUnlock() {
    this.#pendingUnlock ??= Promise.withResolvers();
    this.#show(true);
    this.#checkUnlocked();
    return this.#pendingUnlock.promise;
  }

  /** Checks whether the user unlocked it in another window. */
  async #checkUnlocked() {
    if (!this.#pendingUnlock) return;
    const state = await this.#engine.request("lock.state").catch(() => null);
    if (state && !state.locked) this.#finishUnlock();
    // No passphrase can open it then. The user can only start over.
    if (state?.broken) this.#problem.textContent = text("lock.broken");
    for (const part of this.#form.querySelectorAll("label, .primary")) part.hidden = state?.broken === true;
  }

  #finishUnlock() {
    this.#show(false);
    this.#pendingUnlock?.resolve();
    this.#pendingUnlock = null;
  }

  async #try(name, payload = {}) {
    const button = this.#form.querySelector("button");
    button.disabled = true;
    this.#problem.textContent = "";
    try {
      await this.#engine.request(name, payload);
      if (name === "lock.forget") await forgetOutside(this.#engine);
      this.#input.value = "";
      this.#finishUnlock();
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

/** The settings in `<section id="privacy-lock">`. They are rendered each time the privacy sheet is shown. */
export class LockSettings {
  #engine;
  #working = false;

  constructor(engine) {
    this.#engine = engine;
    const sheet = document.getElementById("sheet-privacy");
    sheet.addEventListener("shown", () => this.#show());
    sheet.addEventListener("submit", (event) => {
      const name = event.target.dataset.lock;
      if (!name) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#submit(name, event.target);
    }, { capture: true });
    sheet.addEventListener("change", (event) => {
      if (event.target.name === "lock-minutes") this.#request("lock.idle", { minutes: Number(event.target.value) });
    });
    sheet.addEventListener("click", (event) => {
      if (event.target.closest('[data-lock="now"]')) this.#request("lock.now");
    });
  }

  async #show() {
    const state = await this.#request("lock.state");
    const section = document.getElementById("privacy-lock");
    if (!state || !section) return;
    const nodes = fromTemplate(state.sealed ? "lock-on" : "lock-off");
    const select = nodes.querySelector("select");
    if (select) select.value = String(state.minutes);
    showNodes(section, nodes);
  }

  async #submit(name, form) {
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
      await this.#engine.request(name, { passphrase, old }, { onProgress });
      toast(name === "lock.set" ? text("lock.was_set") : text("lock.was_removed"));
      await this.#show();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      this.#working = false;
      button.disabled = false;
      button.textContent = label;
    }
  }

  async #request(name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      toast(error.message);
      return null;
    }
  }
}
