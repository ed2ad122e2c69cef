// Keyboard navigation among the stories. Only one story at a time is in the tab order, with all its buttons.

export class Walk {
  #content;

  /** @param {HTMLElement} content contains the stories */
  constructor(content) {
    this.#content = content;
    content.addEventListener("focusin", (event) => this.rove(event.target.closest(".story")));
  }

  get #cards() {
    return [...this.#content.querySelectorAll(".story")];
  }

  get current() {
    return this.#content.querySelector(".story.is-current") ?? null;
  }

  /** Makes a story current. With null, none is current and the first one is in the tab order. */
  rove(card) {
    const cards = this.#cards;
    if (!cards.length) return;
    const current = card ?? cards[0];
    for (const story of cards) {
      story.classList.toggle("is-current", story === current && Boolean(card));
      for (const part of story.querySelectorAll("a, button, input")) part.tabIndex = story === current ? 0 : -1;
    }
  }

  step(by) {
    const cards = this.#cards;
    const at = cards.indexOf(this.current);
    const to = at < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(cards.length - 1, Math.max(0, at + by));
    const next = cards[to];
    if (!next) return;
    next.querySelector(".story-title a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  /** Expands or collapses a story's other actions. `focus` selects the element to focus after expanding. */
  unfold(card, open, focus = null) {
    card.querySelector(".story-rest").hidden = !open;
    card.querySelector(".rest").ariaExpanded = String(open);
    if (open) card.scrollIntoView({ block: "nearest" });
    if (open && focus) card.querySelector(focus).focus();
  }

  /** Collapses the current story. Returns whether it was expanded. */
  fold() {
    const card = this.current;
    if (!card || card.querySelector(".story-rest").hidden) return false;
    this.unfold(card, false);
    card.querySelector(".rest").focus();
    return true;
  }
}
