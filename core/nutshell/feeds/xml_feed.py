"""RSS, RDF and Atom feeds: converts what feedparser found into a Feed of plain text and absolute links."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from nutshell.records.items import Item
from nutshell.urls import http_address

from .dates import numeric_order, parse_date
from .feed import MAX_CATEGORIES, MAX_NAME, MAX_TEXT, MAX_TITLE, Feed
from .plain_text import from_either, from_html, from_text
from .xml_elements import PLACEHOLDER
from .xml_parser import parse_xml

_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_EPISODE_NUMBER = re.compile(r"(?:S(?:eason)?\s?\d+\W*)?(?:E(?:p(?:isode)?)?\.?\s?)?\d+", re.IGNORECASE)
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def parse_xml_feed(body: bytes, *, url: str, content_type: str) -> Generator[None, None, Feed]:
    """Parses the document in steps. Raises NotAFeed."""
    parsed = yield from parse_xml(body, url=url, content_type=content_type)
    channel = parsed.channel
    site = _link(channel, url)
    # Atom declares the type of each text, RSS does not.
    typed = parsed.version.startswith("atom")
    lang = from_text(_string(channel, "language"), 20)
    order = numeric_order(date for entry in parsed.entries for date in _dates(entry))
    return Feed(
        title=_plain(channel, "title", MAX_TITLE, typed),
        site=site,
        items=tuple(_item(entry, site or url, typed, lang, order) for entry in parsed.entries),
        kind=parsed.version or "rss",
        lang=lang,
        self_url=_link(channel, url, "self"),
        every=_interval(channel),
        quiet_hours=tuple(sorted({int(hour) % 24 for hour in parsed.hours if re.fullmatch(r"\s*\d{1,2}\s*", hour)})),
        quiet_days=tuple(sorted({day.strip().lower() for day in parsed.days} & _DAYS)),
    )


def _item(entry: Mapping[str, Any], base: str, typed: bool, lang: str, order: str) -> Item:
    link = _link(entry, base)
    if not link:
        enclosures = (http_address(href, base) for href in _links(entry, "enclosure"))
        link = next((address for address in enclosures if address), "")
    published = (parse_date(date, lang, order) for date in _dates(entry))
    return Item(
        id=_id(entry),
        url=link,
        title=_plain(entry, "title", MAX_TITLE, typed) or _plain(entry, "media_title", MAX_TITLE, typed),
        text=_text(entry, typed),
        author=_author(entry),
        published=next((moment for moment in published if moment is not None), None),
        categories=tuple(_categories(entry))[:MAX_CATEGORIES],
    )


def _id(entry: Mapping[str, Any]) -> str:
    identity = from_text(_string(entry, "id"), 10_000)
    return "" if PLACEHOLDER.fullmatch(identity) else identity


def _text(entry: Mapping[str, Any], typed: bool) -> str:
    """Returns the item's own text; without one, what its podcast tags or the description of its media say."""
    own = (_plain(entry, name, MAX_TEXT, typed) for name in ("item_description", "summary"))
    if text := next(filter(None, own), "") or _content(entry, typed):
        return text
    others = (
        _plain(entry, name, MAX_TEXT, typed) for name in ("itunes_summary", "itunes_subtitle", "media_description")
    )
    return next((text for text in others if text and not _EPISODE_NUMBER.fullmatch(text)), "")


def _plain(holder: Mapping[str, Any], name: str, limit: int, typed: bool) -> str:
    detail = _get(holder, f"{name}_detail")
    title = name in {"title", "media_title"}
    if not isinstance(detail, dict):
        return from_either(_string(holder, name), limit, title=title)
    return _detail(detail, limit, typed, title)


def _detail(detail: Mapping[str, Any], limit: int, typed: bool, title: bool = False) -> str:
    value, kind = _string(detail, "value"), _string(detail, "type")
    if kind == "application/xhtml+xml":
        return from_html(value, limit)
    if kind == "text/html":
        return from_html(value, limit, title=title)
    return from_text(value, limit) if typed and kind == "text/plain" else from_either(value, limit, title=title)


def _content(entry: Mapping[str, Any], typed: bool) -> str:
    contents = _get(entry, "content")
    for detail in contents if isinstance(contents, list) else ():
        if text := _detail(detail, MAX_TEXT, typed):
            return text
    return ""


def _author(entry: Mapping[str, Any]) -> str:
    authors = _get(entry, "authors")
    names = [_string(author, "name") for author in authors if author] if isinstance(authors, list) else []
    return from_either(", ".join(name for name in names if name) or _string(entry, "author"), MAX_NAME)


def _categories(entry: Mapping[str, Any]) -> Iterator[str]:
    tags = _get(entry, "tags")
    seen = set()
    for tag in tags if isinstance(tags, list) else ():
        name = from_either(_string(tag, "label") or _string(tag, "term"), MAX_NAME)
        if name and name not in seen:
            seen.add(name)
            yield name


def _link(holder: Mapping[str, Any], base: str, rel: str = "alternate") -> str:
    direct = _string(holder, "link") if rel == "alternate" else ""
    for href in (direct, *_links(holder, rel)):
        if href and (address := http_address(href, base)):
            return address
    return ""


def _links(holder: Mapping[str, Any], rel: str) -> Iterator[str]:
    links = _get(holder, "links")
    for link in links if isinstance(links, list) else ():
        if _string(link, "rel") == rel:
            yield _string(link, "href")


def _dates(entry: Mapping[str, Any]) -> Iterator[str]:
    for name in ("published", "updated", "created"):
        if date := _string(entry, name):
            yield date


def _interval(channel: Mapping[str, Any]) -> float:
    """Returns the seconds between fetches: `ttl` in minutes (RSS 2.0), or updates in a period (RSS 1.0)."""
    ttl = re.fullmatch(r"\s*(\d{1,6})(?:\.\d*)?\s*", _string(channel, "ttl"))
    period = _PERIODS.get(_string(channel, "sy_updateperiod").strip().lower(), 0.0)
    times = re.fullmatch(r"\s*(\d{1,4})\s*", _string(channel, "sy_updatefrequency"))
    return max(60.0 * int(ttl[1]) if ttl else 0.0, period / max(1, int(times[1]) if times else 1))


def _get(holder: Mapping[str, Any], name: str) -> Any:
    # feedparser's own lookup would return other fields in place of missing ones.
    return dict.get(holder, name) if isinstance(holder, dict) else None


def _string(holder: Mapping[str, Any], name: str) -> str:
    value = _get(holder, name)
    return value if isinstance(value, str) else ""
