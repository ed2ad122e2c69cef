"""Guards against regressions in speed and size: ratios to peers in the same run, compared with baseline.json.

Ratios make it independent of the machine and of other load. The exit status is 1 if a figure is worse than its baseline
by more than its tolerance. `--save` stores the current figures as the baseline; commit it together with the
improvement.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import embedding, size, start, warm
from tests.bench.report import BenchError

BASELINE = Path(__file__).with_name("baseline.json")
RUNS = 4


def measured() -> dict[str, float]:
    """Returns the current figures; smaller is better. Ratios are medians of the ratios of each turn."""
    engine = start.alternate(RUNS)
    clicks, peer, _ = warm.alternate(RUNS, 1)
    clicked = [at["shown"] - at["clicked"] for at in clicks]
    rates = embedding.alternate(RUNS)
    return {
        "engine's first answer, relative to stock Pyodide": _ratio(
            engine["nutshell"]["answered"], engine["stock"]["answered"]
        ),
        "click to summary, relative to transformers.js": _ratio(clicked, peer["weights/at once"]),
        "embedding on one thread, relative to transformers.js": _ratio(rates["ours"], rates["peer"]),
        "zip, MB": size.archive().stat().st_size / 1e6,
    }


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(own / other for own, other in zip(ours, theirs, strict=True))


def worse(found: Mapping[str, float], baseline: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Returns a line for each figure above its baseline and tolerance, or missing from one of the two."""
    lines = [
        f"{name}: not in the baseline; run python -m tests.bench.guard --save" for name in found if name not in baseline
    ]
    for name, kept in baseline.items():
        if name not in found:
            lines.append(f"{name}: in the baseline, but not measured")
        elif found[name] > (most := kept["value"] * (1 + kept["tolerance"])):
            lines.append(f"{name}: {found[name]:.3f} now, {kept['value']:.3f} before, {most:.3f} at most")
    return lines


def main(measure: Callable[[], dict[str, float]] = measured, path: Path = BASELINE) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.guard", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="no effect; the guard is always quick")
    parser.add_argument("--save", action="store_true", help="store the current figures as the baseline")
    options = parser.parse_args()
    baseline: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    try:
        found = measure()
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, value in found.items():
        print(f"  {name:<64}{value:8.3f}  (before {baseline.get(name, {}).get('value', float('nan')):.3f})")
    if options.save:
        tolerance = {name: kept["tolerance"] for name, kept in baseline.items()}
        made = {
            name: {"value": round(value, 3), "tolerance": tolerance.get(name, 0.25)} for name, value in found.items()
        }
        path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        print(f"Saved to {path.name}.")
        return 0
    lines = worse(found, baseline)
    for line in lines:
        print(f"WORSE  {line}", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
