// The retention setting on the privacy sheet.

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
   * @param {HTMLElement} parts.content the content of the sheet
   * @param {(name: string, payload: object) => Promise<object|null>} parts.ask sends a request; resolves to null after showing an error
   * @param {() => void} parts.erased called when data was deleted
   * @param {() => Promise<void>} parts.show renders the sheet again
   */
  constructor({ content, ask, erased, show }) {
    this.#content = content;
    this.#ask = ask;
    this.#erased = erased;
    this.#show = show;
  }

  /** Sets the period. A single arrow key can select one, so a period that deletes data is set only if `sure`. */
  async choose(keep, sure = false) {
    const answer = await this.#ask("privacy.set", { keep, sure });
    if (answer?.html) {
      // The user may have selected another period meanwhile.
      if (this.#radio(keep)?.checked) showFragment(document.getElementById("privacy-keeping"), answer.html);
      return;
    }
    if (answer) toast(this.#confirmation(keep, sure));
    if (sure) this.#erased();
    await this.leave();
  }

  /** Shows the saved period again. */
  async leave() {
    await this.#show();
    this.#content.querySelector('[name="keep"]:checked')?.focus({ preventScroll: true });
  }

  #confirmation(keep, sure) {
    if (keep === "ever") return text("retention.set_ever");
    if (sure) return text("retention.set_deleted");
    return { year: text("retention.set_year"), month: text("retention.set_month"), day: text("retention.set_day") }[keep];
  }

  #radio(keep) {
    return this.#content.querySelector(`[name="keep"][value="${CSS.escape(keep)}"]`);
  }
}
