"""OPML 1.0 and 2.0: lists of subscriptions, from and for other feed readers (http://opml.org/spec2.opml).

Many files are not well-formed XML: they contain unescaped ampersands and quotes, or invalid bytes. So only the outline
tags are parsed, in order; what is between them does not matter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from xml.sax.saxutils import quoteattr

from nutshell.records.items import Outline
from nutshell.records.message import Message
from nutshell.urls import typed_address

from .plain_text import from_text

MAX_FEEDS = 5000
"""The most feeds imported from one file."""

_MAX_BYTES = 10_000_000

_OUTLINE = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)(?:\w+:)?outline\b", re.DOTALL | re.IGNORECASE)
# A value ends at a quote that is followed by another attribute or the end of the tag; other quotes are part of it.
_NAME = re.compile(r"\s*([A-Za-z_][\w:.-]*)\s*=\s*([\"'])")
_TAG_END = re.compile(r"\s*(/?)>")
_VALUE_END = {quote: re.compile(quote + r"(?=\s*/?>|\s+[A-Za-z_][\w:.-]*\s*=\s*[\"'])") for quote in ("'", '"')}
_MAX_VALUE, _MAX_TAG = 4000, 20_000
# Finds the address after a value that contains unescaped HTML with quotes, where attributes cannot be told apart.
_URL = re.compile(r"\bxmlUrl\s*=\s*([\"'])\s*(https?://[^\"'<>\s]+)\s*\1", re.IGNORECASE)


class NotOpml(ValueError):
    """The file is not a list of feeds; the message says why."""


def parse(body: bytes) -> list[Outline]:
    """Returns the feeds of an OPML file, each address once. Raises NotOpml."""
    if len(body) > _MAX_BYTES:
        raise NotOpml(Message("opml.too_large", {"megabytes": _MAX_BYTES // 1_000_000}))
    text = _decode(body)
    if not re.search(r"<(?:\w+:)?opml\b", text, re.IGNORECASE):
        raise NotOpml(Message("opml.not_opml"))
    feeds: dict[str, Outline] = {}
    for attributes, folders in _outlines(text):
        address = typed_address(attributes.get("xmlurl", ""))
        if not address:
            continue
        title = from_text(attributes.get("title") or attributes.get("text") or "", 200)
        title = "" if typed_address(title) == address else title
        site = typed_address(attributes.get("htmlurl", ""))
        folder = " / ".join(name for name in folders if name)[:100]
        if known := feeds.get(address):  # listed again, perhaps in a folder this time
            feeds[address] = replace(
                known, title=known.title or title, site=known.site or site, folder=known.folder or folder
            )
            continue
        feeds[address] = Outline(title, address, site, folder)
        if len(feeds) >= MAX_FEEDS:
            break
    if not feeds:
        raise NotOpml(Message("opml.no_feeds"))
    return list(feeds.values())


def serialize(outlines: Iterable[Outline], title: str = "Subscriptions") -> str:
    """Returns an OPML 2.0 file in which each folder is an outline around its feeds."""
    folders: dict[str, list[Outline]] = {}
    for outline in outlines:
        folders.setdefault(outline.folder, []).append(outline)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head>", f"    <title>{html.escape(title, quote=False)}</title>", "  </head>", "  <body>"]
    for folder, feeds in folders.items():
        indent = "      " if folder else "    "
        if folder:
            lines.append(f"    <outline text={quoteattr(folder)}>")
        for feed in feeds:
            site = f" htmlUrl={quoteattr(feed.site)}" if feed.site else ""
            name = quoteattr(feed.title or feed.url)
            lines.append(f'{indent}<outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{site}/>')
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outlines(text: str) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    """Yields the attributes of each outline, and the names of the outlines around it."""
    open_folders: list[str] = []
    tags = [found for found in _OUTLINE.finditer(text) if found[1] is not None]
    for position, found in enumerate(tags):
        if found[1]:
            if open_folders:
                open_folders.pop()
            continue
        attributes, closed = _attributes(text, found.end())
        if "xmlurl" not in attributes:
            rest = text[found.end() : tags[position + 1].start() if position + 1 < len(tags) else len(text)][:_MAX_TAG]
            if hidden := _URL.search(rest):
                attributes["xmlurl"] = html.unescape(hidden[2])
                closed = rest.rstrip().endswith("/>")
        yield attributes, tuple(open_folders)
        if not closed:
            name = attributes.get("text") or attributes.get("title") or ""
            open_folders.append("" if "xmlurl" in attributes else from_text(name, 60))


def _attributes(text: str, position: int) -> tuple[dict[str, str], bool]:
    """Returns the attributes from `position` on, with names in lower case, and whether the tag is self-closing."""
    attributes: dict[str, str] = {}
    while named := _NAME.match(text, position):
        start, quote = named.end(), named[2]
        ending = _VALUE_END[quote].search(text, start, start + _MAX_VALUE)
        end = ending.start() if ending else text.find(quote, start, start + _MAX_VALUE)
        if end < 0:
            break
        attributes.setdefault(named[1].lower(), html.unescape(text[start:end]).strip())
        position = end + 1
    ended = _TAG_END.match(text, position)
    return attributes, bool(ended and ended[1])


def _decode(body: bytes) -> str:
    for bom, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(bom):
            return body.decode(encoding, "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = re.search(rb"<\?xml[^>]*encoding=[\"']([\w.:-]+)", body[:500])
    try:
        return body.decode(declared[1].decode() if declared else "windows-1252", "replace")
    except (LookupError, ValueError):
        return body.decode("windows-1252", "replace")
