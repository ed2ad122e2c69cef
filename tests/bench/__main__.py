"""Runs benchmarks, each in its own process, and renders docs/BENCHMARKS.md: `python -m tests.bench [--quick]
[NAME...]`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from typing import Any

from tests.bench import report

NAMES = (
    "start",
    "timeline",
    "warm",
    "embedding",
    "static",
    "generation",
    "size",
    "memory",
    "idle",
    "growth",
    "recall",
    "summary",
    "extraction",
    "metadata",
    "sentences",
    "stories",
    "ranking",
    "readers",
    "feeds",
)
# What `--quick` runs without names: what a change to the product affects, in under two minutes. The others evaluate
# models, texts and feeds, or need the language model.
QUICK = ("start", "timeline", "warm", "size", "memory", "idle", "growth")
# Not a benchmark: it stores nothing, and its exit status says whether something became slower or larger.
GUARD = "guard"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)} (default: all), or {GUARD}"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"fewer runs as a smoke test; stores nothing; without names: {', '.join(QUICK)}",
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in (*NAMES, GUARD)]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)} (choose from {', '.join((*NAMES, GUARD))})")
    failed = []
    started = time.monotonic()
    for name in options.names or (QUICK if options.quick else NAMES):
        command = [sys.executable, "-m", f"tests.bench.{name}", *(["--quick"] if options.quick else [])]
        if subprocess.run(command, cwd=report.ROOT, check=False).returncode:
            failed.append(name)
    if not options.quick and options.names != [GUARD]:
        report.PAGE.write_text(report.render(_stored()), encoding="utf-8")
        print(f"Wrote {report.PAGE.relative_to(report.ROOT)}")
    print(f"{time.monotonic() - started:.0f} s")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _stored() -> list[dict[str, Any]]:
    """Returns the stored results, of this run or of earlier ones."""
    paths = [report.RESULTS / f"{name}.json" for name in NAMES]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
    return [result for result in found if "tables" in result]


if __name__ == "__main__":
    sys.exit(main())
