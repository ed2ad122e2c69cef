// Reads text aloud with local voices only, because other voices send the text to a server.

/**
 * @param {string} lang a language tag, or "" if unknown
 * @returns {SpeechSynthesisVoice|null} the best local voice for the language, or null
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

/** Calls `changed` when the list of voices changes. Browsers often start with an empty list. */
export function onVoices(changed) {
  speechSynthesis.addEventListener("voiceschanged", changed);
}

export class Reader {
  #turn = 0; // odd while speaking; a change ends the loop in read()
  #changed;

  /** @param {(state: {speaking: boolean, trace: string|null}) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get speaking() {
    return this.#turn % 2 === 1;
  }

  /** Reads the parts in order. Each is an utterance of its own, because browsers cut off long ones. */
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
