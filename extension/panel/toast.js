// A short message at the bottom of the panel, with an optional button.

const element = document.getElementById("toast");
const text = element.querySelector(".toast-text");
const button = element.querySelector("button");
let timer = null;
let action = null;
let duration = 0;
let onHold = null; // extends the undo time in the engine
let holdTimer = null;
const HOLD_INTERVAL = 4_000; // ms; must be shorter than the engine's grace period after the undo time

/**
 * @param {string} message
 * @param {{label?: string, run?: () => void, ms?: number, hold?: () => void}} [offer] the button, and how long the toast stays;
 *   `hold` is called repeatedly while the toast stays longer because the user points at it or focuses it
 */
export function toast(message, { label = "", run = null, ms = 3_000, hold = null } = {}) {
  text.textContent = message;
  button.textContent = label;
  button.hidden = !run;
  action = run;
  duration = ms;
  onHold = hold;
  element.classList.add("shown");
  startTimer();
}

function hide() {
  clearTimeout(timer);
  clearInterval(holdTimer);
  element.classList.remove("shown");
  text.textContent = "";
  button.hidden = true;
  action = onHold = null;
}

function startTimer() {
  clearTimeout(timer);
  clearInterval(holdTimer);
  timer = setTimeout(hide, duration);
}

button.addEventListener("click", () => {
  const run = action;
  hide();
  run?.();
});

/** Stops the timer, here and in the engine, so that the user doesn't have to hurry. */
function pause() {
  clearTimeout(timer);
  clearInterval(holdTimer);
  onHold?.();
  holdTimer = setInterval(() => onHold?.(), HOLD_INTERVAL);
}

/** Starts the timer again with the full time. */
function resume() {
  if (!element.classList.contains("shown")) return;
  onHold?.();
  startTimer();
}

element.addEventListener("pointerenter", pause);
element.addEventListener("pointerleave", resume);
element.addEventListener("focusin", pause);
element.addEventListener("focusout", resume);
