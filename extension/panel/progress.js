// A progress bar that appears only if the work takes longer than a moment.

const SHOW_DELAY = 200; // ms

export class Progress {
  #element;
  #bar;
  #label;
  #timer = null;

  /** @param {HTMLElement} element contains a `progress` and a `.progress-label` */
  constructor(element) {
    this.#element = element;
    this.#bar = element.querySelector("progress");
    this.#label = element.querySelector(".progress-label");
  }

  start() {
    this.stop();
    this.#bar.removeAttribute("value");
    this.#label.textContent = this.#label.dataset.start;
    this.#timer = setTimeout(() => (this.#element.hidden = false), SHOW_DELAY);
  }

  /** Shows `done` of `total` in a stage. The label's `data-STAGE` attributes in panel.html contain the texts. */
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
