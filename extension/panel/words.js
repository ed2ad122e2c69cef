// "In other words", below a summary: what the language model makes of it, each sentence checked and traced; and the
// switch, with what the model is and what it costs. Nothing of it runs before the reader opens it or has switched it on.

import { text } from "../messages.js";
import { fromTemplate, parseFragment, showFragment } from "./fragment.js";
import { tracePoints } from "./points.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

export class InWords {
  #engine;
  #say;
  #section = document.getElementById("words");
  #title = document.getElementById("words-title");
  #said = document.getElementById("words-said");
  #draft = document.getElementById("words-draft");
  #about = document.getElementById("words-about");
  #offer = document.getElementById("words-offer");
  #file = document.getElementById("words-file");
  #progress = new Progress(document.getElementById("words-progress"));
  #label = document.getElementById("words-progress-label");
  #summary = document.getElementById("page-content");
  #article = null;
  #on = false;
  #working = null;
  #saying = false; // what is under way is what is shown
  #traces = {};
  #originals = new WeakMap(); // of key points that are shown simpler: their own text

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say tells screen readers
   * @param {(trace: object|null, options: {scroll: boolean}) => Promise<void>} parts.trace shows a place in the page
   */
  constructor({ engine, say, trace }) {
    this.#engine = engine;
    this.#say = say;
    tracePoints(this.#said, (key, options) => trace(key && (this.#traces[key] ?? null), options));
    this.#section.addEventListener("click", (event) => {
      const action = event.target.closest("[data-words]")?.dataset.words;
      if (action) this.#actions[action]();
    });
    this.#about.addEventListener("toggle", () => this.#about.open && this.#describe());
    this.#file.addEventListener("change", () => this.#choose());
    document.getElementById("words-cancel").addEventListener("click", () => this.cancel());
    this.#summary.addEventListener("click", (event) => {
      const button = event.target.closest(".simpler");
      if (button) this.#simplify(button);
    });
    this.#face();
  }

  /** Whether the reader switched it on. */
  get on() {
    return this.#on;
  }

  get busy() {
    return this.#working !== null;
  }

  /** The reader's setting, as kept. @param {{words?: boolean}|null} settings */
  load(settings) {
    if (!settings?.words || this.#on) return;
    this.#on = true;
    this.#face();
    if (this.#article) this.#run();
  }

  /** Another article is summarized; null: none is. The same one with another length changes nothing here. */
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

  /** Stop what is under way; what was checked until then stays. */
  cancel() {
    this.#working?.abort();
    this.#finish();
  }

  /** One sentence that answers a question, as nodes to be shown; none where it fails the check, or all is off. */
  async answer(payload, signal) {
    if (!this.#on) return { nodes: [], traces: {} };
    const { html, traces } = await this.#engine.request("words.answer", { article: this.#article, ...payload }, { signal });
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

  /** How it looks when on and when off. */
  #face() {
    this.#title.hidden = !this.#on;
    this.#about.querySelector("summary").textContent = this.#on ? text("paraphrase.about") : text("paraphrase.title");
  }

  #clear() {
    this.#said.replaceChildren();
    this.#traces = {};
    this.#draft.hidden = true;
  }

  // What it is

  /** What model there is; its speed is measured before anyone is asked to switch it on. */
  async #describe() {
    if (this.#on && this.busy) return void this.#state("words.state");
    const state = await this.#state("words.state");
    if (state?.there && !state.measured) await this.#measure();
  }

  async #state(name, working) {
    try {
      const options = working && { signal: working.signal, onProgress: (...step) => this.#progress.update(...step) };
      const state = await this.#engine.request(name, {}, options ?? {});
      showFragment(this.#offer, state.html);
      return state;
    } catch (error) {
      if (!working?.signal.aborted) this.#fail(this.#offer, error.message, "measure");
      return null;
    }
  }

  async #measure() {
    const working = this.#start(text("paraphrase.progress_measure"));
    const state = await this.#state("words.measure", working);
    if (this.#working === working) this.#finish();
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
    this.#face();
    if (on) {
      this.#about.open = false;
      this.#addButtons();
      this.#said.focus();
      await this.#run();
    } else {
      this.#clear();
      for (const button of this.#summary.querySelectorAll(".simpler")) this.#drop(button);
      await this.#state("words.changed"); // its memory is given back
      this.#offer.querySelector("button")?.focus();
    }
  }

  // A file of the reader's own

  async #choose() {
    const [file] = this.#file.files;
    this.#file.value = ""; // so that the same file can be chosen again
    if (!file) return;
    const working = this.#start(text("paraphrase.progress_import"));
    const { takeDecoder, dropDecoder } = await import("./decoder-file.js");
    try {
      await takeDecoder(file, (done, total) => this.#progress.update("words-file", done, total), working.signal);
      try {
        await this.#engine.request("words.changed", {}, { signal: working.signal });
        const { html } = await this.#engine.request("words.measure", {}, { signal: working.signal, onProgress: (...step) => this.#progress.update(...step) });
        showFragment(this.#offer, html);
      } catch (error) {
        await dropDecoder();
        throw error;
      }
      toast(text("paraphrase.works"));
    } catch (error) {
      const state = await this.#state("words.changed");
      if (state && !working.signal.aborted) this.#fail(this.#offer, text("paraphrase.cannot_use", { file: file.name, problem: error.message }), "choose", false);
    }
    if (this.#working === working) this.#finish();
  }

  async #remove() {
    this.cancel();
    const { dropDecoder } = await import("./decoder-file.js");
    await dropDecoder();
    const state = await this.#state("words.changed");
    toast(text("paraphrase.removed"));
    if (state && !state.there && this.#on) await this.#switch(false);
    this.#offer.querySelector("button")?.focus();
  }

  // What it says

  async #run(insist = false) {
    this.cancel();
    this.#clear();
    const working = this.#start(text("paraphrase.progress_start"));
    this.#saying = true;
    const current = () => this.#working === working;
    const show = ({ html, traces }) => {
      this.#traces = traces;
      showFragment(this.#said, html);
    };
    try {
      const answer = await this.#engine.request(
        "words",
        { article: this.#article, insist },
        {
          signal: working.signal,
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
      const heard = this.#said.querySelectorAll(".said > .point, .said-none, :scope > p:not([class])");
      this.#say(Array.from(heard, (element) => element.textContent).join(" "));
    } catch (error) {
      if (current()) this.#fail(this.#said, error.message, "again", false);
    } finally {
      if (current()) this.#finish();
    }
  }

  #start(words) {
    this.cancel();
    const working = (this.#working = new AbortController());
    this.#label.dataset.start = words;
    this.#progress.start();
    return working;
  }

  #finish() {
    if (this.#saying && this.#working.signal.aborted) this.#said.append(fromTemplate("words-stopped"));
    this.#working = null;
    this.#saying = false;
    this.#progress.stop();
    this.#draft.hidden = true;
  }

  #fail(element, message, action, replace = true) {
    const nodes = fromTemplate("words-failed");
    nodes.querySelector(".detail").textContent = message;
    nodes.querySelector("[data-words]").dataset.words = action;
    if (replace) element.replaceChildren(nodes);
    else element.append(nodes);
    this.#say(message);
  }

  // Shorter, simpler

  #addButtons() {
    for (const row of this.#summary.querySelectorAll(".points > li:not(:has(.simpler))")) row.append(fromTemplate("words-simpler"));
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
      const { text: shorter, shown } = await this.#engine.request("words.simpler", { text: point.textContent });
      if (!button.isConnected) return;
      if (shown) {
        this.#originals.set(point, point.textContent);
        point.textContent = shorter;
        this.#mark(button, true);
        this.#say(shorter);
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
    this.#say(point.textContent);
  }

  #mark(button, simpler) {
    const label = simpler ? button.dataset.back : button.dataset.start;
    button.classList.toggle("back", simpler);
    button.setAttribute("aria-label", label);
    button.title = label;
  }

  #drop(button) {
    const point = button.parentElement.querySelector(".point > span");
    if (this.#originals.has(point)) this.#restore(button, point);
    button.remove();
  }
}
