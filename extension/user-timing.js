// User Timing measures, for the Performance panel of the developer tools and for tests/bench/timeline.py.

/** Records a measure from `start` (a performance.now() value) until now. It shows in traces but isn't stored. */
export function measure(name, start) {
  const label = `nutshell: ${name}`;
  performance.measure(label, { start });
  performance.clearMeasures(label);
}
