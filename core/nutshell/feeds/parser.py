"""A feed as plain data: RSS 0.9x-2.0, RDF, Atom and JSON Feed all become a Feed of Items, or NotAFeed says why not."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace

from nutshell.records.items import Item

TITLE, TEXT, NAME, CATEGORIES, IDENTITY = 300, 2000, 120, 12, 500
"""The longest texts that are kept, in characters, and the most categories."""

MOST_ITEMS = 500
"""Of one feed, at one time: the newest."""

# No date is taken from before the web. One far ahead is a mistake, or a lure to stay on top.
_EARLIEST = 631_152_000.0  # 1990
_AHEAD = 86_400.0


BROKEN = "It is broken in a way that cannot be mended."


class NotAFeed(ValueError):
    """What was fetched is no feed that can be read; the message says why, and is fit to be shown."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was read at one time, its items newest first.

    `site` is the page it belongs to and `self_url` what it says its own address is. `every` is how often it
    asks to be fetched at most, in seconds (`ttl`, or `sy:updatePeriod` and `sy:updateFrequency`; 0: not said);
    `quiet_hours` (0-23, GMT) and `quiet_days` ("monday") are when it asks to be left alone.
    """

    title: str
    site: str
    items: tuple[Item, ...]
    kind: str = ""
    lang: str = ""
    self_url: str = ""
    every: float = 0.0
    quiet_hours: tuple[int, ...] = ()
    quiet_days: tuple[str, ...] = ()


def parse(body: bytes, *, url: str = "", content_type: str = "", now: float) -> Feed:
    """Read a feed, whatever its declared type. `url` is where it came from; `now` bounds its dates.

    Raises NotAFeed.
    """
    work = parsing(body, url=url, content_type=content_type, now=now)
    while True:
        try:
            next(work)
        except StopIteration as done:
            feed: Feed = done.value
            return feed


def parsing(body: bytes, *, url: str = "", content_type: str = "", now: float) -> Generator[None, None, Feed]:
    """`parse` in steps of a few milliseconds, for a host that has other things to do in between."""
    from . import json_feed, xml_feed  # noqa: PLC0415 - feedparser is not loaded before there is a feed to read

    if not body.strip():
        raise NotAFeed("It is empty.")
    try:
        if json_feed.looks_like(body):
            feed = json_feed.read(body, url=url)
        else:
            feed = yield from xml_feed.reading(body, url=url, content_type=content_type)
        return replace(feed, items=_newest(identified(feed.items), now))
    except NotAFeed:
        raise
    except Exception as error:  # whatever a stranger's bytes bring about is a matter of this feed alone
        raise NotAFeed(BROKEN) from error


def identified(items: Iterable[Item]) -> list[Item]:
    """The items with ids that stay the same from one fetch to the next, each item once.

    An item is known by the id its feed gives it; without one by its link; without either by its title and text.
    Where one id stands for several links (some feeds give all their items the same), the link is added to it:
    to all of them, so that no item's id depends on which others are still listed.
    """
    once = list(dict.fromkeys(items))
    links: dict[str, set[str]] = {}
    for item in once:
        links.setdefault(_known_by(item), set()).add(item.url or item.title)
    named = []
    for item in once:
        name = _known_by(item)
        if len(links[name]) > 1:
            name = f"{name} {item.url or _digest(item.title)}"
        named.append(replace(item, id=name if len(name) <= IDENTITY else _digest(name)))
    counts = Counter(item.id for item in named)
    if len(counts) == len(named):
        return named
    unique: dict[str, Item] = {}
    for item in named:
        # The same id and link twice: two states of one item. The later one in time counts, or else the first.
        other = unique.get(item.id)
        if other is None or (item.published or 0) > (other.published or 0):
            unique[item.id] = item
    return list(unique.values())


def plausible(published: float | None, now: float) -> float | None:
    """A publication date that can be one; the near future becomes `now`."""
    if published is None or not math.isfinite(published) or not _EARLIEST <= published <= now + _AHEAD:
        return None
    return min(published, now)


def _newest(items: list[Item], now: float) -> tuple[Item, ...]:
    dated = [replace(item, published=plausible(item.published, now)) for item in items]
    # An undated item keeps its place beside its neighbours: feeds without dates are listed newest first.
    last = max((item.published for item in dated if item.published is not None), default=now)
    keys = []
    for item in dated:
        last = item.published if item.published is not None else last
        keys.append(last)
    order = sorted(range(len(dated)), key=lambda place: (-keys[place], place))
    return tuple(dated[place] for place in order[:MOST_ITEMS])


def _known_by(item: Item) -> str:
    return item.id or item.url or _digest(f"{item.title}\0{item.text[:200]}")


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
