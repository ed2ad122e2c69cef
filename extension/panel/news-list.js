// A view of the news takes the place of another: the reader keeps theirs, and sees where stories went.

import { parseFragment } from "./fragment.js";

const MOVING = 220; // ms

/**
 * Put a fragment of the core's in place. What had the focus has it again: the same part of the same story, or the
 * story that stands there now. What was unfolded stays so. Stories that moved are seen to move.
 */
export function swap(content, html) {
  const focus = remember(content);
  const unfolded = [...content.querySelectorAll(".story-rest:not([hidden])")].map((rest) => rest.id);
  const open = [...content.querySelectorAll("details[open][data-keep]")].map((each) => each.dataset.keep);
  const before = placed(content);
  const sliding = document.activeElement?.dataset.slider && document.activeElement;

  content.replaceChildren(...parseFragment(html));

  for (const id of unfolded) {
    const rest = document.getElementById(id);
    if (!rest) continue;
    rest.hidden = false;
    rest.closest(".story").querySelector(".rest").ariaExpanded = "true";
  }
  for (const name of open) content.querySelector(`details[data-keep="${name}"]`)?.setAttribute("open", "");
  // A slider that is being dragged must stay the very same element.
  if (sliding) content.querySelector(`[data-slider="${sliding.dataset.slider}"]`)?.replaceWith(sliding);
  if (focus) restore(content, focus, sliding);
  move(content, before);
}

/** Where the stories stand now: their tops in the window, by id. */
export function placed(content) {
  return new Map([...content.querySelectorAll(".story")].map((card) => [card.dataset.story, card.getBoundingClientRect().top]));
}

function remember(content) {
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
  const name = names.find((each) => element.dataset[each] !== undefined);
  return name ? `[data-${name}="${CSS.escape(element.dataset[name])}"]` : element.localName;
}

function restore(content, { id, owner, part, list, place }, sliding) {
  const same = owner && content.querySelector(`${owner} ${part}`);
  const neighbours = (list && content.querySelector(list)?.children) ?? [];
  const neighbour = neighbours[Math.min(place, neighbours.length - 1)];
  const next = neighbour?.querySelector(".story-title a, button, input");
  const target = sliding || same || (id && document.getElementById(id)) || next || content.querySelector(part) || content;
  if (!content.isConnected) return;
  (content.contains(target) ? target : content).focus({ preventScroll: true });
}

function move(content, before) {
  if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const card of content.querySelectorAll(".story")) {
    const was = before.get(card.dataset.story);
    const { top } = card.getBoundingClientRect();
    const seen = (y) => y > -innerHeight && y < 2 * innerHeight;
    if (was === undefined) {
      if (seen(top)) card.animate({ opacity: [0, 1] }, { duration: MOVING, easing: "ease-out" });
    } else if (Math.abs(was - top) > 1 && (seen(was) || seen(top))) {
      card.animate({ transform: [`translateY(${was - top}px)`, "none"] }, { duration: MOVING, easing: "ease-in-out" });
    }
  }
}
