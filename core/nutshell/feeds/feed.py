"""A parsed feed, and what every parser of feeds needs."""

from __future__ import annotations

from dataclasses import dataclass

from nutshell.records.items import Item
from nutshell.records.message import Message

MAX_TITLE, MAX_TEXT, MAX_NAME, MAX_CATEGORIES, MAX_ID = 300, 2000, 120, 12, 500
"""The longest texts, in characters, and the most categories of an item."""

BROKEN = Message("feed.broken")


class NotAFeed(ValueError):
    """The document is not a feed; its Message says why."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as fetched once, its items newest first.

    `site` is the page that it belongs to, `self_url` the address that the feed gives as its own. `every` is the
    shortest interval between fetches that it asks for, in seconds (`ttl`, or `sy:updatePeriod` and
    `sy:updateFrequency`; 0: none). `quiet_hours` (0-23, GMT) and `quiet_days` ("monday") are when it asks not to be
    fetched.
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
