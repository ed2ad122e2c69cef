"""RSS, RDF and Atom, through feedparser, in bounded time and memory.

feedparser's own `parse` reads a document in one go. Here its two parsers are fed piece by piece: first the strict one
(expat), then, for what is not well-formed, the loose one (SGML). Between the pieces the caller may do something else,
and a document that nests, declares or repeats without end is given up with a reason.
"""

from __future__ import annotations

import calendar
import re
import time
import xml.sax
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import wraps
from typing import Any

import feedparser
import feedparser.encodings
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.encodings import convert_to_utf8

from nutshell.records.items import Item
from nutshell.urls import http_address

from .doctype import without_doctype
from .parser import BROKEN, CATEGORIES, NAME, TEXT, TITLE, Feed, NotAFeed
from .plain_text import from_either, from_html, from_text

PIECE = 32_768
SECONDS = 20.0
MOST_ENTRIES, DEEPEST, MOST_NAMESPACES, LONGEST_LOOSE = 5000, 200, 100, 2_000_000

# The same encodings on every machine, whether or not a guessing library happens to be installed on it.
feedparser.encodings.lazy_chardet_encoding = None

_PROLOG = re.compile(rb"(?:[\s\x00]|<\?.*?\?>|<!--.*?-->|<![A-Z][^<>]*>)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_JUNK = re.compile(rb"<\?xml\b|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s>]")
_PAGE = frozenset({"html", "head", "body"})
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_PERIODS = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


class _Enough(Exception):
    """The rest of the document is left unread."""


class _Bounded:
    """What both parsers do besides: mind the bounds, and note the hours and days to be left alone."""

    depth: int
    entries: list[Any]
    namespaces_in_use: dict[str, str]

    def __init__(self, *arguments: Any) -> None:
        self.hours: list[str] = []
        self.days: list[str] = []
        self.opened = False
        self.resolve_relative_uris = False  # only text is taken from what is embedded
        self.sanitize_html = False
        super().__init__(*arguments)

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        self.opened = True
        if self.depth > DEEPEST:
            raise NotAFeed(f"Its elements are nested more than {DEEPEST} deep.")
        if len(self.namespaces_in_use) > MOST_NAMESPACES:
            raise NotAFeed(f"It declares more than {MOST_NAMESPACES} namespaces.")
        if len(self.entries) > MOST_ENTRIES:
            raise _Enough
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def _start_hour(self, _attrs: Any) -> None:
        self.push("hour", 0)  # type: ignore[attr-defined]

    def _end_hour(self) -> None:
        self.hours.append(self.pop("hour") or "")  # type: ignore[attr-defined]

    def _start_day(self, _attrs: Any) -> None:
        self.push("day", 0)  # type: ignore[attr-defined]

    def _end_day(self) -> None:
        self.days.append(self.pop("day") or "")  # type: ignore[attr-defined]


class _Strict(_Bounded, StrictFeedParser):  # type: ignore[misc]
    pass


class _Loose(_Bounded, LooseFeedParser):  # type: ignore[misc]
    pass


