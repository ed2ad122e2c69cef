// The sentences of a summary under pointer and keyboard: which one is looked at, and which one is followed.

const POINT = ".point[data-trace]";
const SETTLE = 60; // ms: a pointer that only passes over asks for nothing

/**
 * Tell `show(key, {scroll})` about the sentence looked at, null for none. The latest wins: while one call is
 * being answered, those in between are dropped.
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
  const want = (key, scroll = false) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        next = { key, scroll };
        pump();
      },
      scroll ? 0 : SETTLE,
    );
  };
  const focused = () => document.activeElement?.closest?.(POINT)?.dataset.trace ?? null;
  const at = (event) => event.target.closest?.(POINT);

  root.addEventListener("pointerover", (event) => {
    const point = at(event);
    if (point && !point.contains(event.relatedTarget)) want(point.dataset.trace);
  });
  root.addEventListener("pointerout", (event) => {
    const point = at(event);
    if (point && !point.contains(event.relatedTarget)) want(focused());
  });
  root.addEventListener("focusin", (event) => at(event) && want(at(event).dataset.trace));
  root.addEventListener("focusout", (event) => at(event) && want(null));
  root.addEventListener("click", (event) => {
    const selecting = !getSelection().isCollapsed; // the reader marks text to copy it
    if (at(event) && !selecting) want(at(event).dataset.trace, true);
  });
  root.addEventListener("keydown", (event) => {
    const point = at(event);
    if (!point || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") want(point.dataset.trace, true);
    else if (event.key === "ArrowDown") step(root, 1);
    else if (event.key === "ArrowUp") step(root, -1);
    else return;
    event.preventDefault();
  });
}

/** Move the focus to the next sentence (+1) or the one before (-1); from elsewhere, to the first or the last. */
export function step(root, by) {
  const points = [...root.querySelectorAll(POINT)];
  const now = points.indexOf(document.activeElement);
  const to = now < 0 ? (by > 0 ? 0 : points.length - 1) : Math.min(points.length - 1, Math.max(0, now + by));
  points[to]?.focus();
}
