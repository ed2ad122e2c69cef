// "Ask this page", above a summary: answers questions with passages of the page and traces each to its place.

import { fromTemplate, showFragment } from "./fragment.js";
import { tracePoints } from "./points.js";
import { Progress } from "./progress.js";

export class Ask {
  #engine;
  #announce;
  #section = document.getElementById("ask");
  #form = document.getElementById("ask-form");
  #input = document.getElementById("ask-question");
  #suggested = document.getElementById("ask-suggested");
  #answers = document.getElementById("ask-answers");
  #progress = new Progress(document.getElementById("ask-progress"));
  #article = null;
  #previousQuestion = ""; // the last question that stands alone, as context for a follow-up
  #asked = []; // the questions about this page, newest last
  #recalled = 0; // how far back the arrow keys have gone in #asked
  #askController = null;
  #paraphraseController = null;
  #suggestController = null;
  #paraphrase;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say announces a message to screen readers
   * @param {(trace: object|null, options: {scroll: boolean}) => Promise<void>} parts.trace highlights a place in the page
   * @param {import("./paraphrase.js").Paraphrase} parts.paraphrase paraphrases answers, if the user turned that on
   */
  constructor({ engine, say, trace, paraphrase }) {
    this.#paraphrase = paraphrase;
    this.#engine = engine;
    this.#announce = say;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(this.#input.value);
    });
    this.#input.addEventListener("focus", () => this.#suggest());
    this.#input.addEventListener("keydown", (event) => this.#recall(event));
    this.#suggested.addEventListener("click", (event) => {
      const question = event.target.closest("[data-question]")?.dataset.question;
      if (!question) return;
      this.#input.value = question;
      this.#ask(question);
    });
    document.getElementById("ask-cancel").addEventListener("click", () => this.cancel());
    this.#answers.addEventListener("click", (event) => {
      if (event.target.closest('[data-action="ask-again"]')) this.#ask(this.#input.value);
      const choice = event.target.closest("[data-reading]");
      if (choice) this.#ask(choice.dataset.question, { ...choice.dataset, replaced: choice.closest(".answer") });
    });
    tracePoints(this.#answers, (key, options) => {
      const shown = key && this.#answers.querySelector(`[data-trace="${CSS.escape(key)}"]`);
      return trace(shown ? shown.trace : null, options);
    });
  }

  /** Shows the form for an extracted article, or hides it for null. */
  offer(article) {
    this.#section.hidden = this.#form.hidden = !article;
    if (article === this.#article) return;
    this.cancel();
    this.#article = article;
    this.#previousQuestion = "";
    this.#asked = [];
    this.#recalled = 0;
    this.#input.value = "";
    this.#suggestController?.abort();
    this.#suggestController = null;
    this.#suggested.replaceChildren();
    this.#answers.replaceChildren();
  }

  get busy() {
    return this.#askController !== null;
  }

  cancel() {
    this.#askController?.abort();
    this.#askController = null;
    this.#paraphraseController?.abort();
    this.#progress.stop();
  }

  /** Puts earlier questions into the box: up for older ones, down for newer ones. */
  #recall(event) {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = this.#recalled + by;
    if (to < 0 || to > this.#asked.length) return;
    event.preventDefault();
    this.#recalled = to;
    this.#input.value = to ? this.#asked.at(-to) : "";
  }

  /**
   * Asks a question. `reading` and `before` are given when the user chose how to understand it; the answer then replaces
   * `replaced`.
   */
  async #ask(text, { reading = "", before = this.#previousQuestion, replaced = null } = {}) {
    const question = text.trim();
    if (!question || !this.#article) return;
    this.cancel();
    if (this.#asked.at(-1) !== question) this.#asked.push(question);
    this.#recalled = 0;
    const controller = (this.#askController = new AbortController());
    const current = () => this.#askController === controller;
    this.#progress.start();
    try {
      const answer = await this.#engine.request(
        "ask",
        { article: this.#article, question, before, reading },
        { signal: controller.signal, onProgress: (...step) => current() && this.#progress.update(...step) },
      );
      if (!current()) return;
      replaced?.remove();
      const shown = this.#show(answer);
      if (answer.reading === "alone") this.#previousQuestion = answer.question;
      this.#input.select();
      if (answer.found) this.#showParaphrase(shown, answer);
    } catch (error) {
      if (!current()) return;
      const nodes = fromTemplate("ask-failed");
      nodes.querySelector(".detail").textContent = error.message;
      this.#answers.prepend(nodes);
      this.#announce(error.message);
    } finally {
      if (current()) {
        this.#askController = null;
        this.#progress.stop();
      }
    }
  }

  /** Adds an answer above the earlier ones, so that it is next to the question. */
  #show(answer) {
    this.#answers.querySelector(".failed")?.remove();
    this.#suggested.replaceChildren();
    const place = document.createElement("div");
    showFragment(place, answer.html);
    for (const point of place.querySelectorAll("[data-trace]")) {
      point.trace = answer.traces[point.dataset.trace];
      point.dataset.trace += `-${this.#answers.childElementCount}`; // one sentence can answer several questions
    }
    this.#answers.prepend(...place.childNodes);
    this.#announce(this.#answers.querySelector(".quote, .silence")?.textContent ?? "");
    return this.#answers.firstElementChild;
  }

  /** Adds a paraphrase of the answer above its quotes, if it passes the check. */
  async #showParaphrase(shown, { asked, parts, also }) {
    this.#paraphraseController?.abort();
    const indices = [...parts, ...also].map(({ index }) => index).filter((index) => index >= 0);
    if (!indices.length) return;
    const controller = (this.#paraphraseController = new AbortController());
    try {
      const { nodes, traces } = await this.#paraphrase.answer({ question: asked, indices }, controller.signal);
      if (this.#paraphraseController !== controller || !shown.isConnected) return;
      const number = this.#answers.childElementCount;
      shown.querySelector(".asked").after(...nodes);
      for (const point of shown.querySelectorAll(".said [data-trace]")) {
        point.trace = traces[point.dataset.trace];
        point.dataset.trace += `-${number}`;
      }
    } catch {
      // the quotes answer the question without it
    }
  }

  /** Suggests questions once, and only when the user is about to ask. */
  async #suggest() {
    if (this.#suggestController || !this.#article || this.#answers.childElementCount) return;
    const controller = (this.#suggestController = new AbortController());
    try {
      const { html } = await this.#engine.request(
        "ask.questions",
        { article: this.#article },
        { signal: controller.signal },
      );
      if (this.#suggestController === controller && !this.#answers.childElementCount) showFragment(this.#suggested, html);
    } catch {
      if (this.#suggestController === controller) this.#suggestController = null; // retried at the next focus
    }
  }
}
