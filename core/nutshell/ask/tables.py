"""The rows of a page's tables and definition lists, each cell with the header of its column.

Blocks say which rows are headers (`level` 1) where the page marks them. Where it does not, a first row of words above
rows of figures is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Block, Role

_BULLET = re.compile(r"^[•·–—*\-\s]+")
_MIN_ROWS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """`header` is that of its column, empty if the table has none. `start` is its place in the block's text."""

    header: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Row:
    """`block` is its number among the article's blocks. `label` is its first cell, `cells` are the others.

    `text` says it as a line: "Fares from 1 March, Child under 12: Single £6, Return £9".
    """

    block: int
    label: str
    cells: tuple[Cell, ...]
    text: str


def table_rows(blocks: Sequence[Block]) -> list[Row]:
    """Returns the rows of all tables without the rows of column headers."""
    found: list[Row] = []
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and blocks[end].role is Role.ROW:
            end += 1
        if end > start:
            caption = blocks[start - 1].text if start and blocks[start - 1].role is Role.CAPTION else ""
            found += _rows(blocks, start, end, caption)
        start = end + 1
    return found


def _rows(blocks: Sequence[Block], start: int, end: int, caption: str) -> list[Row]:
    headers: tuple[str, ...] = ()
    section = ""
    found = []
    if end - start >= _MIN_ROWS and not any(blocks[at].level == 1 for at in range(start, end)):
        first = _unmarked_header(blocks[start:end])
        if first:
            headers, start = first, start + 1
    for number in range(start, end):
        block = blocks[number]
        cells = _cells(block)
        full = [text for text, _ in cells if text]
        if block.level == 1 and len(full) == 1:
            section = full[0]  # a row that names the rows below it, as in an infobox
            continue
        if block.level == 1:
            headers, section = block.cells, ""
            continue
        if headers and len(block.cells) != len(headers):
            headers, section, caption = (), "", ""  # another table, or a definition list after one
        row = _row(number, cells, headers, section or caption)
        if row:
            found.append(row)
    return found


def _row(number: int, cells: Sequence[tuple[str, int]], headers: Sequence[str], above: str) -> Row | None:
    named = [
        Cell(headers[column] if column < len(headers) else "", text, start)
        for column, (text, start) in enumerate(cells)
    ]
    full = [cell for cell in named if cell.text]
    if not full:
        return None
    # The first cell names the row, unless it is the only one or a figure.
    label = _BULLET.sub("", full[0].text) if len(full) > 1 else ""
    rest = full[1:] if label else full
    values = ", ".join(f"{cell.header} {cell.text}".strip() for cell in rest)
    name = f"{full[0].header} {label}".strip() if headers and full[0].header else label
    line = f"{name}: {values}" if name else values
    return Row(number, label, tuple(rest), f"{above}, {line}" if above else line)


def _cells(block: Block) -> list[tuple[str, int]]:
    found, start = [], 0
    for cell in block.cells:
        found.append((cell, start))
        start += len(cell) + 1
    return found


def _unmarked_header(rows: Sequence[Block]) -> tuple[str, ...]:
    """Returns the cells of a first row without figures above rows with figures; empty if there is none."""
    first = rows[0].cells
    if len(first) < 2 or sum(bool(cell) for cell in first) < 2 or any(map(_has_figure, first)):
        return ()
    if not all(first[1:]):
        return ()
    below = [row.cells for row in rows[1:]]
    with_figures = sum(any(map(_has_figure, cells[1:])) for cells in below)
    wide = sum(len(cells) == len(first) for cells in below)
    return first if with_figures >= len(below) / 2 and wide >= len(below) / 2 else ()


def _has_figure(text: str) -> bool:
    return any(character.isdigit() for character in text)
