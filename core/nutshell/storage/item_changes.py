"""Which items of a fetched feed are new, and which are known items that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from nutshell.records.items import Item
from nutshell.urls import same_page

from .feed_rows import guid_hash, item_content

_DAY = 86_400.0
MAX_AGE, MIN_PER_FEED = 90 * _DAY, 20
"""Seconds an item is kept; items of each feed that are kept whatever their age."""

ARCHIVE_AGE = 30 * _DAY
"""How old items without a date count as, in a feed without any date, on its first fetch: they may be years old."""


def plan_changes(
    items: Sequence[Item], rows: Iterable[Sequence[Any]], dropped: Set[int], now: float, first_fetch: bool
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Returns the rows of new items (guid to published, seen, at) and of changed ones (guid to published, id).

    `items` are newest first; `rows` are the known items: id, guid, url, title, text, author, categories, published.
    `dropped` are the hashes of the guids that were deleted before.
    """
    known = {row[1]: row for row in rows}
    listed = {item.id for item in items}
    matches = UnlistedItems([row for guid, row in known.items() if guid not in listed])
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    for place, (item, at) in enumerate(zip(items, _times(items, now, first_fetch), strict=True)):
        content = (item.id, *item_content(item))
        row = known.get(item.id) or matches.take(item)
        if row is not None:
            if content[-1] == now and row[-1] is not None:  # a time in the future, which is cut to now every time
                content = (*content[:-1], row[-1])
            if tuple(row[1:]) != content:
                changed.append((*content, row[0]))
        elif not _was_dropped(item.id, dropped) and (at >= now - MAX_AGE or place < MIN_PER_FEED):
            new.append((*content, now, at))
    return new, changed


def _times(items: Sequence[Item], now: float, first_fetch: bool) -> list[float]:
    """Returns when each item counts as published.

    Without a date, a new item of a known feed is new. In a feed that is fetched for the first time it is as old as the
    item before it, or, in a feed without dates, old.
    """
    dates = [item.published for item in items if item.published is not None]
    last = min(dates[0], now) if dates else now - ARCHIVE_AGE
    times = []
    for item in items:
        if item.published is not None:
            last = min(item.published, now)
            times.append(last)
        else:
            times.append(last if first_fetch else now)
            if not dates:
                last -= 1  # keeps the order of the feed
    return times


class UnlistedItems:
    """Known items whose ids are not listed any more. Another id may be that of one of these: sites move to https, to
    another host or to other ids, and their readers have read these items.
    """

    def __init__(self, rows: list[Sequence[Any]]) -> None:
        self._rows: dict[tuple[object, ...], Sequence[Any]] = {}
        self._taken: set[int] = set()
        for row in reversed(rows):
            _id, guid, url, title, text, _author, _categories, published = row
            self._rows |= dict.fromkeys(_keys(guid, url, title, text, published), row)

    def take(self, item: Item) -> Sequence[Any] | None:
        """Returns the known item that this is, each one once."""
        return self.find(item.id, item.url, item.title, item.text, item.published)

    def find(self, guid: str, url: str, title: str, text: str, published: float | None) -> Sequence[Any] | None:
        """Does the same as `take`, for a row's columns."""
        for key in _keys(guid, url, title, text, published) if self._rows else ():
            row = self._rows.get(key)
            if row is not None and row[0] not in self._taken:
                self._taken.add(row[0])
                return row
        return None


def _keys(guid: str, url: str, title: str, text: str, published: float | None) -> Iterable[tuple[object, ...]]:
    if guid.startswith(("http://", "https://")):
        yield ("guid", same_page(guid))
    if url:
        yield ("page", same_page(url), title)
    elif title and text:
        yield ("text", title, text)
    if title and published is not None:
        yield ("date", title, published)


def _was_dropped(guid: str, dropped: Set[int]) -> bool:
    if not dropped:
        return False
    spellings = {guid}
    for scheme, other in (("http://", "https://"), ("https://", "http://")):
        if guid.startswith(scheme):
            rest = guid.removeprefix(scheme)
            www = rest.removeprefix("www.") if rest.startswith("www.") else "www." + rest
            spellings |= {other + rest, scheme + www, other + www}
    return any(guid_hash(one) in dropped for one in spellings)