def _forgiving(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler of one element, whose failure costs that element, not the feed.

    feedparser takes an AttributeError for "there is no handler", and does then what it does with elements that it does
    not know. Its handlers of places (GeoRSS) fail at what many feeds have.
    """

    @wraps(handler)
    def forgiving(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except NotAFeed:
            raise
        except Exception as error:
            raise AttributeError(str(error)) from error

    return forgiving


for _parser in (_Strict, _Loose):
    for _name in dir(_parser):
        if _name.startswith(("_start_", "_end_")):
            setattr(_parser, _name, _forgiving(getattr(_parser, _name)))


def reading(body: bytes, *, url: str, content_type: str) -> Generator[None, None, Feed]:
    """Read the document in steps. Raises NotAFeed."""
    until = time.monotonic() + SECONDS
    data, known = _utf8(body, content_type)
    data, doctype, entities = without_doctype(data)
    root = _root(data)
    if root in _PAGE:
        raise NotAFeed("It is a web page, not a feed.")
    version = "rss091n" if b"netscape" in doctype else ""
    parser: _Strict | _Loose = _Strict(url, None, "utf-8")
    try:
        if not known:
            raise xml.sax.SAXException("of no known encoding")
        yield from _strictly(parser, data, until)
    except NotAFeed:
        raise
    except Exception:  # not well-formed, or more than feedparser can take
        # What comes after the end of the root element is not missed.
        if not parser.opened or parser.depth > 0:
            parser = _Loose(url, None, "utf-8", entities)
            yield from _loosely(parser, data, until)
    version = version or parser.version
    if not version and not parser.entries:
        raise NotAFeed(f"It is no feed: it begins with <{root}>." if root else "It is neither XML nor JSON.")
    return _feed(parser, version, url)


def _strictly(parser: _Strict, data: bytes, until: float) -> Generator[None, None, None]:
    """Raises SAXException for what is not well-formed."""
    reader: Any = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        for start in range(0, len(data), PIECE):
            reader.feed(data[start : start + PIECE])
            _mind_the_time(until)
            yield
        reader.close()
    except _Enough:
        pass


def _loosely(parser: _Loose, data: bytes, until: float) -> Generator[None, None, None]:
    try:
        for piece in _whole_entries(data[:LONGEST_LOOSE].decode("utf-8", "replace")):
            parser.feed(piece)
            _mind_the_time(until)
            yield
    except _Enough:
        pass
    except Exception as error:
        # What the SGML parser cannot make sense of; what it read up to there is kept.
        if isinstance(error, NotAFeed) or not parser.entries:
            raise NotAFeed(BROKEN) from error


def _whole_entries(text: str) -> Iterator[str]:
    """The text in pieces, cut after the ends of entries alone: the loose parser needs its tokens whole."""
    start = 0
    for found in _ENTRY_END.finditer(text):
        if found.end() - start >= PIECE:
            yield text[start : found.end()]
            start = found.end()
    yield text[start:]


def _mind_the_time(until: float) -> None:
    if time.monotonic() > until:
        raise NotAFeed(f"It takes longer than {SECONDS:.0f} seconds to read.")


def _utf8(body: bytes, content_type: str) -> tuple[bytes, bool]:
    """The document as UTF-8, and whether its encoding is known.

    Servers' and documents' declarations are often wrong, and feedparser believes the server first. But bytes
    beyond ASCII that happen to be valid UTF-8 are UTF-8.
    """
    data = body.lstrip(b" \t\r\n\x0b\x0c") or body
    if data[:1] != b"<" and (junk := _JUNK.search(data[:10_000])) and b"\x00" not in data[:4]:
        data = data[junk.start() :]
    declared = content_type or "application/xml"
    if not data.isascii() and b"\x00" not in data[:100]:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            declared = "application/xml; charset=utf-8"
    found: dict[str, Any] = {}
    data = convert_to_utf8({"content-type": declared}, data, found)
    return data, bool(found.get("encoding"))


def _root(data: bytes) -> str:
    """The name of the first element, in lower case and without a prefix."""
    prolog = _PROLOG.match(data)
    found = _ROOT.match(data, prolog.end() if prolog else 0)
    return found[1].decode("ascii", "replace").lower() if found else ""


def _feed(parser: _Strict | _Loose, version: str, url: str) -> Feed:
    channel: Mapping[str, Any] = parser.feeddata
    site = _link(channel, url)
    literal = version.startswith("atom")
    return Feed(
        title=_plain(channel, "title", TITLE, literal),
        site=site,
        items=tuple(_item(entry, site or url, literal) for entry in parser.entries[:MOST_ENTRIES]),
        kind=version or "rss",
        lang=from_text(_string(channel, "language"), 20),
        self_url=_link(channel, url, "self"),
        every=_every(channel),
        quiet_hours=tuple(sorted({int(hour) % 24 for hour in parser.hours if re.fullmatch(r"\s*\d{1,2}\s*", hour)})),
        quiet_days=tuple(sorted({day.strip().lower() for day in parser.days} & _DAYS)),
    )


def _item(entry: Mapping[str, Any], base: str, literal: bool) -> Item:
    link = _link(entry, base)
    if not link:
        link = next((found for one in _links(entry, "enclosure") if (found := http_address(one, base))), "")
    identity = from_text(_string(entry, "id"), 10_000)
    return Item(
        id=identity,
        url=link,
        title=_plain(entry, "title", TITLE, literal),
        text=_plain(entry, "summary", TEXT, literal) or _content(entry, literal),
        author=_author(entry),
        published=_date(entry),
        categories=tuple(_categories(entry))[:CATEGORIES],
    )


def _plain(holder: Mapping[str, Any], name: str, limit: int, literal: bool) -> str:
    detail = _get(holder, f"{name}_detail")
    if not isinstance(detail, dict):
        return from_either(_string(holder, name), limit)
    return _detail(detail, limit, literal)


def _detail(detail: Mapping[str, Any], limit: int, literal: bool) -> str:
    """Text by its declared type: Atom's (`literal`) means what it says, RSS's says nothing."""
    value, kind = _string(detail, "value"), _string(detail, "type")
    if kind in {"text/html", "application/xhtml+xml"}:
        return from_html(value, limit)
    return from_text(value, limit) if literal else from_either(value, limit)


def _content(entry: Mapping[str, Any], literal: bool) -> str:
    contents = _get(entry, "content")
    for detail in contents if isinstance(contents, list) else ():
        if text := _detail(detail, TEXT, literal):
            return text
    return ""


def _author(entry: Mapping[str, Any]) -> str:
    authors = _get(entry, "authors")
    names = [_string(one, "name") for one in authors if one] if isinstance(authors, list) else []
    return from_either(", ".join(name for name in names if name) or _string(entry, "author"), NAME)


def _categories(entry: Mapping[str, Any]) -> Iterator[str]:
    tags = _get(entry, "tags")
    seen = set()
    for tag in tags if isinstance(tags, list) else ():
        name = from_either(_string(tag, "label") or _string(tag, "term"), NAME)
        if name and name not in seen:
            seen.add(name)
            yield name


def _link(holder: Mapping[str, Any], base: str, rel: str = "alternate") -> str:
    direct = _string(holder, "link") if rel == "alternate" else ""
    for one in (direct, *_links(holder, rel)):
        if one and (address := http_address(one, base)):
            return address
    return ""


def _links(holder: Mapping[str, Any], rel: str) -> Iterator[str]:
    links = _get(holder, "links")
    for link in links if isinstance(links, list) else ():
        if _string(link, "rel") == rel:
            yield _string(link, "href")


def _date(entry: Mapping[str, Any]) -> float | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = _get(entry, name)
        if moment:
            try:
                return float(calendar.timegm(moment))
            except (ValueError, OverflowError, TypeError):
                continue
    return None


def _every(channel: Mapping[str, Any]) -> float:
    """`ttl` is in minutes (RSS 2.0); RSS 1.0's syndication module counts the updates in a period."""
    ttl = re.fullmatch(r"\s*(\d{1,6})(?:\.\d*)?\s*", _string(channel, "ttl"))
    period = _PERIODS.get(_string(channel, "sy_updateperiod").strip().lower(), 0.0)
    times = re.fullmatch(r"\s*(\d{1,4})\s*", _string(channel, "sy_updatefrequency"))
    return max(60.0 * int(ttl[1]) if ttl else 0.0, period / max(1, int(times[1]) if times else 1))


def _get(holder: Mapping[str, Any], name: str) -> Any:
    # Past feedparser's own look-up, which answers with other fields for those that are missing.
    return dict.get(holder, name) if isinstance(holder, dict) else None


def _string(holder: Mapping[str, Any], name: str) -> str:
    value = _get(holder, name)
    return value if isinstance(value, str) else ""
