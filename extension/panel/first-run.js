// Introduces Nutshell once: what it saves, what it never does, and what is off until the user turns it on.

import { showFragment } from "./fragment.js";

export class FirstRun {
  #engine;
  #line = document.getElementById("first-run");

  /** @param {import("../engine/client.js").EngineClient} engine */
  constructor(engine) {
    this.#engine = engine;
    this.#line.addEventListener("click", () => (this.#line.hidden = true));
  }

  /** Adds the switches to the welcome screen, which shows when the panel opens without a page. */
  async welcome() {
    const answer = await this.#fetchUnseenSwitches();
    const optional = document.querySelector("#page-content .optional");
    if (!answer || !optional) return;
    showFragment(optional.querySelector("div"), answer.html);
    optional.hidden = false;
    optional.addEventListener("change", async ({ target }) => {
      const { setSwitch } = await import("./privacy.js");
      await setSwitch(this.#engine, target);
    });
    await this.#markSeen();
  }

  /** Shows one line below the summary, when the first click already summarized a page. */
  async mention() {
    if (!(await this.#fetchUnseenSwitches())) return;
    this.#line.hidden = false;
    await this.#markSeen();
  }

  /** Returns the switches, or null if the user has seen them. Other requests report a failing engine. */
  async #fetchUnseenSwitches() {
    const answer = await this.#engine.request("privacy.switches").catch(() => null);
    return answer?.welcomed === false ? answer : null;
  }

  async #markSeen() {
    await this.#engine.request("privacy.set", { welcomed: true }).catch(() => {});
  }
}
