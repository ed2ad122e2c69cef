// Fragments of HTML from the core, put in place without taking the reader's place away.

// What no template of ours holds: were an escape ever forgotten, these would still not come in.
const UNWANTED = "script, style, link, meta, base, iframe, frame, object, embed, video, audio, img, image, template, math";

// The panel's policy lets HTML be made from text here and nowhere else.
const policy = globalThis.trustedTypes?.createPolicy("nutshell", { createHTML: (html) => html });

/**
 * Replace what an element shows. The core's templates escape everything that comes from a page; parsing apart
 * from the panel keeps scripts from running even so. Focus stays on the same sentence, or on the element.
 * @param {Element} element
 * @param {string} html
 */
export function showFragment(element, html) {
  showNodes(element, ...parseFragment(html));
}

/** The nodes of a fragment from the core. */
export function parseFragment(html) {
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  for (const element of parsed.querySelectorAll(UNWANTED)) element.remove();
  return [...parsed.body.childNodes];
}

/** The same for nodes of our own templates. */
export function showNodes(element, ...nodes) {
  const focused = element.contains(document.activeElement) && document.activeElement !== element;
  const trace = focused ? document.activeElement.dataset.trace : undefined;
  element.replaceChildren(...nodes);
  if (!focused) return;
  const same = trace && element.querySelector(`[data-trace="${CSS.escape(trace)}"]`);
  (same ?? element).focus({ preventScroll: true });
}

/** A copy of what a `<template>` of panel.html holds. */
export function fromTemplate(id) {
  return document.getElementById(id).content.cloneNode(true);
}
