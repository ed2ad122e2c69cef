// The keyboard's place among the stories: one of them at a time is in the way of the Tab key, with all its buttons.

export class Walk {
  #content;

  /** @param {HTMLElement} content where the stories stand */
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

  /** This story is the one; or, for null, none yet: the first is in the way. */
  rove(card) {
    const cards = this.#cards;
    if (!cards.length) return;
    const current = card ?? cards[0];
    for (const each of cards) {
      each.classList.toggle("is-current", each === current && Boolean(card));
      for (const part of each.querySelectorAll("a, button, input")) part.tabIndex = each === current ? 0 : -1;
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

  /** Unfold what else can be done with a story, or fold it; `focus` is where the keyboard goes then. */
  unfold(card, open, focus = null) {
    card.querySelector(".story-rest").hidden = !open;
    card.querySelector(".rest").ariaExpanded = String(open);
    if (open) card.scrollIntoView({ block: "nearest" });
    if (open && focus) card.querySelector(focus).focus();
  }

  /** Fold the current story, if it is unfolded; answers whether it was. */
  fold() {
    const card = this.current;
    if (!card || card.querySelector(".story-rest").hidden) return false;
    this.unfold(card, false);
    card.querySelector(".rest").focus();
    return true;
  }
}
