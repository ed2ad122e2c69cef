"""Tables of results, aligned for a terminal or as Markdown. Shared by the evaluations and the benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

WIDTH = 100
"""Columns at which the prose of generated documents wraps."""


@dataclass(frozen=True, slots=True)
class Table:
    """`note` says what is measured and how to read it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""


def aligned(title: str, tables: Sequence[Table]) -> str:
    """Returns text for a terminal: the first column is left-aligned, the others right-aligned."""
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
    """Returns the paragraphs of a stored Table: title, table and note."""
    parts = [f"**{_escaped(table['title'])}**"] if table.get("title") else []
    head, *rows = ["| " + " | ".join(map(_escaped, row)) + " |" for row in [table["columns"], *table["rows"]]]
    rule = "| --- |" + " ---: |" * (len(table["columns"]) - 1)
    parts.append("\n".join([head, rule, *rows]))
    if table.get("note"):
        parts.append(wrapped(table["note"]))
    return parts


def wrapped(text: str) -> str:
    """Returns a paragraph wrapped at WIDTH columns."""
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
