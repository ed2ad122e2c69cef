// A short message at the foot of the panel, with one thing to do about it.

const element = document.getElementById("toast");
const text = element.querySelector(".toast-text");
const button = element.querySelector("button");
let timer = null;
let action = null;
let lasts = 0;

/**
 * @param {string} message
 * @param {{label?: string, run?: () => void, ms?: number}} [offer] a button and how long it stays
 */
export function toast(message, { label = "", run = null, ms = 3_000 } = {}) {
  text.textContent = message;
  button.textContent = label;
  button.hidden = !run;
  action = run;
  lasts = ms;
  element.classList.add("shown");
  wait();
}

function hide() {
  clearTimeout(timer);
  element.classList.remove("shown");
  text.textContent = "";
  button.hidden = true;
  action = null;
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(hide, lasts);
}

button.addEventListener("click", () => {
  const run = action;
  hide();
  run?.();
});
// Nobody should have to hurry: the time stops while the reader is at it.
element.addEventListener("pointerenter", () => clearTimeout(timer));
element.addEventListener("pointerleave", wait);
element.addEventListener("focusin", () => clearTimeout(timer));
element.addEventListener("focusout", wait);
