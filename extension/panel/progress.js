// How far a summary is: shown only when it takes longer than a moment.

const MOMENT = 500; // ms

export class Progress {
  #element;
  #bar;
  #label;
  #timer = null;

  /** @param {HTMLElement} element holds a `progress` and a `.progress-label` */
  constructor(element) {
    this.#element = element;
    this.#bar = element.querySelector("progress");
    this.#label = element.querySelector(".progress-label");
  }

  start() {
    this.stop();
    this.#bar.removeAttribute("value");
    this.#label.textContent = this.#label.dataset.start;
    this.#timer = setTimeout(() => (this.#element.hidden = false), MOMENT);
  }

  /** `done` of `total` in a stage; stages have their words in panel.html, as `data-STAGE` of the label. */
  update(stage, done, total) {
    this.#label.textContent = this.#label.dataset[stage] ?? this.#label.dataset.other;
    if (total > 1) this.#bar.value = Math.min(1, done / total);
    else this.#bar.removeAttribute("value");
  }

  stop() {
    clearTimeout(this.#timer);
    this.#element.hidden = true;
  }
}
