"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nutshell.records.items import Item
from nutshell.records.message import Message
from nutshell.safe_json import loads
from nutshell.urls import http_address

from .feed import MAX_CATEGORIES, MAX_NAME, MAX_TEXT, MAX_TITLE, Feed, NotAFeed
from .plain_text import from_either, from_html, from_text

_MAX_ENTRIES = 5000


def looks_like_json(body: bytes) -> bool:
    """Whether a document begins as a JSON object or array does, in any Unicode encoding."""
    return body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in {b"{", b"["}


def parse_json_feed(body: bytes, *, url: str) -> Feed:
    """Raises NotAFeed."""
    try:
        # An invalid byte costs one character, not the feed.
        text = body.decode(json.detect_encoding(body), "replace").lstrip("\ufeff")
        data = loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(Message("feed.invalid_json", {"problem": _reason(error)})) from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise NotAFeed(Message("feed.json_without_items"))
    version = _string(data.get("version"), 200)
    if "jsonfeed.org/version/" not in version and not _string(data.get("title"), 1):
        raise NotAFeed(Message("feed.json_without_version"))
    site = http_address(_string(data.get("home_page_url")), url)
    number = re.search(r"/version/(\d)\.?(\d?)", version)
    base = site or url
    return Feed(
        title=from_text(_string(data.get("title")), MAX_TITLE),
        site=site,
        items=tuple(_item(entry, base, data) for entry in data["items"][:_MAX_ENTRIES] if isinstance(entry, dict)),
        kind="json" + "".join(number.groups() if number else ""),
        lang=from_text(_string(data.get("language")), 20),
        self_url=http_address(_string(data.get("feed_url")), url),
    )


def parse_timestamp(text: str) -> float | None:
    """Parses an RFC 3339 date as Unix seconds, or returns None; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _item(entry: Mapping[str, Any], base: str, feed: Mapping[str, Any]) -> Item:
    content = _string(entry.get("content_text"))
    body = from_text(content, MAX_TEXT) if content else from_html(_string(entry.get("content_html")), MAX_TEXT)
    published, modified = (parse_timestamp(_string(entry.get(f"date_{name}"))) for name in ("published", "modified"))
    return Item(
        id=_id(entry.get("id")),
        url=http_address(_string(entry.get("url")), base) or http_address(_string(entry.get("external_url")), base),
        title=from_either(_string(entry.get("title")), MAX_TITLE),
        text=from_text(_string(entry.get("summary")), MAX_TEXT) or body,
        author=_author(entry) or _author(feed),
        published=published or modified,
        categories=_categories(entry.get("tags")),
    )


def _id(value: object) -> str:
    """The specification: "If an id is presented as a number, it should be coerced to a string."."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return from_text(_string(value), 10_000)


def _categories(tags: object) -> tuple[str, ...]:
    if not isinstance(tags, list):
        return ()
    names = (from_text(_string(tag), MAX_NAME) for tag in tags[:MAX_CATEGORIES])
    return tuple(dict.fromkeys(name for name in names if name))


def _author(holder: Mapping[str, Any]) -> str:
    """Version 1.1 has `authors`, 1.0 one `author`."""
    authors = holder.get("authors")
    people = authors if isinstance(authors, list) else [holder.get("author")]
    names = [from_text(_string(person.get("name")), MAX_NAME) for person in people[:10] if isinstance(person, dict)]
    return from_text(", ".join(name for name in names if name), MAX_NAME)


def _string(value: object, limit: int = 1_000_000) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _no_constant(_name: str) -> None:
    """NaN and Infinity are not JSON: they become None."""


def _reason(error: BaseException) -> str:
    return "too deeply nested" if isinstance(error, RecursionError) else str(error).partition(":")[0].lower()
