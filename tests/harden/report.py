"""One line for each attack, and the file the figures of docs/SECURITY.md come from."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = ROOT / "docs" / "SECURITY.md"
BEGIN, END = "<!-- what make harden printed last -->", "<!-- end of it -->"

# The driver is the browser tests' own.
sys.path.append(str(ROOT / "tests" / "browser"))


@dataclass(frozen=True)
class Outcome:
    """What an attack came to: `line` is printed, `faults` say what was wrong, `counts` are kept."""

    name: str
    line: str
    faults: tuple[str, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.faults


def write(outcomes: list[Outcome]) -> None:
    """Into the results file, beside the outcomes of attacks that did not run this time; and into the document."""
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
