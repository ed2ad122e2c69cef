// Asking the core about the news: with progress and a way to stop, a word when it fails, and a way back from what was done.

import { applyNewsState } from "../alarms.js";
import { text } from "../messages.js";
import { fromTemplate, showNodes } from "./fragment.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const REGRET = 10_000; // ms in which an action can be taken back

export class Asking {
  #engine;
  #content;
  #again;
  #draw;
  #progress = new Progress(document.getElementById("news-progress"));
  #working = null; // the AbortController of what can be cancelled
  #undo = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {HTMLElement} parts.content where it is said that the engine cannot be started
   * @param {() => void} parts.again try that once more
   * @param {() => Promise<void>} parts.draw show the view as it is now
   */
  constructor({ engine, content, again, draw }) {
    this.#engine = engine;
    this.#content = content;
    this.#again = again;
    this.#draw = draw;
    document.getElementById("news-cancel").addEventListener("click", () => this.cancel());
  }

  /** Something that can be stopped is under way. */
  get working() {
    return this.#working !== null;
  }

  cancel() {
    this.#working?.abort();
  }

  /** Resolves to the answer; to null when there is none, which the reader has then been told. */
  async ask(name, payload = {}, onProgress = undefined, signal = undefined) {
    try {
      const answer = await this.#engine.request(name, payload, { onProgress, signal });
      if (answer.state) await applyNewsState(answer.state);
      return answer;
    } catch (error) {
      if (error.code === "cancelled") return null;
      if (error.code === "engine-start" || !this.#content.hasChildNodes()) {
        const nodes = fromTemplate("engine-failed");
        nodes.querySelector(".detail").textContent = error.message;
        nodes.querySelector("button").addEventListener("click", () => this.#again());
        showNodes(this.#content, nodes);
      } else {
        toast(error.message, { ms: 6_000 });
      }
      return null;
    }
  }

  /** For a view: progress while `wanted()`, unless something longer shows its own. */
  async look(name, payload, wanted) {
    if (!this.#working) this.#progress.start();
    const answer = await this.ask(name, payload, (...step) => wanted() && this.#progress.update(...step));
    if (wanted() && !this.#working) this.#progress.stop();
    return answer;
  }

  /** A request that takes its time: with progress, and a way to stop it. */
  async work(name, payload) {
    this.#working?.abort();
    const working = (this.#working = new AbortController());
    this.#progress.start();
    try {
      const update = (...step) => working === this.#working && this.#progress.update(...step);
      return await this.ask(name, payload, update, working.signal);
    } finally {
      if (working === this.#working) {
        this.#working = null;
        this.#progress.stop();
      }
    }
  }

  /** Events that nobody needs to be told of. */
  async tell(event) {
    const answer = await this.#engine.request("news.event", event).catch(() => null);
    if (answer?.state) applyNewsState(answer.state);
  }

  /** Something the reader can take back: done, shown at once, and told with an "Undo". */
  async change(name, payload) {
    const answer = await this.ask(name, payload);
    if (!answer) return;
    await this.#draw();
    this.done(answer);
  }

  /** Say what was done; `back`, or the core's own token, undoes it: what it resolves to says whether it did. */
  done({ message, undo }, back = null) {
    if (!message) return;
    const taken = back ?? (undo && (() => this.ask("news.undo", { undo })));
    if (!taken) {
      toast(message, { ms: 6_000 });
      return;
    }
    const run = async () => {
      this.#undo = null;
      if (!(await taken())) return false;
      await this.#draw();
      return true;
    };
    this.#undo = async () => (await run()) && toast(text("action.undone"));
    toast(message, { label: text("action.undo"), run, ms: REGRET });
    setTimeout(() => (this.#undo = null), REGRET);
  }

  /** Take back the last of that, while it can be. */
  undo() {
    this.#undo?.();
  }
}
