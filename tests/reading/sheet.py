"""The sheet of grades: one page per line of sheet.jsonl, with a grade for each part of its summary.

The pages' texts belong to their publishers, so the sheet has no outputs, only their digests: enough to see which
summaries changed since they were graded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

SHEET = Path(__file__).with_name("sheet.jsonl")
PARTS = ("gist", "points")
GRADES = "ABCD"


@dataclass(frozen=True, slots=True)
class Grade:
    """`grade`: A (as a good editor would), B (right, could be better), C (misleads or misses much), D (wrong or junk).

    `fault` says what is wrong, and `better` gives a better line where the grade is not A. `output`: see `digest`.
    """

    grade: str
    output: str
    fault: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`file` is relative to ../shared/data/pages. `grades` maps a part of PARTS to its grade."""

    file: str
    kind: str
    grades: Mapping[str, Grade] = field(default_factory=dict)

    def with_grade(self, part: str, grade: Grade) -> Page:
        return replace(self, grades={**self.grades, part: grade})


def load(path: Path = SHEET) -> list[Page]:
    pages = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages.append(Page(row["file"], row["kind"], {part: Grade(**grade) for part, grade in row["grades"].items()}))
    return pages


def save(pages: Sequence[Page], path: Path = SHEET) -> None:
    """Writes one page per line, sorted by kind and file, so that two branches' grades merge line by line."""
    lines = [json.dumps(_row(page), ensure_ascii=False) for page in sorted(pages, key=lambda p: (p.kind, p.file))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def digest(part: str, answer: Mapping[str, Any]) -> str:
    """Returns 12 hexadecimal characters that identify a part of a `summarize` answer; with the outline for points."""
    if part == "gist":
        text = answer.get("gist", "")
    else:
        points = [point["text"] for point in answer.get("points", ())]
        outline = [f"{row['heading']}: {row['text']}" for row in answer.get("outline", ())]
        text = "\n".join([*points, "", *outline])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _row(page: Page) -> dict[str, Any]:
    grades = {part: asdict(page.grades[part]) for part in PARTS if part in page.grades}
    return {
        "file": page.file,
        "kind": page.kind,
        "grades": {part: {key: value for key, value in grade.items() if value} for part, grade in grades.items()},
    }
