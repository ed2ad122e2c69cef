"""From the lines of a region to rows, and what a row is by itself: a table's, an item's, an entry of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .pdf_lines import Line

_CONTENTS = re.compile(r"(?:[.…·_]\s?){4,}\s*(?:\d{1,4}|[ivxl]{1,6})?\s*$")
_MARKER = re.compile(r"^(?:[•‣▪●◦■□➢➤✓*–—·\uf0b7\uf0a7\uf0d8]|-(?=\s)|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])(?:\s+|$)")
_CELL_GAP = 1.6  # of the size
_LABEL_EM = 4.0


@dataclass(frozen=True, eq=False)
class Row:
    """Lines on one baseline, from left to right (from right to left in `rtl`)."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @cached_property
    def x0(self) -> float:
        return min(line.x0 for line in self.lines)

    @cached_property
    def x1(self) -> float:
        return max(line.x1 for line in self.lines)

    @cached_property
    def main(self) -> Line:
        return max(self.lines, key=lambda line: len(line.text))

    @property
    def y(self) -> float:
        return self.main.y

    @property
    def size(self) -> float:
        return self.main.size

    @property
    def page(self) -> int:
        return self.main.page

    @cached_property
    def bold(self) -> bool:
        marked = len(self.lines) > 1 and self.lines[0].em < _LABEL_EM
        return all(line.bold for line in self.lines[marked:])

    @property
    def italic(self) -> bool:
        return self.main.italic

    @property
    def mono(self) -> bool:
        return self.main.mono

    @cached_property
    def is_item(self) -> bool:
        return bool(_MARKER.match(self.text)) and (len(self.text) > 2 or len(self.lines) > 1)

    @cached_property
    def is_contents(self) -> bool:
        return bool(_CONTENTS.search(self.text))

    @cached_property
    def cells(self) -> int:
        """Returns the number of cells of a table's row; 1 for running text. A marker or number in front is no cell."""
        lines = self.lines
        if len(lines) > 1 and lines[0].em < _LABEL_EM and (_MARKER.match(lines[0].text) or _is_number(lines[0].text)):
            lines = lines[1:]
        return 1 + sum(
            after.x0 - before.x1 > _CELL_GAP * before.size or before.x0 - after.x1 > _CELL_GAP * before.size
            for before, after in pairwise(lines)
        )


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[§(\[]?[\dA-Z]{0,3}(?:\.\d{1,3})*[.)\]]?", text))


def rows(lines: Sequence[Line], *, rtl: bool = False) -> list[Row]:
    """Returns the rows of a region, from top to bottom."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.y, line.x0)):
        if found and _level(found[-1], line):
            found[-1].append(line)
        else:
            found.append([line])
    return [Row(tuple(sorted(row, key=lambda line: line.x0, reverse=rtl))) for row in found]


def _level(row: Sequence[Line], line: Line) -> bool:
    first = row[0]
    if abs(line.y - first.y) > 0.42 * min(line.size, first.size):
        return False
    return all(line.x0 >= other.x1 - 0.3 * line.size or line.x1 <= other.x0 + 0.3 * line.size for other in row)
