// Replaces one news view with another, keeps the user's focus and animates stories that moved.

import { parseFragment } from "./fragment.js";

const ANIMATION_TIME = 220; // ms

/**
 * Replaces the content with a fragment from the core. Focus returns to the same part of the same story, or to the
 * story now in its place. Expanded parts stay expanded. Stories that moved are animated.
 */
export function swap(content, html) {
  const focus = saveFocus(content);
  const unfolded = [...content.querySelectorAll(".story-rest:not([hidden])")].map((rest) => rest.id);
  const open = [...content.querySelectorAll("details[open][data-keep]")].map((details) => details.dataset.keep);
  const before = placed(content);
  const slider = document.activeElement?.dataset.slider && document.activeElement;

  content.replaceChildren(...parseFragment(html));

  for (const id of unfolded) {
    const rest = document.getElementById(id);
    if (!rest) continue;
    rest.hidden = false;
    rest.closest(".story").querySelector(".rest").ariaExpanded = "true";
  }
  for (const name of open) content.querySelector(`details[data-keep="${name}"]`)?.setAttribute("open", "");
  // Replacing a slider while the user drags it would end the drag.
  if (slider) content.querySelector(`[data-slider="${slider.dataset.slider}"]`)?.replaceWith(slider);
  if (focus) restoreFocus(content, focus, slider);
  animateMoves(content, before);
}

/** Returns the top of every story, in window coordinates, by story id. */
export function placed(content) {
  return new Map([...content.querySelectorAll(".story")].map((card) => [card.dataset.story, card.getBoundingClientRect().top]));
}

function saveFocus(content) {
  const active = document.activeElement;
  if (!content.contains(active) || active === content) return null;
  const card = active.closest(".story");
  const owner = active.closest("[data-story], [data-feed], [data-interest], [data-lesson]");
  return {
    id: active.id,
    at: [...content.querySelectorAll(".story")].indexOf(card),
    owner: owner && selectorOf(owner, ["story", "feed", "interest", "lesson"]),
    part: selectorOf(active, ["act", "taste", "mute", "switch", "edit", "view"]),
    list: owner && selectorOf(owner.parentElement.closest("ul, ol"), []) + (owner.parentElement.className ? `.${owner.parentElement.className}` : ""),
    place: owner ? [...owner.parentElement.children].indexOf(owner) : -1,
  };
}

function selectorOf(element, names) {
  const name = names.find((key) => element.dataset[key] !== undefined);
  return name ? `[data-${name}="${CSS.escape(element.dataset[name])}"]` : element.localName;
}

function restoreFocus(content, { id, owner, part, list, place }, slider) {
  const same = owner && content.querySelector(`${owner} ${part}`);
  const neighbours = (list && content.querySelector(list)?.children) ?? [];
  const neighbour = neighbours[Math.min(place, neighbours.length - 1)];
  const next = neighbour?.querySelector(".story-title a, button, input");
  const target = slider || same || (id && document.getElementById(id)) || next || content.querySelector(part) || content;
  if (!content.isConnected) return;
  (content.contains(target) ? target : content).focus({ preventScroll: true });
}

function animateMoves(content, before) {
  if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const card of content.querySelectorAll(".story")) {
    const oldTop = before.get(card.dataset.story);
    const { top } = card.getBoundingClientRect();
    const isNearby = (y) => y > -innerHeight && y < 2 * innerHeight;
    if (oldTop === undefined) {
      if (isNearby(top)) card.animate({ opacity: [0, 1] }, { duration: ANIMATION_TIME, easing: "ease-out" });
    } else if (Math.abs(oldTop - top) > 1 && (isNearby(oldTop) || isNearby(top))) {
      card.animate({ transform: [`translateY(${oldTop - top}px)`, "none"] }, { duration: ANIMATION_TIME, easing: "ease-in-out" });
    }
  }
}
