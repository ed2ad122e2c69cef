"""Feeds as plain data: RSS 0.9x-2.0, RDF, Atom and JSON Feed become a Feed of Items."""

from __future__ import annotations

import asyncio
import hashlib
import math
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
    so that no item's id depends on which others are still in the feed. Where items share both and have different titles
    and texts, a hash of these is added. Of two versions of one item, the one with the later date counts, or the first.
    """
    unique = list(dict.fromkeys(items))
    links: dict[str, set[str]] = {}
    for item in unique:
        links.setdefault(_identity(item), set()).add(item.url or item.title)
    groups: dict[str, list[Item]] = {}
    for item in unique:
        identity = _identity(item)
        if len(links[identity]) > 1:
            identity = f"{identity} {item.url or _digest(item.title)}"
        groups.setdefault(identity, []).append(item)
    by_item: dict[Item, Item] = {}
    for identity, group in groups.items():
        versions = _versions(group)
        for same in versions:
            newest = max(same, key=lambda item: item.published or 0)
            text = f"{newest.title}\0{newest.text[:200]}"
            own = identity if len(versions) == 1 else f"{identity} {_digest(text)}"
            by_item[same[0]] = replace(newest, id=own if len(own) <= MAX_ID else _digest(own))
    return [by_item[item] for item in unique if item in by_item]


def _versions(group: list[Item]) -> list[list[Item]]:
    """Returns items that share id and link in lists of versions of one item: those with the same title or text.

    Without texts, only an id of their own says that items with different titles are one.
    """
    versions: list[list[Item]] = []
    by_title: dict[str, list[Item]] = {}
    by_text: dict[str, list[Item]] = {}
    for item in group:
        same = by_title.get(item.title) if item.title else None
        if same is None and (item.text or item.id):
            same = by_text.get(item.text)
        if same is None:
            same = []
            versions.append(same)
        same.append(item)
        by_title.setdefault(item.title, same)
        by_text.setdefault(item.text, same)
    return versions


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
