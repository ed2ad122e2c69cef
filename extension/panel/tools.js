// The bar at the foot: how many sentences, read aloud, copy. It works on the summary now shown.

import { languageName, plural, text } from "../messages.js";
import { localVoice, onVoices, Reader } from "./speech.js";
import { toast } from "./toast.js";

const SLIDING = 120; // ms without a move until the new length is asked for
const AUTOMATIC = 1; // the slider's lowest place: the core decides

export class Tools {
  #engine;
  #bar = document.getElementById("tools");
  #slider = document.getElementById("length");
  #shown = document.getElementById("length-shown");
  #listen = document.getElementById("listen");
  #menu = document.getElementById("copy-menu");
  #reader;
  #answer = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(length: number|null) => void} parts.relength
   * @param {(trace: string|null) => void} parts.follow told which sentence is being read aloud
   */
  constructor({ engine, relength, follow }) {
    this.#engine = engine;
    this.#reader = new Reader((state) => {
      this.#showListen(state.speaking);
      follow(state.trace);
    });
    let timer;
    this.#slider.addEventListener("input", () => {
      this.#showLength();
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const length = this.#length;
        // The choice is kept first, but a summary is not denied because keeping failed.
        await engine.request("settings.set", { length }).catch(() => {});
        if (length === this.#length) relength(length);
      }, SLIDING);
    });
    this.#listen.addEventListener("click", () => this.#toggleListening());
    onVoices(() => this.#showListen(this.#reader.speaking));
    this.#menu.addEventListener("click", (event) => {
      const form = event.target.closest("[data-copy]")?.dataset.copy;
      if (form) this.#copy(form);
    });
    this.#showLength();
  }

  /** Bring the slider to the reader's own setting; answers all settings, null where they cannot be had. */
  async load() {
    const settings = await this.#engine.request("settings").catch(() => null);
    if (!settings) return null;
    this.#slider.value = String(settings.length ?? AUTOMATIC);
    this.#showLength();
    return settings;
  }

  /** Work on this answer, or hide for null; `live` when its length can be changed. */
  show(answer, { live }) {
    if (answer !== this.#answer) this.stop();
    this.#answer = answer;
    this.#bar.hidden = !answer;
    this.#bar.classList.toggle("fixed", !live);
    if (answer) this.#showListen(this.#reader.speaking);
  }

  /** Be silent; tells whether anything was being said. */
  stop() {
    const speaking = this.#reader.speaking;
    this.#reader.stop();
    return speaking;
  }

  get #length() {
    const value = Number(this.#slider.value);
    return value === AUTOMATIC ? null : value;
  }

  #showLength() {
    const length = this.#length;
    const automatic = text("tools.length_automatic");
    this.#shown.textContent = length ?? automatic;
    this.#slider.setAttribute("aria-valuetext", length ? plural("tools.length_sentences", length) : automatic);
  }

  #showListen(speaking) {
    const voice = this.#answer && localVoice(this.#answer.speech.lang);
    this.#listen.querySelector(".verb").textContent = speaking ? text("action.stop") : text("tools.listen");
    this.#listen.classList.toggle("speaking", speaking);
    this.#listen.setAttribute("aria-disabled", String(!voice && !speaking));
    this.#listen.title = voice ? voice.name : this.#voiceless;
  }

  get #voiceless() {
    const { lang } = this.#answer?.speech ?? {};
    return lang ? text("tools.no_voice", { language: languageName(lang.split("-")[0]) }) : text("tools.no_voice_unknown");
  }

  #toggleListening() {
    if (this.stop()) return;
    const voice = localVoice(this.#answer.speech.lang);
    if (voice) this.#reader.read(this.#answer.speech, voice);
    else toast(this.#voiceless, { ms: 6_000 });
  }

  async #copy(form) {
    this.#menu.hidePopover();
    try {
      await navigator.clipboard.writeText(this.#answer[form]);
      toast(form === "markdown" ? text("tools.copied_markdown") : text("tools.copied_text"));
    } catch {
      toast(text("tools.copy_refused"), { ms: 6_000 });
    }
  }
}
