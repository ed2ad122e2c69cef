// "Rewrite shorter", below a summary: the language model's paraphrase, with each sentence checked and traced, and the
// switch with information about the model. Nothing runs until the user opens this section or turns it on.

import { text } from "../messages.js";
import { fromTemplate, parseFragment, showFragment } from "./fragment.js";
import { tracePoints } from "./points.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

export class Paraphrase {
  #engine;
  #announce;
  #section = document.getElementById("paraphrase");
  #title = document.getElementById("paraphrase-title");
  #output = document.getElementById("paraphrase-said");
  #draft = document.getElementById("paraphrase-draft");
  #about = document.getElementById("paraphrase-about");
  #offer = document.getElementById("paraphrase-offer");
  #file = document.getElementById("paraphrase-file");
  #progress = new Progress(document.getElementById("paraphrase-progress"));
  #label = document.getElementById("paraphrase-progress-label");
  #summary = document.getElementById("page-content");
  #article = null;
  #on = false;
  #controller = null;
  #paraphrasing = false; // whether the current work is a paraphrase
  #traces = {};
  #originals = new WeakMap(); // the original text of each key point that is shown shorter

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say announces a message to screen readers
   * @param {(trace: object|null, options: {scroll: boolean}) => Promise<void>} parts.trace highlights a place in the page
   */
  constructor({ engine, say, trace }) {
    this.#engine = engine;
    this.#announce = say;
    tracePoints(this.#output, (key, options) => trace(key && (this.#traces[key] ?? null), options));
    this.#section.addEventListener("click", (event) => {
      const action = event.target.closest("[data-paraphrase]")?.dataset.paraphrase;
      if (action) this.#actions[action]();
    });
    this.#about.addEventListener("toggle", () => this.#about.open && this.#describe());
    this.#file.addEventListener("change", () => this.#choose());
    document.getElementById("paraphrase-cancel").addEventListener("click", () => this.cancel());
    this.#summary.addEventListener("click", (event) => {
      const button = event.target.closest(".simpler");
      if (button) this.#simplify(button);
    });
    this.#updateLabels();
  }

  /** Whether the user turned it on. */
  get on() {
    return this.#on;
  }

  get busy() {
    return this.#controller !== null;
  }

  /** Applies the saved setting. @param {{words?: boolean}|null} settings */
  load(settings) {
    if (!settings?.words || this.#on) return;
    this.#on = true;
    this.#updateLabels();
    if (this.#article) this.#run();
  }

  /** Shows the section for an article, or hides it for null. Another length of the same article changes nothing. */
  show(article) {
    this.#section.hidden = !article;
    if (article && this.#on) this.#addButtons();
    if (article === this.#article) return;
    this.cancel();
    this.#article = article;
    this.#clear();
    this.#about.open = false;
    if (article && this.#on) this.#run();
  }

  /** Stops the current work. Sentences that were already checked stay. */
  cancel() {
    this.#controller?.abort();
    this.#finish();
  }

  /** Returns nodes with one sentence that answers a question, or none if it fails the check or the feature is off. */
  async answer(payload, signal) {
    if (!this.#on) return { nodes: [], traces: {} };
    const { html, traces } = await this.#engine.request("paraphrase.answer", { article: this.#article, ...payload }, { signal });
    return { nodes: parseFragment(html), traces };
  }

  #actions = {
    on: () => this.#switch(true),
    off: () => this.#switch(false),
    measure: () => this.#measure(),
    insist: () => this.#run(true),
    again: () => this.#run(),
    choose: () => this.#file.click(),
    remove: () => this.#remove(),
  };

  #updateLabels() {
    this.#title.hidden = !this.#on;
    this.#about.querySelector("summary").textContent = this.#on ? text("paraphrase.about") : text("paraphrase.title");
  }

  #clear() {
    this.#output.replaceChildren();
    this.#traces = {};
    this.#draft.hidden = true;
  }

  // About the model

  /** Describes the model. Measures its speed first, so that the user knows it before turning the model on. */
  async #describe() {
    if (this.#on && this.busy) return void this.#state("paraphrase.state");
    const state = await this.#state("paraphrase.state");
    if (state?.there && !state.measured) await this.#measure();
  }

  async #state(name, controller) {
    try {
      const options = controller && { signal: controller.signal, onProgress: (...step) => this.#progress.update(...step) };
      const state = await this.#engine.request(name, {}, options ?? {});
      showFragment(this.#offer, state.html);
      return state;
    } catch (error) {
      if (!controller?.signal.aborted) this.#fail(this.#offer, error.message, "measure");
      return null;
    }
  }

  async #measure() {
    const controller = this.#start(text("paraphrase.progress_measure"));
    const state = await this.#state("paraphrase.measure", controller);
    if (this.#controller === controller) this.#finish();
    return state;
  }

  async #switch(on) {
    this.cancel();
    try {
      await this.#engine.request("settings.set", { words: on });
    } catch (error) {
      toast(error.message, { ms: 8_000 });
      return;
    }
    this.#on = on;
    this.#updateLabels();
    if (on) {
      this.#about.open = false;
      this.#addButtons();
      this.#output.focus();
      await this.#run();
    } else {
      this.#clear();
      for (const button of this.#summary.querySelectorAll(".simpler")) this.#removeButton(button);
      await this.#state("paraphrase.change_decoder"); // frees the model's memory
      this.#offer.querySelector("button")?.focus();
    }
  }

  // The user's own model file

  async #choose() {
    const [file] = this.#file.files;
    this.#file.value = ""; // so that the same file can be chosen again
    if (!file) return;
    const controller = this.#start(text("paraphrase.progress_import"));
    const { takeDecoder, dropDecoder } = await import("./decoder-file.js");
    try {
      await takeDecoder(file, (done, total) => this.#progress.update("paraphrase-file", done, total), controller.signal);
      try {
        await this.#engine.request("paraphrase.change_decoder", {}, { signal: controller.signal });
        const { html } = await this.#engine.request("paraphrase.measure", {}, { signal: controller.signal, onProgress: (...step) => this.#progress.update(...step) });
        showFragment(this.#offer, html);
      } catch (error) {
        await dropDecoder();
        throw error;
      }
      toast(text("paraphrase.works"));
    } catch (error) {
      const state = await this.#state("paraphrase.change_decoder");
      if (state && !controller.signal.aborted) this.#fail(this.#offer, text("paraphrase.cannot_use", { file: file.name, problem: error.message }), "choose", false);
    }
    if (this.#controller === controller) this.#finish();
  }

  async #remove() {
    this.cancel();
    const { dropDecoder } = await import("./decoder-file.js");
    await dropDecoder();
    const state = await this.#state("paraphrase.change_decoder");
    toast(text("paraphrase.removed"));
    if (state && !state.there && this.#on) await this.#switch(false);
    this.#offer.querySelector("button")?.focus();
  }

  // Paraphrase

  async #run(insist = false) {
    this.cancel();
    this.#clear();
    const controller = this.#start(text("paraphrase.progress_start"));
    this.#paraphrasing = true;
    const current = () => this.#controller === controller;
    const show = ({ html, traces }) => {
      this.#traces = traces;
      showFragment(this.#output, html);
    };
    try {
      const answer = await this.#engine.request(
        "paraphrase.page",
        { article: this.#article, insist },
        {
          signal: controller.signal,
          onProgress: (stage, done, total, part) => {
            if (!current()) return;
            this.#progress.update(stage, done, total);
            this.#draft.hidden = !part?.draft;
            if (part?.draft) this.#draft.lastElementChild.textContent = part.draft;
            if (part?.html) show(part);
          },
        },
      );
      if (!current()) return;
      show(answer);
      const announced = this.#output.querySelectorAll(".said > .point, .said-none, :scope > p:not([class])");
      this.#announce(Array.from(announced, (element) => element.textContent).join(" "));
    } catch (error) {
      if (current()) this.#fail(this.#output, error.message, "again", false);
    } finally {
      if (current()) this.#finish();
    }
  }

  #start(label) {
    this.cancel();
    const controller = (this.#controller = new AbortController());
    this.#label.dataset.start = label;
    this.#progress.start();
    return controller;
  }

  #finish() {
    if (this.#paraphrasing && this.#controller.signal.aborted) this.#output.append(fromTemplate("paraphrase-stopped"));
    this.#controller = null;
    this.#paraphrasing = false;
    this.#progress.stop();
    this.#draft.hidden = true;
  }

  #fail(element, message, action, replace = true) {
    const nodes = fromTemplate("paraphrase-failed");
    nodes.querySelector(".detail").textContent = message;
    nodes.querySelector("[data-paraphrase]").dataset.paraphrase = action;
    if (replace) element.replaceChildren(nodes);
    else element.append(nodes);
    this.#announce(message);
  }

  // Shorter key points

  #addButtons() {
    for (const row of this.#summary.querySelectorAll(".points > li:not(:has(.simpler))")) row.append(fromTemplate("paraphrase-simpler"));
  }

  async #simplify(button) {
    const point = button.parentElement.querySelector(".point > span");
    if (this.#originals.has(point)) {
      this.#restore(button, point);
      return;
    }
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      const { text: shorter, shown } = await this.#engine.request("paraphrase.simplify", { text: point.textContent });
      if (!button.isConnected) return;
      if (shown) {
        this.#originals.set(point, point.textContent);
        point.textContent = shorter;
        this.#mark(button, true);
        this.#announce(shorter);
      } else {
        toast(text("paraphrase.not_shorter"), { ms: 6_000 });
      }
    } catch (error) {
      toast(error.message, { ms: 8_000 });
    } finally {
      button.ariaBusy = "false";
    }
  }

  #restore(button, point) {
    point.textContent = this.#originals.get(point);
    this.#originals.delete(point);
    this.#mark(button, false);
    this.#announce(point.textContent);
  }

  #mark(button, simpler) {
    const label = simpler ? button.dataset.back : button.dataset.start;
    button.classList.toggle("back", simpler);
    button.setAttribute("aria-label", label);
    button.title = label;
  }

  #removeButton(button) {
    const point = button.parentElement.querySelector(".point > span");
    if (this.#originals.has(point)) this.#restore(button, point);
    button.remove();
  }
}
