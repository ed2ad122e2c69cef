// A short message at the foot of the panel, with one thing to do about it.

const element = document.getElementById("toast");
const text = element.querySelector(".toast-text");
const button = element.querySelector("button");
let timer = null;
let action = null;
let lasts = 0;
let holding = null; // what makes the engine wait, too
let repeat = null;
const HOLD = 4_000; // ms; less than what the engine waits beyond what we offer it for, and that again

/**
 * @param {string} message
 * @param {{label?: string, run?: () => void, ms?: number, hold?: () => void}} [offer] a button and how long it stays;
 *   `hold` is called again and again while it stays longer, because the reader is at it
 */
export function toast(message, { label = "", run = null, ms = 3_000, hold = null } = {}) {
  text.textContent = message;
  button.textContent = label;
  button.hidden = !run;
  action = run;
  lasts = ms;
  holding = hold;
  element.classList.add("shown");
  wait();
}

function hide() {
  clearTimeout(timer);
  clearInterval(repeat);
  element.classList.remove("shown");
  text.textContent = "";
  button.hidden = true;
  action = holding = null;
}

function wait() {
  clearTimeout(timer);
  clearInterval(repeat);
  timer = setTimeout(hide, lasts);
}

button.addEventListener("click", () => {
  const run = action;
  hide();
  run?.();
});

/** Nobody should have to hurry: the time stops while the reader is at it, here and in the engine. */
function stay() {
  clearTimeout(timer);
  clearInterval(repeat);
  holding?.();
  repeat = setInterval(() => holding?.(), HOLD);
}

/** From now on it lasts as long as at the beginning. */
function leave() {
  if (!element.classList.contains("shown")) return;
  holding?.();
  wait();
}

element.addEventListener("pointerenter", stay);
element.addEventListener("pointerleave", leave);
element.addEventListener("focusin", stay);
element.addEventListener("focusout", leave);
