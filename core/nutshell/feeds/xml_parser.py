"""Runs feedparser's parsers over RSS, RDF and Atom in steps, in bounded time and memory.

feedparser's own `parse` reads a document in one call. Here its two parsers are fed in chunks: first the strict one
(expat); if the document is not well-formed, the loose one (SGML). Other tasks can run between the chunks, and a
document that nests too deep, declares too much or takes too long is rejected.
"""

from __future__ import annotations

import re
import time
import xml.sax
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

import feedparser
import feedparser.encodings
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.encodings import convert_to_utf8

from nutshell.records.message import Message

from .doctype import remove_doctype
from .feed import BROKEN, NotAFeed

CHUNK = 32_768
TIMEOUT_SECONDS = 20.0
MAX_ENTRIES, MAX_DEPTH, MAX_NAMESPACES, MAX_LOOSE_BYTES = 5000, 200, 100, 2_000_000

# Encodings are detected the same way on every machine, whether or not a detection library is installed.
feedparser.encodings.lazy_chardet_encoding = None

_PROLOG = re.compile(rb"(?:[\s\x00]|<\?.*?\?>|<!--.*?-->|<![A-Za-z][^<>]*>)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_FIRST_TAG = re.compile(rb"<\?xml\b|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s>]")
_HTML_ROOTS = frozenset({"html", "head", "body"})
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)


class _EnoughEntries(Exception):
    """The rest of the document is not parsed."""


class _Bounded:
    """Adds to both parsers the limits, and the elements of skipHours and skipDays."""

    depth: int
    entries: list[Any]
    namespaces_in_use: dict[str, str]

    def __init__(self, *arguments: Any) -> None:
        self.hours: list[str] = []
        self.days: list[str] = []
        self.opened = False
        self.resolve_relative_uris = False  # embedded HTML is only read as text
        self.sanitize_html = False
        super().__init__(*arguments)

    def unknown_starttag(self, tag: str, attrs: Any) -> None:
        self.opened = True
        if self.depth > MAX_DEPTH:
            raise NotAFeed(Message("feed.too_deep", {"limit": MAX_DEPTH}))
        if len(self.namespaces_in_use) > MAX_NAMESPACES:
            raise NotAFeed(Message("feed.too_many_namespaces", {"limit": MAX_NAMESPACES}))
        if len(self.entries) > MAX_ENTRIES:
            raise _EnoughEntries
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


def _tolerant(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wraps the handler of an element so that its failure costs only that element.

    feedparser takes an AttributeError to mean that there is no handler, and treats the element as unknown. Its handlers
    of locations (GeoRSS) fail on data that many feeds have.
    """

    @wraps(handler)
    def tolerant(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except NotAFeed:
            raise
        except Exception as error:
            raise AttributeError(str(error)) from error

    return tolerant


for _parser in (_Strict, _Loose):
    for _name in dir(_parser):
        if _name.startswith(("_start_", "_end_")):
            setattr(_parser, _name, _tolerant(getattr(_parser, _name)))


@dataclass(frozen=True, slots=True)
class ParsedXml:
    """What feedparser found: its dicts of the channel and the entries, and the skipped hours and days as written."""

    version: str
    channel: dict[str, Any]
    entries: list[dict[str, Any]]
    hours: list[str]
    days: list[str]


def parse_xml(body: bytes, *, url: str, content_type: str) -> Generator[None, None, ParsedXml]:
    """Parses the document in steps. Raises NotAFeed."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    data, known = _to_utf8(body, content_type)
    data, doctype, entities = remove_doctype(data)
    root = _root(data)
    if root in _HTML_ROOTS:
        raise NotAFeed(Message("feed.web_page"))
    version = "rss091n" if b"netscape" in doctype else ""
    parser: _Strict | _Loose = _Strict(url, None, "utf-8")
    try:
        if not known:
            raise xml.sax.SAXException("unknown encoding")
        yield from _feed_strict(parser, data, deadline)
    except NotAFeed:
        raise
    except Exception:  # not well-formed, or too much for feedparser
        # An error after the end of the root element does not matter.
        if not parser.opened or parser.depth > 0:
            parser = _Loose(url, None, "utf-8", entities)
            yield from _feed_loose(parser, data, deadline)
    version = version or parser.version
    if not version and not parser.entries:
        raise NotAFeed(Message("feed.other_xml", {"element": root}) if root else Message("feed.unknown_format"))
    return ParsedXml(version, parser.feeddata, parser.entries[:MAX_ENTRIES], parser.hours, parser.days)


def _feed_strict(parser: _Strict, data: bytes, deadline: float) -> Generator[None, None, None]:
    """Raises SAXException for a document that is not well-formed."""
    reader: Any = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        for start in range(0, len(data), CHUNK):
            reader.feed(data[start : start + CHUNK])
            _check_deadline(deadline)
            yield
        reader.close()
    except _EnoughEntries:
        pass


def _feed_loose(parser: _Loose, data: bytes, deadline: float) -> Generator[None, None, None]:
    try:
        for chunk in _split_after_entries(data[:MAX_LOOSE_BYTES].decode("utf-8", "replace")):
            parser.feed(chunk)
            _check_deadline(deadline)
            yield
    except _EnoughEntries:
        pass
    except NotAFeed:
        raise
    except Exception as error:
        # The SGML parser failed; the entries before that point are kept.
        if not parser.entries:
            raise NotAFeed(BROKEN) from error


def _split_after_entries(text: str) -> Iterator[str]:
    """Yields the text in chunks that end after an entry: the loose parser cannot continue a token in the next chunk."""
    start = 0
    for found in _ENTRY_END.finditer(text):
        if found.end() - start >= CHUNK:
            yield text[start : found.end()]
            start = found.end()
    yield text[start:]


def _check_deadline(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise NotAFeed(Message("feed.too_slow", {"seconds": int(TIMEOUT_SECONDS)}))


def _to_utf8(body: bytes, content_type: str) -> tuple[bytes, bool]:
    """Returns the document in UTF-8, and whether its encoding is known.

    The declarations of servers and documents are often wrong, and feedparser trusts the server first. So a document
    with non-ASCII bytes that are valid UTF-8 is taken as UTF-8 whatever it declares.
    """
    data = body.lstrip(b" \t\r\n\x0b\x0c") or body
    if data[:1] != b"<" and (first := _FIRST_TAG.search(data[:10_000])) and b"\x00" not in data[:4]:
        data = data[first.start() :]
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
    """Returns the name of the first element in lower case, without its prefix."""
    prolog = _PROLOG.match(data)
    found = _ROOT.match(data, prolog.end() if prolog else 0)
    return found[1].decode("ascii", "replace").lower() if found else ""
