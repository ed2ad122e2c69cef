// Spans of time in the browser's own trace (User Timing), where the developer tools and tests/bench/timeline.py see them.

/** Note what began at `from` (performance.now()) and ends now. Nothing is kept of it. */
export function measure(name, from) {
  const label = `nutshell: ${name}`;
  performance.measure(label, { start: from });
  performance.clearMeasures(label);
}
