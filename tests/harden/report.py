"""One result line per attack, and the results file behind the figures of docs/SECURITY.md."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = ROOT / "docs" / "SECURITY.md"
BEGIN, END = "<!-- harden results -->", "<!-- /harden results -->"

# The browser driver of the browser tests.
sys.path.append(str(ROOT / "tests" / "browser"))


@dataclass(frozen=True)
class Outcome:
    """An attack's result: `line` is printed, `faults` describe what went wrong, `counts` are stored."""

    name: str
    line: str
    faults: tuple[str, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.faults


def write(outcomes: list[Outcome]) -> None:
    """Updates the results file, keeping attacks that did not run this time, and docs/SECURITY.md."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for outcome in outcomes:
        kept[outcome.name] = {"line": outcome.line, "faults": len(outcome.faults), **outcome.counts}
    RESULTS.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    DOCUMENT.write_text(with_lines(DOCUMENT.read_text(), kept))


def with_lines(document: str, kept: dict[str, dict[str, Any]]) -> str:
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    lines = "\n".join(entry["line"] for _, entry in sorted(kept.items()))
    return f"{before}{BEGIN}\n\n    {lines.replace(chr(10), chr(10) + '    ')}\n\n{END}{after}"
