// Shows HTML fragments from the core without losing the user's focus.

// Our templates never contain these elements. They are removed in case a template fails to escape a value.
const UNWANTED = "script, style, link, meta, base, iframe, frame, object, embed, video, audio, img, image, template, math";

// The panel's content security policy allows no other Trusted Types policy.
const policy = globalThis.trustedTypes?.createPolicy("nutshell", { createHTML: (html) => html });

/**
 * Replaces the content of an element. The core's templates escape everything that comes from a page; parsing in a
 * separate document also keeps scripts from running. Focus stays on the same sentence, or moves to the element.
 * @param {Element} element
 * @param {string} html
 */
export function showFragment(element, html) {
  showNodes(element, ...parseFragment(html));
}

/** Returns the nodes of a fragment from the core. */
export function parseFragment(html) {
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  for (const element of parsed.querySelectorAll(UNWANTED)) element.remove();
  return [...parsed.body.childNodes];
}

/** Replaces the content of an element with nodes. Focus behaves as in showFragment. */
export function showNodes(element, ...nodes) {
  const focused = element.contains(document.activeElement) && document.activeElement !== element;
  const trace = focused ? document.activeElement.dataset.trace : undefined;
  element.replaceChildren(...nodes);
  if (!focused) return;
  const same = trace && element.querySelector(`[data-trace="${CSS.escape(trace)}"]`);
  (same ?? element).focus({ preventScroll: true });
}

/** Returns a copy of the content of a `<template>` in panel.html. */
export function fromTemplate(id) {
  return document.getElementById(id).content.cloneNode(true);
}
