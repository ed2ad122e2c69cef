"""Which rows of the candidate matrix are on which stored page, and which pages must be written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PAGE_ROWS = 256


class PageLayout:
    """Rows are in the order of the pages. Removing rows makes pages smaller; `rebuild` fills them again."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._changed: set[int] = set()

    def append(self, count: int) -> None:
        """Adds rows at the end: to the last page, and to new ones."""
        while count:
            if not self._sizes or self._sizes[-1] >= PAGE_ROWS:
                self._sizes.append(0)
            added = min(count, PAGE_ROWS - self._sizes[-1])
            self._sizes[-1] += added
            self._changed.add(len(self._sizes) - 1)
            count -= added

    def retain(self, kept: Sequence[bool]) -> None:
        """Removes rows: `kept` says of each whether it stays."""
        start = 0
        for number, size in enumerate(self._sizes):
            left = sum(kept[start : start + size])
            start += size
            if left != size:
                self._sizes[number] = left
                self._changed.add(number)

    def mark_changed(self, rows: Iterable[int]) -> None:
        end = number = 0
        for row in sorted(rows):
            while row >= end:
                end += self._sizes[number]
                number += 1
            self._changed.add(number - 1)

    def rebuild(self, count: int) -> None:
        """Puts all rows on full pages; pages that are then empty keep their numbers, to be deleted."""
        full = [PAGE_ROWS] * (count // PAGE_ROWS) + ([count % PAGE_ROWS] if count % PAGE_ROWS else [])
        self._sizes = full + [0] * max(0, len(self._sizes) - len(full))
        self._changed = set(range(len(self._sizes)))

    def restore(self, number: int, count: int) -> None:
        """Adds a stored page after those before it; numbers between them are of empty pages."""
        self._sizes += [0] * (number - len(self._sizes))
        self._sizes.append(count)

    def pop_changed(self) -> list[tuple[int, int, int]]:
        """Returns (page, first row, row after the last) of pages that changed since this was called last."""
        changed, start = [], 0
        for number, size in enumerate(self._sizes):
            if number in self._changed:
                changed.append((number, start, start + size))
            start += size
        self._changed.clear()
        return changed
