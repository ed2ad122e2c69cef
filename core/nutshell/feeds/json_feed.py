"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nutshell.records.items import Item
from nutshell.safe_json import loads
from nutshell.urls import http_address

from .parser import CATEGORIES, NAME, TEXT, TITLE, Feed, NotAFeed
from .plain_text import from_either, from_html, from_text

_MOST = 5000


def looks_like(body: bytes) -> bool:
    """Whether the first letter of a document is JSON's, in any Unicode encoding."""
    return body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in {b"{", b"["}


def read(body: bytes, *, url: str) -> Feed:
    """Raises NotAFeed."""
    try:
        # json.loads tells UTF-8, UTF-16 and UTF-32 apart itself; a wrong byte costs a letter, not the feed.
        wire = loads(body.decode(json.detect_encoding(body), "replace").lstrip("\ufeff"), parse_constant=_none)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"It looks like JSON, but is not well-formed: {_short(error)}.") from None
    if not isinstance(wire, dict) or not isinstance(wire.get("items"), list):
        raise NotAFeed("It is JSON, but not a JSON Feed: it has no list of items.")
    version = _text(wire.get("version"), 200)
    if "jsonfeed.org/version/" not in version and not _text(wire.get("title"), 1):
        raise NotAFeed("It is JSON, but not a JSON Feed: it has neither a version nor a title.")
    site = http_address(_text(wire.get("home_page_url")), url)
    number = re.search(r"/version/(\d)\.?(\d?)", version)
    base = site or url
    return Feed(
        title=from_text(_text(wire.get("title")), TITLE),
        site=site,
        items=tuple(_item(item, base, wire) for item in wire["items"][:_MOST] if isinstance(item, dict)),
        kind="json" + "".join(number.groups() if number else ""),
        lang=from_text(_text(wire.get("language")), 20),
        self_url=http_address(_text(wire.get("feed_url")), url),
    )


def _item(wire: Mapping[str, Any], base: str, feed: Mapping[str, Any]) -> Item:
    number = wire.get("id")
    url = http_address(_text(wire.get("url")), base) or http_address(_text(wire.get("external_url")), base)
    written = _text(wire.get("content_text"))
    plain = from_text(written, TEXT) if written else from_html(_text(wire.get("content_html")), TEXT)
    tags = wire.get("tags")
    return Item(
        # "If an id is presented as a number, it should be coerced to a string."
        id=str(number)
        if isinstance(number, (int, float)) and not isinstance(number, bool)
        else from_text(_text(number), 10_000),
        url=url,
        title=from_either(_text(wire.get("title")), TITLE),
        text=from_text(_text(wire.get("summary")), TEXT) or plain,
        author=_author(wire) or _author(feed),
        published=timestamp(_text(wire.get("date_published"))) or timestamp(_text(wire.get("date_modified"))),
        categories=tuple(
            dict.fromkeys(name for tag in tags[:CATEGORIES] if (name := from_text(_text(tag), NAME)))
            if isinstance(tags, list)
            else ()
        ),
    )


def _author(wire: Mapping[str, Any]) -> str:
    """Version 1.1 has `authors`, 1.0 had one `author`."""
    authors = wire.get("authors")
    every = authors if isinstance(authors, list) else [wire.get("author")]
    names = [from_text(_text(one.get("name")), NAME) for one in every[:10] if isinstance(one, dict)]
    return from_text(", ".join(name for name in names if name), NAME)


def timestamp(text: str) -> float | None:
    """RFC 3339 as Unix seconds; without an offset it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _text(value: object, limit: int = 1_000_000) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _none(_name: str) -> None:
    """NaN and Infinity are not JSON."""


def _short(error: BaseException) -> str:
    return "too deeply nested" if isinstance(error, RecursionError) else str(error).partition(":")[0].lower()
