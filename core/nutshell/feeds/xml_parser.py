"""Runs feedparser's parsers over RSS, RDF and Atom in steps, in bounded time and memory.

feedparser's own `parse` reads a document in one call. Here its two parsers are fed in chunks: first the strict one
(expat); if the document is not well-formed, the strict one after a repair; then the loose one (SGML). Other tasks can
run between the chunks, and a document that nests too deep, declares too much or takes too long is rejected.
"""

from __future__ import annotations

import re
import time
import xml.sax
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import feedparser
import feedparser.encodings
from feedparser.encodings import convert_to_utf8

from nutshell.records.message import Message

from .doctype import remove_doctype
from .feed import BROKEN, NotAFeed
from .repair import repair
from .xml_elements import MAX_ENTRIES, EnoughEntries, LooseParser, StrictParser

CHUNK = 32_768
TIMEOUT_SECONDS = 20.0
MAX_LOOSE_BYTES = 2_000_000

# Encodings are detected the same way on every machine, whether or not a detection library is installed.
feedparser.encodings.lazy_chardet_encoding = None

_PROLOG = re.compile(rb"(?:[\s\x00]|<\?.*?\?>|<!--.*?-->|<![A-Za-z][^<>]*>)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_FIRST_TAG = re.compile(rb"<\?xml\b|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s>]")
# The start of a feed after what a failing server wrote before it.
_FEED_START = re.compile(
    rb"(?:<\?xml\b[^>]*\?>(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>]*>)*)?<(?:rss|feed|rdf:RDF|channel)\b[^<>]*>",
    re.DOTALL,
)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_MAX_JUNK = 10_000
_HTML_ROOTS = frozenset({"html", "head", "body"})
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)


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
    data = _without_junk(data)
    data, doctype, entities = remove_doctype(data)
    root = _root(data)
    if root in _HTML_ROOTS:
        raise NotAFeed(Message("feed.web_page"))
    version = "rss091n" if b"netscape" in doctype else ""
    parser: StrictParser | LooseParser = StrictParser(url, None, "utf-8")
    repaired = ""
    for attempt in range(2):
        try:
            if not known:
                raise xml.sax.SAXException("unknown encoding")
            if attempt:
                repaired = repair(data[:MAX_LOOSE_BYTES].decode("utf-8", "replace"), frozenset(entities))
                parser = StrictParser(url, None, "utf-8")
            yield from _feed_strict(parser, repaired.encode() if attempt else data, deadline)
        except NotAFeed:
            raise
        except Exception:  # not well-formed, or too much for feedparser
            # An error after the end of the root element does not matter.
            if not parser.opened or parser.depth > 0:
                continue
        break
    else:
        parser = LooseParser(url, None, "utf-8", entities)
        yield from _feed_loose(parser, repaired or data[:MAX_LOOSE_BYTES].decode("utf-8", "replace"), deadline)
    version = version or parser.version
    if not version and not parser.entries:
        raise NotAFeed(Message("feed.other_xml", {"element": root}) if root else Message("feed.unknown_format"))
    return ParsedXml(version, parser.feeddata, parser.entries[:MAX_ENTRIES], parser.hours, parser.days)


def _feed_strict(parser: StrictParser, data: bytes, deadline: float) -> Generator[None, None, None]:
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
    except EnoughEntries:
        pass


def _feed_loose(parser: LooseParser, text: str, deadline: float) -> Generator[None, None, None]:
    try:
        for chunk in _split_after_entries(text):
            parser.feed(chunk)
            _check_deadline(deadline)
            yield
    except EnoughEntries:
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


def _without_junk(data: bytes) -> bytes:
    """Removes what stands before the feed: warnings of the server's software, in HTML or not."""
    if _root(data) in _HTML_ROOTS | _FEED_ROOTS:
        return data
    found = _FEED_START.search(data[:_MAX_JUNK])
    # A declaration with entities of its own is not junk, and is checked (feeds.doctype).
    return data[found.start() :] if found and b"<!DOCTYPE" not in data[: found.start()] else data


def _root(data: bytes) -> str:
    """Returns the name of the first element in lower case, without its prefix."""
    prolog = _PROLOG.match(data)
    found = _ROOT.match(data, prolog.end() if prolog else 0)
    return found[1].decode("ascii", "replace").lower() if found else ""
