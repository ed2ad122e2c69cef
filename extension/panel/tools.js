// The toolbar at the bottom: length, reading aloud and copying, for the summary that is shown.

import { languageName, plural, text } from "../messages.js";
import { localVoice, onVoices, Reader } from "./speech.js";
import { toast } from "./toast.js";

const SLIDER_DELAY = 120; // ms after the last move
const AUTOMATIC = 1; // the lowest slider value: the core chooses the length

export class Tools {
  #engine;
  #bar = document.getElementById("tools");
  #slider = document.getElementById("length");
  #lengthLabel = document.getElementById("length-shown");
  #listen = document.getElementById("listen");
  #menu = document.getElementById("copy-menu");
  #reader;
  #answer = null;

  /**
   * @param {object} parts
   * @param {import("../engine/client.js").EngineClient} parts.engine
   * @param {(length: number|null) => void} parts.relength
   * @param {(trace: string|null) => void} parts.follow called with the sentence that is being read aloud
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
        // If saving the setting fails, still summarize at the new length.
        await engine.request("settings.set", { length }).catch(() => {});
        if (length === this.#length) relength(length);
      }, SLIDER_DELAY);
    });
    this.#listen.addEventListener("click", () => this.#toggleListening());
    onVoices(() => this.#showListen(this.#reader.speaking));
    this.#menu.addEventListener("click", (event) => {
      const form = event.target.closest("[data-copy]")?.dataset.copy;
      if (form) this.#copy(form);
    });
    this.#showLength();
  }

  /** Sets the slider to the saved length. Returns all settings, or null if they are not available. */
  async load() {
    const settings = await this.#engine.request("settings").catch(() => null);
    if (!settings) return null;
    this.#slider.value = String(settings.length ?? AUTOMATIC);
    this.#showLength();
    return settings;
  }

  /** Shows the toolbar for an answer, or hides it for null. `live` means that the length can be changed. */
  show(answer, { live }) {
    if (answer !== this.#answer) this.stop();
    this.#answer = answer;
    this.#bar.hidden = !answer;
    this.#bar.classList.toggle("fixed", !live);
    if (answer) this.#showListen(this.#reader.speaking);
  }

  /** Stops reading aloud. Returns whether it was reading. */
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
    this.#lengthLabel.textContent = length ?? automatic;
    this.#slider.setAttribute("aria-valuetext", length ? plural("tools.length_sentences", length) : automatic);
  }

  #showListen(speaking) {
    const voice = this.#answer && localVoice(this.#answer.speech.lang);
    this.#listen.querySelector(".verb").textContent = speaking ? text("action.stop") : text("tools.listen");
    this.#listen.classList.toggle("speaking", speaking);
    this.#listen.setAttribute("aria-disabled", String(!voice && !speaking));
    this.#listen.title = voice ? voice.name : this.#noVoiceMessage;
  }

  get #noVoiceMessage() {
    const { lang } = this.#answer?.speech ?? {};
    return lang ? text("tools.no_voice", { language: languageName(lang.split("-")[0]) }) : text("tools.no_voice_unknown");
  }

  #toggleListening() {
    if (this.stop()) return;
    const voice = localVoice(this.#answer.speech.lang);
    if (voice) this.#reader.read(this.#answer.speech, voice);
    else toast(this.#noVoiceMessage, { ms: 6_000 });
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
