// The first time: what Nutshell keeps, what it never does, and what is off until it is switched on. Said once.

import { showFragment } from "./fragment.js";

export class FirstRun {
  #engine;
  #line = document.getElementById("first-run");

  /** @param {import("../engine/client.js").EngineClient} engine */
  constructor(engine) {
    this.#engine = engine;
    this.#line.addEventListener("click", () => (this.#line.hidden = true));
  }

  /** The panel was opened without a page: the welcome has room for all of it. */
  async welcome() {
    const answer = await this.#unseen();
    const optional = document.querySelector("#page-content .optional");
    if (!answer || !optional) return;
    showFragment(optional.querySelector("div"), answer.html);
    optional.hidden = false;
    optional.addEventListener("change", async ({ target }) => {
      const { setSwitch } = await import("./privacy.js");
      await setSwitch(this.#engine, target);
    });
    await this.#seen();
  }

  /** The first click went straight to a summary, and nothing may stand before it: one line below. */
  async mention() {
    if (!(await this.#unseen())) return;
    this.#line.hidden = false;
    await this.#seen();
  }

  /** The switches, if the reader has not seen them. A core that does not answer will be heard of elsewhere. */
  async #unseen() {
    const answer = await this.#engine.request("privacy.switches").catch(() => null);
    return answer?.welcomed === false ? answer : null;
  }

  async #seen() {
    await this.#engine.request("privacy.set", { welcomed: true }).catch(() => {});
  }
}
