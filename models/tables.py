"""Tables of results: aligned for a terminal, and in Markdown. Evaluations and benchmarks have them in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are shown as they are; `note` says what is measured and how to read it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""


def aligned(title: str, tables: Sequence[Table]) -> str:
    """For the terminal: aligned columns, the first one to the left, the others to the right."""
    lines = [f"== {title}"]
    for table in tables:
        lines += ["", *([table.title] if table.title else [])]
        grid = [list(table.columns), *map(list, table.rows)]
        widths = [max(len(row[place]) for row in grid) for place in range(len(table.columns))]
        for row in grid:
            cells = [
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  " + "  ".join(cells).rstrip())
        if table.note:
            lines.append(f"  ({table.note})")
    return "\n".join(lines) + "\n"


def markdown(table: Mapping[str, Any]) -> list[str]:
    """The paragraphs of a kept Table: its title, the table, its note."""
    parts = [f"**{_escaped(table['title'])}**"] if table.get("title") else []
    head, *rows = ["| " + " | ".join(map(_escaped, row)) + " |" for row in [table["columns"], *table["rows"]]]
    rule = "| --- |" + " ---: |" * (len(table["columns"]) - 1)
    parts.append("\n".join([head, rule, *rows]))
    if table.get("note"):
        parts.append(table["note"])
    return parts


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
