// The sheet "Recent": what was summarized in this browser; find it, open it, delete it, take that back.

import { fromTemplate, showFragment, showNodes } from "./fragment.js";
import { toast } from "./toast.js";

const TYPING = 150; // ms without a key until the list is filtered
const REGRET = 10_000; // ms in which a deletion can be taken back

export class Recent {
  #engine;
  #changed;
  #say;
  #list = document.getElementById("recent-list");
  #entry = document.getElementById("recent-entry");
  #entryContent = document.getElementById("recent-content");
  #overview = document.getElementById("recent-overview");
  #filter = document.getElementById("recent-filter");
  #clear = document.getElementById("recent-clear");
  #confirm = document.getElementById("recent-confirm");
  #asked = 0;
  #answer = null;
  #opener = null;

  /** Parts as of Reading: `engine`, `changed`, `say`. */
  constructor({ engine, changed, say }) {
    this.#engine = engine;
    this.#changed = changed;
    this.#say = say;
    let timer;
    this.#filter.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.refresh(), TYPING);
    });
    this.#list.addEventListener("click", (event) => {
      const { open, remove } = event.target.closest("button")?.dataset ?? {};
      if (open) this.#open(Number(open));
      if (remove) this.#remove(Number(remove), event.target.closest(".entry"));
      if (event.target.closest('[data-action="retry"]')) this.refresh();
    });
    document.getElementById("recent-back").addEventListener("click", () => this.back());
    this.#clear.addEventListener("click", () => this.#confirm.showModal());
    this.#confirm.addEventListener("close", () => {
      if (this.#confirm.returnValue === "clear") this.#removeAll();
      this.#confirm.returnValue = "";
    });
  }

  /** The kept summary now open, or null when the list is shown. */
  get answer() {
    return this.#answer;
  }

  /** Ask for the list again, with the filter's words. */
  async refresh() {
    await this.#ask("recent");
  }

  /** From a kept summary back to the list. */
  back() {
    if (!this.#answer) return false;
    this.#answer = null;
    this.#entry.hidden = true;
    this.#overview.hidden = false;
    this.#changed();
    const opener = this.#list.querySelector(`[data-open="${this.#opener}"]`);
    (opener ?? this.#filter).focus();
    return true;
  }

  async #open(id) {
    const answer = await this.#request("recent.open", { id });
    if (!answer) return;
    this.#opener = id;
    this.#answer = answer;
    showFragment(this.#entryContent, answer.html);
    this.#overview.hidden = true;
    this.#entry.hidden = false;
    document.getElementById("recent-back").focus();
    this.#changed();
  }

  async #remove(id, entry) {
    const rows = [...this.#list.querySelectorAll(".entry")];
    const place = rows.indexOf(entry);
    if (!(await this.#ask("recent.remove", { id }))) return;
    const after = [...this.#list.querySelectorAll(".remove")];
    (after[Math.min(place, after.length - 1)] ?? this.#filter).focus();
    toast("Summary deleted.", { label: "Undo", run: () => this.#ask("recent.restore", { id }), ms: REGRET });
  }

  async #removeAll() {
    if (!(await this.#ask("recent.clear"))) return;
    this.#filter.focus();
    const run = () => this.#ask("recent.restore", { id: "all" });
    toast("All summaries deleted.", { label: "Undo", run, ms: REGRET });
  }

  /** Any request that answers with the list; what is asked last is what is shown. */
  async #ask(name, payload = {}) {
    const turn = ++this.#asked;
    const query = this.#filter.value.trim();
    const answer = await this.#request(name, { ...payload, query });
    if (!answer || turn !== this.#asked) return answer !== null;
    showFragment(this.#list, answer.html);
    const count = Number(this.#list.querySelector("[data-count]")?.dataset.count ?? 0);
    this.#clear.hidden = count === 0 || query !== ""; // "all" must be what is in sight
    this.#filter.closest("search").hidden = count === 0 && query === "";
    if (query) this.#say(`${count} found`);
    return true;
  }

  async #request(name, payload) {
    try {
      return await this.#engine.request(name, payload);
    } catch (error) {
      const nodes = fromTemplate("engine-failed");
      nodes.querySelector(".detail").textContent = error.message;
      showNodes(this.#list, nodes);
      this.#say(this.#list.querySelector("h1").textContent);
      return null;
    }
  }
}
