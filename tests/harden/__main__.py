"""Attacks the built extension: `python -m tests.harden [NAME...]`. Prints one line per attack.

Environment: KILLS=50, HOSTILE=DIR (or a file). The exit status is 1 if an attack succeeded, and 2 if HOSTILE is empty.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from tests.harden import egress, erase, fuzz, hostile, kills
from tests.harden.report import Outcome, write
from tests.harden.vectors import NoVectors, corpus

ATTACKS: dict[str, Callable[[], Outcome]] = {
    "kills": lambda: kills.run(int(os.environ.get("KILLS") or 50)),
    "egress": egress.run,
    "erase": erase.run,
    "fuzz": fuzz.run,
    "hostile": hostile.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.harden", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ATTACKS], metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--no-results", action="store_true", help="do not update the results file and docs/SECURITY.md")
    arguments = parser.parse_args()
    outcomes = []
    names = arguments.names or list(ATTACKS)
    try:
        if "hostile" in names:
            corpus()  # report a missing folder before the kills, which take minutes
    except NoVectors as error:
        print(error, file=sys.stderr)
        return 2
    for name in names:
        started = time.monotonic()
        outcome = ATTACKS[name]()
        print(f"{outcome.line}   [{time.monotonic() - started:.0f} s]", flush=True)
        for fault in outcome.faults:
            print(f"  ! {fault}", flush=True)
        outcomes.append(outcome)
    if not arguments.no_results:
        write(outcomes)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
