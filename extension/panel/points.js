// Pointer and keyboard interaction with the sentences of a summary.

const POINT = ".point[data-trace]";
const HOVER_DELAY = 60; // ms; ignores a pointer that only passes over

/**
 * Calls `show(key, {scroll})` with the key of the sentence that is hovered, focused or clicked, or with null for none.
 * If the sentence changes several times during a call, only the last one is shown.
 * @param {Element} root
 * @param {(key: string|null, options: {scroll: boolean}) => Promise<void>} show
 */
export function tracePoints(root, show) {
  let timer = null;
  let next = null;
  let busy = false;

  const pump = async () => {
    if (busy) return;
    busy = true;
    while (next) {
      const { key, scroll } = next;
      next = null;
      await show(key, { scroll });
    }
    busy = false;
  };
  const schedule = (key, scroll = false) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        next = { key, scroll };
        pump();
      },
      scroll ? 0 : HOVER_DELAY,
    );
  };
  const focused = () => document.activeElement?.closest?.(POINT)?.dataset.trace ?? null;
  const pointOf = (event) => event.target.closest?.(POINT);

  root.addEventListener("pointerover", (event) => {
    const point = pointOf(event);
    if (point && !point.contains(event.relatedTarget)) schedule(point.dataset.trace);
  });
  root.addEventListener("pointerout", (event) => {
    const point = pointOf(event);
    if (point && !point.contains(event.relatedTarget)) schedule(focused());
  });
  root.addEventListener("focusin", (event) => pointOf(event) && schedule(pointOf(event).dataset.trace));
  root.addEventListener("focusout", (event) => pointOf(event) && schedule(null));
  root.addEventListener("click", (event) => {
    const selecting = !getSelection().isCollapsed; // the user is selecting text
    if (pointOf(event) && !selecting) schedule(pointOf(event).dataset.trace, true);
  });
  root.addEventListener("keydown", (event) => {
    const point = pointOf(event);
    if (!point || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") schedule(point.dataset.trace, true);
    else if (event.key === "ArrowDown") step(root, 1);
    else if (event.key === "ArrowUp") step(root, -1);
    else return;
    event.preventDefault();
  });
}

/** Moves focus to the next (+1) or previous (-1) sentence. From elsewhere, to the first or the last. */
export function step(root, by) {
  const points = [...root.querySelectorAll(POINT)];
  const now = points.indexOf(document.activeElement);
  const to = now < 0 ? (by > 0 ? 0 : points.length - 1) : Math.min(points.length - 1, Math.max(0, now + by));
  points[to]?.focus();
}
