"""Feeds as plain data: RSS 0.9x-2.0, RDF, Atom and JSON Feed become a Feed of Items."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import replace

from nutshell.records.items import Item
from nutshell.records.message import Message

from .feed import BROKEN, MAX_ID, Feed, NotAFeed

MAX_ITEMS = 500
"""The most items of one feed: the newest."""

# Dates before the web, or far in the future, are mistakes, or attempts to stay at the top of the list.
_EARLIEST = 631_152_000.0  # 1990
_MAX_AHEAD = 86_400.0


def parse(body: bytes, *, url: str = "", content_type: str = "", now: float) -> Feed:
    """Parses a feed, whatever its declared type. `url` is where it came from; `now` limits its dates.

    Raises NotAFeed.
    """
    steps = parse_steps(body, url=url, content_type=content_type, now=now)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            feed: Feed = done.value
            return feed


async def parse_async(body: bytes, *, url: str, content_type: str, now: float) -> Feed:
    """Does the same as `parse`, and lets other tasks run every few milliseconds."""
    steps = parse_steps(body, url=url, content_type=content_type, now=now)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            feed: Feed = done.value
            return feed
        await asyncio.sleep(0)


def parse_steps(body: bytes, *, url: str = "", content_type: str = "", now: float) -> Generator[None, None, Feed]:
    """Does the same as `parse`, in steps of a few milliseconds."""
    from . import json_feed, xml_feed  # noqa: PLC0415 - feedparser is loaded only when there is a feed to parse

    if not body.strip():
        raise NotAFeed(Message("feed.empty"))
    try:
        if json_feed.looks_like_json(body):
            feed = json_feed.parse_json_feed(body, url=url)
        else:
            feed = yield from xml_feed.parse_xml_feed(body, url=url, content_type=content_type)
        return replace(feed, items=_newest(with_stable_ids(feed.items), now))
    except NotAFeed:
        raise
    except Exception as error:  # no document, however malformed, may break more than its own feed
        raise NotAFeed(BROKEN) from error


def with_stable_ids(items: Iterable[Item]) -> list[Item]:
    """Returns the items with ids that stay the same from one fetch to the next, each item once.

    An item's id is the one that the feed gives; without one its link; without either its title and text. Where items
    with different links share an id (some feeds give all items the same), the link is added to the id: to all of them,
    so that no item's id depends on which others are still in the feed.
    """
    unique = list(dict.fromkeys(items))
    links: dict[str, set[str]] = {}
    for item in unique:
        links.setdefault(_identity(item), set()).add(item.url or item.title)
    identified = []
    for item in unique:
        identity = _identity(item)
        if len(links[identity]) > 1:
            identity = f"{identity} {item.url or _digest(item.title)}"
        identified.append(replace(item, id=identity if len(identity) <= MAX_ID else _digest(identity)))
    counts = Counter(item.id for item in identified)
    if len(counts) == len(identified):
        return identified
    by_id: dict[str, Item] = {}
    for item in identified:
        # Two versions of one item: the one with the later date counts, or else the first.
        other = by_id.get(item.id)
        if other is None or (item.published or 0) > (other.published or 0):
            by_id[item.id] = item
    return list(by_id.values())


def plausible_date(published: float | None, now: float) -> float | None:
    """Returns a date if it is plausible, else None; a date in the next day becomes `now`."""
    if published is None or not math.isfinite(published) or not _EARLIEST <= published <= now + _MAX_AHEAD:
        return None
    return min(published, now)


def _newest(items: list[Item], now: float) -> tuple[Item, ...]:
    dated = [replace(item, published=plausible_date(item.published, now)) for item in items]
    # An item without a date stays next to its neighbours: feeds without dates list the newest first.
    last = max((item.published for item in dated if item.published is not None), default=now)
    times = []
    for item in dated:
        last = item.published if item.published is not None else last
        times.append(last)
    order = sorted(range(len(dated)), key=lambda position: (-times[position], position))
    return tuple(dated[position] for position in order[:MAX_ITEMS])


def _identity(item: Item) -> str:
    return item.id or item.url or _digest(f"{item.title}\0{item.text[:200]}")


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
