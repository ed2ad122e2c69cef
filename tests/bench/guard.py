"""Against growing slow or large: a few ratios to peers of the same run, held against those kept in baseline.json.

Ratios, so that it can be run on any machine and beside other work; exit status 1 when one is worse than it was by more
than its tolerance. `--keep` makes what is measured now the baseline: commit it with what made it better.
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
    """Each the smaller the better. Every ratio is one of medians, or a median of ratios turn by turn."""
    engine = start.race(RUNS)
    clicks, peer, _ = warm.race(RUNS, 1)
    clicked = [at["shown"] - at["clicked"] for at in clicks]
    rates = embedding.race(RUNS)
    return {
        "engine's first answer to bare Pyodide's": _ratio(engine["nutshell"]["answered"], engine["stock"]["answered"]),
        "click to summary, to transformers.js embedding the sentences": _ratio(clicked, peer["weights/at once"]),
        "embedding, one thread, to transformers.js in int8, batched": _ratio(rates["ours"], rates["peer"]),
        "the zip, MB": size.archive().stat().st_size / 1e6,
    }


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return median(own / other for own, other in zip(ours, theirs, strict=True))


def worse(found: Mapping[str, float], baseline: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A line for each figure that is larger than its baseline and tolerance allow, or that is there only once."""
    lines = [
        f"{name}: not in the baseline: run python -m tests.bench.guard --keep" for name in found if name not in baseline
    ]
    for name, kept in baseline.items():
        if name not in found:
            lines.append(f"{name}: in the baseline, but it was not measured")
        elif found[name] > (most := kept["value"] * (1 + kept["tolerance"])):
            lines.append(f"{name}: {found[name]:.3f} now, {kept['value']:.3f} before, {most:.3f} at most")
    return lines


def main(measure: Callable[[], dict[str, float]] = measured, path: Path = BASELINE) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.guard", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="it is always quick")
    parser.add_argument("--keep", action="store_true", help="make what is measured now the baseline")
    options = parser.parse_args()
    baseline: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    try:
        found = measure()
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, value in found.items():
        print(f"  {name:<64}{value:8.3f}  (before {baseline.get(name, {}).get('value', float('nan')):.3f})")
    if options.keep:
        tolerance = {name: kept["tolerance"] for name, kept in baseline.items()}
        made = {
            name: {"value": round(value, 3), "tolerance": tolerance.get(name, 0.25)} for name, value in found.items()
        }
        path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        print(f"Kept in {path.name}.")
        return 0
    lines = worse(found, baseline)
    for line in lines:
        print(f"WORSE  {line}", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
