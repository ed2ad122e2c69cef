"""Removes what is on a page because it is a page: running heads, page numbers, line numbers, stamps in the margin."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from .pdf_lines import Line
from .pdf_runs import PdfPage

_EDGE_LINES = 3  # lines at the top and at the bottom of a page that can be furniture
_MAX_VARYING = 70  # letters of a running head whose numbers differ
_EDGE = 0.16  # of the page's height
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:page|seite|p[áa]gina|pagina|side|sida|str(?:ana)?|стр|p|pg|s)\b\.?\s*)?"
    r"(?:\d{1,4}|[ivxl]{1,6}|[a-z]?[-.]?\d{1,3})"
    r"(?:\s*(?:/|of|von|de|di|из|sur|van|\|)\s*\d{1,4})?\W*$|^第?\s*\d{1,4}\s*[页頁ページ쪽]$",
    re.IGNORECASE,
)
_Key = tuple[str, int]


def without_furniture(
    pages: Sequence[PdfPage], lines: Mapping[int, Sequence[Line]], body: float
) -> dict[int, list[Line]]:
    """Returns the lines of each page that belong to its text, most of which has the size `body`."""
    edges = {page.number: _edges(page, lines[page.number]) for page in pages}
    repeated = Counter[_Key]()
    places: dict[int, Counter[float]] = defaultdict(Counter)
    for page in pages:
        for key in {_key(line) for line in edges[page.number]}:
            repeated[key] += 1
    needed = 2 if len(pages) < 12 else 3
    for page in pages:
        for line in edges[page.number]:
            if repeated[_key(line)] >= needed:
                places[round(line.y)][line.size] += 1
    numbers = _page_numbers(pages, lines)
    beside = _heads_beside_text(pages, edges, body)
    kept: dict[int, list[Line]] = {}
    for page in pages:
        dropped = {*numbers[page.number], *beside[page.number]}

        def is_furniture(line: Line, outermost: bool, dropped: set[Line] = dropped) -> bool:
            if line in dropped or repeated[_key(line)] >= needed:
                return True
            in_band = any(places[round(line.y) + step][line.size] >= needed for step in (-1, 0, 1))
            return outermost and (bool(_PAGE_NUMBER.match(line.text)) or (in_band and len(line.text) < 90))

        # From the edges inwards, until a row belongs to the text.
        for rows in _edge_rows(page, edges[page.number]):
            for index, row in enumerate(rows):
                found = [line for line in row if is_furniture(line, index == 0)]
                dropped.update(found if len(found) == len(row) or index == 0 else ())
                if len(found) < len(row):
                    break
        remaining = [line for line in lines[page.number] if line not in dropped]
        kept[page.number] = _without_line_numbers(remaining)
    return kept


def _heads_beside_text(
    pages: Sequence[PdfPage], edges: Mapping[int, Sequence[Line]], body: float
) -> dict[int, list[Line]]:
    """Returns lines that stand in the same words and the same place on many pages, in another size than the text."""
    places = Counter(key for page in pages for key in {_place(line) for line in edges[page.number]})
    needed = max(3, len(pages) // 4)
    return {
        page.number: [
            line for line in edges[page.number] if places[_place(line)] >= needed and abs(line.size - body) > 0.4
        ]
        for page in pages
    }


def _place(line: Line) -> _Key:
    return line.text, round(line.y / 4)


def _page_numbers(pages: Sequence[PdfPage], lines: Mapping[int, Sequence[Line]]) -> dict[int, list[Line]]:
    """Returns numbers anywhere on the pages that count them: the same distance from the page's own on most pages."""
    found: dict[int, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for page in pages:
        for line in lines[page.number]:
            if len(line.text) <= 4 and line.text.isdigit():
                found[int(line.text) - page.number][page.number].append(line)
    wanted: dict[int, list[Line]] = {page.number: [] for page in pages}
    for by_page in found.values():
        if len(by_page) >= max(3, 0.6 * len(pages)):
            for number, candidates in by_page.items():
                if len(candidates) == 1:
                    wanted[number] += candidates
    return wanted


def _edges(page: PdfPage, lines: Sequence[Line]) -> list[Line]:
    """Returns the lines of the outermost rows of a page."""
    top, bottom = page.height * _EDGE, page.height * (1 - _EDGE)
    rows = sorted({round(line.y) for line in lines})
    upper = [y for y in rows[: _EDGE_LINES * 2] if y < top][: _EDGE_LINES + 1]
    lower = [y for y in rows[-_EDGE_LINES * 2 :] if y > bottom][-_EDGE_LINES - 1 :]
    wanted = {*upper, *lower}
    return [line for line in lines if round(line.y) in wanted]


def _edge_rows(page: PdfPage, edges: Sequence[Line]) -> tuple[list[list[Line]], list[list[Line]]]:
    """Returns the rows at the top and at the bottom of a page, each from the edge inwards."""
    rows: list[list[Line]] = []
    for line in sorted(edges, key=lambda line: line.y):
        if rows and line.y - rows[-1][0].y < 0.6 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    middle = page.height / 2
    return [row for row in rows if row[0].y < middle], [row for row in reversed(rows) if row[0].y >= middle]


def _key(line: Line) -> _Key:
    """Returns what a running head has in common on all pages: its words and its height on the page."""
    text = line.text.casefold()
    words = _NUMBER.sub("#", text) if len(text) <= _MAX_VARYING else text
    return " ".join(words.split()), round(line.y / 4)


def _without_line_numbers(lines: Sequence[Line]) -> list[Line]:
    """Leaves out a column of numbers that count lines, as in transcripts and drafts."""
    by_edge: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.text.isdigit() and len(line.text) <= 4:
            by_edge[round(line.x1 / 6)].append(line)
    dropped: set[Line] = set()
    for edge, found in by_edge.items():
        column = sorted([*found, *by_edge.get(edge + 1, ())], key=lambda line: line.y)
        numbers = [int(line.text) for line in column]
        steps = Counter(after - before for before, after in pairwise(numbers))
        if len(column) >= 6 and steps and steps.most_common(1)[0][1] >= 0.8 * (len(column) - 1):
            counts = steps.most_common(1)[0][0] in {1, 5, 10}
            if counts and all(_beside_text(line, lines) for line in column[:3]):
                dropped.update(column)
    return [line for line in lines if line not in dropped]


def _beside_text(line: Line, lines: Sequence[Line]) -> bool:
    return not any(
        other is not line and abs(other.y - line.y) < 0.5 * line.size and other.x1 < line.x0 and other.em > 6
        for other in lines
    )
