// Reading aloud, with voices of this computer only: others would send the text away.

/**
 * @param {string} lang a language tag, empty when not known
 * @returns {SpeechSynthesisVoice|null} the best local voice for the language
 */
export function localVoice(lang) {
  const voices = speechSynthesis.getVoices().filter((voice) => voice.localService);
  const primary = (tag) => tag.replace("_", "-").split("-")[0].toLowerCase();
  const wanted = lang || navigator.language;
  const same = voices.filter((voice) => primary(voice.lang) === primary(wanted));
  const regional = [wanted, navigator.language].map((tag) => tag.toLowerCase());
  return (
    same.find((voice) => regional.includes(voice.lang.replace("_", "-").toLowerCase())) ??
    same.find((voice) => voice.default) ??
    same[0] ??
    null
  );
}

/** Call `changed` when the browser learns of voices; it often starts without any. */
export function onVoices(changed) {
  speechSynthesis.addEventListener("voiceschanged", changed);
}

export class Reader {
  #turn = 0;
  #changed;

  /** @param {(state: {speaking: boolean, trace: string|null}) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get speaking() {
    return this.#turn % 2 === 1;
  }

  /** Say the parts in order; one utterance each, as browsers cut long ones off. */
  async read({ parts }, voice) {
    this.stop();
    const turn = ++this.#turn;
    for (const { text, trace } of parts) {
      this.#changed({ speaking: true, trace });
      await say(text, voice);
      if (turn !== this.#turn) return;
    }
    this.stop();
  }

  stop() {
    if (!this.speaking) return;
    this.#turn++;
    speechSynthesis.cancel();
    this.#changed({ speaking: false, trace: null });
  }
}

function say(text, voice) {
  return new Promise((done) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.onend = done;
    utterance.onerror = done;
    speechSynthesis.speak(utterance);
  });
}
