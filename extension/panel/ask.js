// "Ask this page", below a summary: a question in, the page's own sentences out, each leading back to its place.

import { fromTemplate, showFragment } from "./fragment.js";
import { tracePoints } from "./points.js";
import { Progress } from "./progress.js";

export class Ask {
  #engine;
  #say;
  #section = document.getElementById("ask");
  #form = document.getElementById("ask-form");
  #input = document.getElementById("ask-question");
  #suggested = document.getElementById("ask-suggested");
  #answers = document.getElementById("ask-answers");
  #progress = new Progress(document.getElementById("ask-progress"));
  #article = null;
  #before = ""; // the question answered last, which a follow-up may lean on
  #asking = null;
  #saying = null; // a shorter answer is being made
  #suggesting = null;
  #inWords;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(message: string) => void} parts.say tells screen readers
   * @param {(trace: object|null, options: {scroll: boolean}) => Promise<void>} parts.trace shows a place in the page
   * @param {import("./words.js").InWords} parts.inWords says an answer in other words, where the reader wants it
   */
  constructor({ engine, say, trace, inWords }) {
    this.#inWords = inWords;
    this.#engine = engine;
    this.#say = say;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(this.#input.value);
    });
    this.#input.addEventListener("focus", () => this.#suggest());
    this.#suggested.addEventListener("click", (event) => {
      const question = event.target.closest("[data-question]")?.dataset.question;
      if (!question) return;
      this.#input.value = question;
      this.#ask(question);
    });
    document.getElementById("ask-cancel").addEventListener("click", () => this.cancel());
    this.#answers.addEventListener("click", (event) => {
      if (event.target.closest('[data-action="ask-again"]')) this.#ask(this.#input.value);
    });
    tracePoints(this.#answers, (key, options) => {
      const shown = key && this.#answers.querySelector(`[data-trace="${CSS.escape(key)}"]`);
      return trace(shown ? shown.trace : null, options);
    });
  }

  /** Offer to ask about an article, as extracted; null takes the offer back. */
  offer(article) {
    this.#section.hidden = !article;
    if (article === this.#article) return;
    this.cancel();
    this.#article = article;
    this.#before = "";
    this.#input.value = "";
    this.#suggesting?.abort();
    this.#suggesting = null;
    this.#suggested.replaceChildren();
    this.#answers.replaceChildren();
  }

  get busy() {
    return this.#asking !== null;
  }

  cancel() {
    this.#asking?.abort();
    this.#asking = null;
    this.#saying?.abort();
    this.#progress.stop();
  }

  async #ask(text) {
    const question = text.trim();
    if (!question || !this.#article) return;
    this.cancel();
    const asking = (this.#asking = new AbortController());
    const current = () => this.#asking === asking;
    this.#progress.start();
    try {
      const answer = await this.#engine.request(
        "ask",
        { article: this.#article, question, before: this.#before },
        { signal: asking.signal, onProgress: (...step) => current() && this.#progress.update(...step) },
      );
      if (!current()) return;
      const shown = this.#show(answer);
      this.#before = answer.asked;
      this.#input.select();
      if (answer.found) this.#sayShorter(shown, answer);
    } catch (error) {
      if (!current()) return;
      const nodes = fromTemplate("ask-failed");
      nodes.querySelector(".detail").textContent = error.message;
      this.#answers.prepend(nodes);
      this.#say(error.message);
    } finally {
      if (current()) {
        this.#asking = null;
        this.#progress.stop();
      }
    }
  }

  /** The newest answer stands first, right below the question. */
  #show(answer) {
    this.#answers.querySelector(".failed")?.remove();
    this.#suggested.replaceChildren();
    const place = document.createElement("div");
    showFragment(place, answer.html);
    for (const point of place.querySelectorAll("[data-trace]")) {
      point.trace = answer.traces[point.dataset.trace];
      point.dataset.trace += `-${this.#answers.childElementCount}`; // a sentence may answer two questions
    }
    this.#answers.prepend(...place.childNodes);
    this.#say(this.#answers.querySelector(".quote, .silence")?.textContent ?? "");
    return this.#answers.firstElementChild;
  }

  /** One sentence above the quotes, when it passes the check. They are the answer without it. */
  async #sayShorter(shown, { asked, index, also }) {
    this.#saying?.abort();
    const saying = (this.#saying = new AbortController());
    try {
      const indices = [index, ...also.map((other) => other.index)];
      const { nodes, traces } = await this.#inWords.answer({ question: asked, indices }, saying.signal);
      if (this.#saying !== saying || !shown.isConnected) return;
      const number = this.#answers.childElementCount;
      shown.querySelector(".asked").after(...nodes);
      for (const point of shown.querySelectorAll(".said [data-trace]")) {
        point.trace = traces[point.dataset.trace];
        point.dataset.trace += `-${number}`;
      }
    } catch {
      // the quotes stand
    }
  }

  /** Questions to begin with, once, and only for a reader who is about to ask. */
  async #suggest() {
    if (this.#suggesting || !this.#article || this.#answers.childElementCount) return;
    const suggesting = (this.#suggesting = new AbortController());
    try {
      const { html } = await this.#engine.request(
        "ask.questions",
        { article: this.#article },
        { signal: suggesting.signal },
      );
      if (this.#suggesting === suggesting && !this.#answers.childElementCount) showFragment(this.#suggested, html);
    } catch {
      if (this.#suggesting === suggesting) this.#suggesting = null; // tried again at the next focus
    }
  }
}
