"""Reading order: splits a page into regions that are read one after the other.

Columns are found by their gutters: a strip of the page that the lines on its two sides leave free. Lines that cross the
gutter (titles, wide figures) end the columns above them and begin new ones below.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .pdf_lines import Line

_MIN_SIDE = 3  # lines on each side of a gutter
_PROSE_EM = 8.0  # a shorter line is a label, a number or a cell
_PROSE_SHARE = 0.5  # of a side's text
_COLUMN_SHARE = 0.9
_MIN_GUTTER = 0.55  # of the size
_MAX_DEPTH = 6
_HEAD_LINES = 10
_HEAD_EM = 18.0


def regions(lines: Sequence[Line], *, rtl: bool = False) -> list[list[Line]]:
    """Returns the lines of a page in groups, in reading order; within a group they go from top to bottom."""
    return [sorted(region, key=lambda line: (line.y, line.x0)) for region in _split(list(lines), rtl, 0) if region]


def _split(lines: list[Line], rtl: bool, depth: int) -> list[list[Line]]:
    middle = _gutter(lines) if depth < _MAX_DEPTH else None
    if middle is None:
        return [lines]
    found: list[list[Line]] = []
    spanning: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def close_columns() -> None:
        head = _head(left, right)
        if head:
            found.append(head)
            left[:] = [line for line in left if line not in head]
            right[:] = [line for line in right if line not in head]
        for side in (right, left) if rtl else (left, right):
            if side:
                found.extend(_split(list(side), rtl, depth + 1))
        left.clear()
        right.clear()

    for line in sorted(lines, key=lambda line: (line.y, line.x0)):
        if line.x0 < middle < line.x1:
            close_columns()
            spanning.append(line)
            continue
        if spanning:
            found.extend(_split(list(spanning), rtl, depth + 1))
            spanning.clear()
        (left if line.x1 <= middle else right).append(line)
    close_columns()
    if spanning:
        found.append(spanning)
    return found


def _head(left: Sequence[Line], right: Sequence[Line]) -> list[Line]:
    """Returns short lines side by side above the columns, such as the names of authors."""
    lines = sorted([*left, *right], key=lambda line: line.y)
    for index, (before, after) in enumerate(pairwise(lines[: _HEAD_LINES + 1])):
        if after.y - before.y > 1.7 * after.size:
            head = lines[: index + 1]
            both = any(line in left for line in head) and any(line in right for line in head)
            return head if both and all(line.em < _HEAD_EM and not line.bold for line in head) else []
    return []


def _gutter(lines: Sequence[Line]) -> float | None:
    """Returns the x of the best gutter, or None if the lines are one column (or a table)."""
    beside = _side_by_side(lines)
    if len(beside) < 2 * _MIN_SIDE:
        return None
    origin = min(line.x0 for line in beside)
    width = int(max(line.x1 for line in beside) - origin) + 2
    if not 40 < width < 20_000:
        return None
    change = [0] * (width + 1)
    for line in beside:
        change[int(line.x0 - origin)] += 1
        change[int(line.x1 - origin) + 1] -= 1
    covered, level = [], 0
    for step in change[:width]:
        level += step
        covered.append(level)
    size = sorted(line.size for line in beside)[len(beside) // 2]
    allowed = len(beside) // 25
    best: tuple[float, float] | None = None
    start = None
    for x in range(int(width * 0.08), int(width * 0.92) + 1):
        if covered[x] <= allowed:
            start = x if start is None else start
            continue
        if start is not None and x - start >= max(4.0, _MIN_GUTTER * size):
            middle = origin + (start + x) / 2
            value = _gutter_value(beside, middle) * (1 + min(x - start, 40) / 200)
            if value and (best is None or value > best[0]):
                best = (value, middle)
        start = None
    return best[1] if best else None


def _gutter_value(beside: Sequence[Line], middle: float) -> float:
    """Returns how much prose a gutter separates; 0 if it separates no prose."""
    left = [line for line in beside if line.x1 <= middle]
    right = [line for line in beside if line.x0 >= middle]
    if min(len(left), len(right)) < _MIN_SIDE:
        return 0.0
    top, bottom = max(left[0].y, right[0].y), min(left[-1].y, right[-1].y)
    shared = [sum(top - line.size <= line.y <= bottom + line.size for line in side) for side in (left, right)]
    if min(shared) < _MIN_SIDE:
        return 0.0
    prose = [_prose_share(side) for side in (left, right)]
    columns = min(prose) >= _PROSE_SHARE
    # A box beside a column of text: its lines are not on the same heights, as those of a table are.
    box = max(prose) >= _COLUMN_SHARE and _unaligned(left, right) >= 0.5
    return float(min(len(left), len(right))) if columns or box else 0.0


def _prose_share(side: Sequence[Line]) -> float:
    """Returns how much of a side is in lines that are long enough for running text."""
    return sum(line.em for line in side if line.em >= _PROSE_EM) / max(1.0, sum(line.em for line in side))


def _unaligned(left: Sequence[Line], right: Sequence[Line]) -> float:
    """Returns the share of the shorter side's lines that have no line of the other side at their height."""
    fewer, more = sorted((left, right), key=len)
    alone = sum(all(abs(line.y - other.y) > 0.15 * line.size for other in more) for line in fewer)
    return alone / len(fewer)


def _side_by_side(lines: Sequence[Line]) -> list[Line]:
    """Returns the lines that have another line beside them, from top to bottom."""
    ordered = sorted(lines, key=lambda line: line.y)
    found: set[int] = set()
    for index, line in enumerate(ordered):
        for later in range(index + 1, len(ordered)):
            other = ordered[later]
            if other.y - line.y > 0.8 * line.size:
                break
            if other.x0 >= line.x1 or other.x1 <= line.x0:
                found.add(index)
                found.add(later)
    return [ordered[index] for index in sorted(found)]
