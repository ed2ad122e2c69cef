// Sends the requests of the news sheet, with progress, cancellation, error messages and undo.

import { applyNewsState } from "../alarms.js";
import { text } from "../messages.js";
import { fromTemplate, showNodes } from "./fragment.js";
import { Progress } from "./progress.js";
import { toast } from "./toast.js";

const UNDO_TIME = 10_000; // ms

export class Asking {
  #engine;
  #content;
  #retry;
  #draw;
  #progress = new Progress(document.getElementById("news-progress"));
  #controller = null; // of the request that can be cancelled
  #undo = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {HTMLElement} parts.content shows the error if the engine can't start
   * @param {() => void} parts.again tries again after such an error
   * @param {() => Promise<void>} parts.draw renders the current view
   */
  constructor({ engine, content, again, draw }) {
    this.#engine = engine;
    this.#content = content;
    this.#retry = again;
    this.#draw = draw;
    document.getElementById("news-cancel").addEventListener("click", () => this.cancel());
  }

  /** Whether a request that can be cancelled is running. */
  get working() {
    return this.#controller !== null;
  }

  cancel() {
    this.#controller?.abort();
  }

  /** Sends a request. Resolves to the answer, or to null if it was cancelled or failed; it then shows the error. */
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
        nodes.querySelector("button").addEventListener("click", () => this.#retry());
        showNodes(this.#content, nodes);
      } else {
        toast(error.message, { ms: 6_000 });
      }
      return null;
    }
  }

  /** Requests a view. Shows progress while `wanted()` is true, unless a slow request shows its own. */
  async look(name, payload, wanted) {
    if (!this.#controller) this.#progress.start();
    const answer = await this.ask(name, payload, (...step) => wanted() && this.#progress.update(...step));
    if (wanted() && !this.#controller) this.#progress.stop();
    return answer;
  }

  /** Sends a slow request, with a progress bar and a cancel button. */
  async work(name, payload) {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    this.#progress.start();
    try {
      const update = (...step) => controller === this.#controller && this.#progress.update(...step);
      return await this.ask(name, payload, update, controller.signal);
    } finally {
      if (controller === this.#controller) {
        this.#controller = null;
        this.#progress.stop();
      }
    }
  }

  /** Sends an event and ignores failures. */
  async tell(event) {
    const answer = await this.#engine.request("news.event", event).catch(() => null);
    if (answer?.state) applyNewsState(answer.state);
  }

  /** Sends a change, renders the view again and offers "Undo". */
  async change(name, payload) {
    const answer = await this.ask(name, payload);
    if (!answer) return;
    await this.#draw();
    this.done(answer);
  }

  /**
   * Shows a message about what was done, with an undo button. The button calls `back`, which resolves to whether it
   * succeeded, or else sends the core's undo token.
   */
  done({ message, undo }, back = null) {
    if (!message) return;
    const revert = back ?? (undo && (() => this.ask("news.undo", { undo })));
    if (!revert) {
      toast(message, { ms: 6_000 });
      return;
    }
    const run = async () => {
      this.#undo = null;
      if (!(await revert())) return false;
      await this.#draw();
      return true;
    };
    this.#undo = async () => (await run()) && toast(text("action.undone"));
    toast(message, { label: text("action.undo"), run, ms: UNDO_TIME });
    setTimeout(() => (this.#undo = null), UNDO_TIME);
  }

  /** Undoes the last change while its message is shown. */
  undo() {
    this.#undo?.();
  }
}
