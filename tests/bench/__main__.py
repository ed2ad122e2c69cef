"""`python -m tests.bench [--quick] [NAME...]`: run benchmarks, each in its own process; render their page."""

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
    "sentences",
    "stories",
    "ranking",
    "readers",
    "feeds",
)
# What `--quick` runs where no name is given: what a change to the product moves, in under two minutes. The others judge
# models, texts and feeds, or need the language model.
QUICK = ("start", "timeline", "warm", "size", "memory", "idle", "growth")
# Not one of them: it keeps nothing, and says by its exit status whether something grew slower or larger.
GUARD = "guard"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all of these), or {GUARD}"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"fewer runs, to see that all works; keeps nothing; without names: {', '.join(QUICK)}",
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in (*NAMES, GUARD)]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)} (there are {', '.join((*NAMES, GUARD))})")
    failed = []
    started = time.monotonic()
    for name in options.names or (QUICK if options.quick else NAMES):
        command = [sys.executable, "-m", f"tests.bench.{name}", *(["--quick"] if options.quick else [])]
        if subprocess.run(command, cwd=report.ROOT, check=False).returncode:
            failed.append(name)
    if not options.quick and options.names != [GUARD]:
        report.PAGE.write_text(report.render(_kept()), encoding="utf-8")
        print(f"Written: {report.PAGE.relative_to(report.ROOT)}")
    print(f"{time.monotonic() - started:.0f} s")
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _kept() -> list[dict[str, Any]]:
    """The results there are, of this run or of earlier ones."""
    paths = [report.RESULTS / f"{name}.json" for name in NAMES]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
    return [result for result in found if "tables" in result]


if __name__ == "__main__":
    sys.exit(main())
