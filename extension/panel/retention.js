// How long things are kept, as the reader chooses it on the privacy sheet.

import { text } from "../messages.js";
import { showFragment } from "./fragment.js";
import { toast } from "./toast.js";

export class Retention {
  #content;
  #ask;
  #erased;
  #show;

  /**
   * @param {object} parts
   * @param {HTMLElement} parts.content what the sheet shows
   * @param {(name: string, payload: object) => Promise<object|null>} parts.ask the engine; null when it failed and said so
   * @param {() => void} parts.erased rows went
   * @param {() => Promise<void>} parts.show the sheet anew
   */
  constructor({ content, ask, erased, show }) {
    this.#content = content;
    this.#ask = ask;
    this.#erased = erased;
    this.#show = show;
  }

  /** An arrow key is enough to choose: what would erase something is asked first, and done only when `sure`. */
  async choose(keep, sure = false) {
    const answer = await this.#ask("privacy.set", { keep, sure });
    if (answer?.html) {
      // Keys are quick: perhaps another is chosen by now.
      if (this.#radio(keep)?.checked) showFragment(document.getElementById("privacy-keeping"), answer.html);
      return;
    }
    if (answer) toast(this.#said(keep, sure));
    if (sure) this.#erased();
    await this.leave();
  }

  /** Show what is so. */
  async leave() {
    await this.#show();
    this.#content.querySelector('[name="keep"]:checked')?.focus({ preventScroll: true });
  }

  #said(keep, sure) {
    if (keep === "ever") return text("retention.set_ever");
    if (sure) return text("retention.set_deleted");
    return { year: text("retention.set_year"), month: text("retention.set_month"), day: text("retention.set_day") }[keep];
  }

  #radio(keep) {
    return this.#content.querySelector(`[name="keep"][value="${CSS.escape(keep)}"]`);
  }
}
