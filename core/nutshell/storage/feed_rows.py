"""Rows of the tables `feed` and `item` as records."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from nutshell.records.items import FeedState, Item, StoredItem, Subscription
from nutshell.urls import site_name

SUBSCRIPTION_COLUMNS = "id, url, title, own_title, site, lang, folder, added, checked, due, problem, upkeep"
ITEM_COLUMNS = (
    "item.id, item.feed, coalesce(nullif(feed.own_title, ''), feed.title), item.url, item.title, item.text,"
    " item.author, item.categories, item.published, item.at, item.seen, item.saved, item.read"
)


def parse_subscription(row: Sequence[Any]) -> Subscription:
    feed, url, title, own_title, site, lang, folder, added, checked, due, problem, state = row
    shown = own_title or title or site_name(site or url)
    return Subscription(feed, url, shown, site, lang, folder, added, checked, due, problem, parse_state(state))


def parse_state(column: str) -> FeedState:
    """Raises ValueError or TypeError for anything but the JSON of FeedState."""
    fields = json.loads(column)
    for name in ("quiet_hours", "quiet_days"):
        fields[name] = tuple(fields.get(name, ()))
    return FeedState(**fields)


def parse_item(row: Sequence[Any]) -> StoredItem:
    item, feed, source, url, title, text, author, categories, *times = row
    return StoredItem(item, feed, source, url, title, text, author, tuple(json.loads(categories)), *times)


def item_content(item: Item) -> tuple[Any, ...]:
    """Returns the columns from `url` to `published`."""
    return item.url, item.title, item.text, item.author, json.dumps(item.categories, ensure_ascii=False), item.published


def guid_hash(guid: str) -> int:
    """Returns a signed 64-bit hash, for the table `dropped`."""
    return int.from_bytes(hashlib.blake2b(guid.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def fold(text: str) -> str:
    """Returns a text without differences of case and of composed or decomposed accents, for comparing."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()
