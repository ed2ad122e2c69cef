"""Feeds that a web page declares, and where else sites keep theirs.

Declared: https://html.spec.whatwg.org/multipage/links.html#rel-alternate ("feed autodiscovery").
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from .addresses import http_address
from .plaintext import from_html

# What is looked at: feeds are declared in the head, but heads can be long, and some pages link their feeds below.
_READ = 600_000
_MOST = 20

_TYPES = {
    "application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed",
    "application/rdf+xml": "RSS", "application/x.atom+xml": "Atom", "application/x-atom+xml": "Atom",
}  # fmt: skip
_LOOSE_TYPES = {"application/json": "JSON Feed", "application/xml": "RSS", "text/xml": "RSS", "text/rss+xml": "RSS"}
_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")

_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(link|a|base|title)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+))")
_FEED_LINK = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|index\.xml|feed\.json)(?:[/._?-]|$)", re.IGNORECASE)
_NOT_FEED = re.compile(r"comments?/feed|/wp-json|/oembed|\.(?:png|jpe?g|gif|svg|css|js)(?:\?|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed there may be. `declared` by the page, or else only guessed; `kind` is what the page says it is."""

    url: str
    title: str = ""
    kind: str = ""
    declared: bool = False

    @property
    def of_comments(self) -> bool:
        return "comment" in (self.title + self.url).lower()


def candidates(page: str, url: str) -> list[Candidate]:
    """The feeds that a page declares, the most promising first; without any, its links that look like feeds."""
    text = _UNSEEN.sub(" ", page[:_READ])
    base, title = url, ""
    declared: list[Candidate] = []
    linked: list[Candidate] = []
    for tag, place, attributes in _tags(text):
        if tag == "base" and base == url:
            base = http_address(attributes.get("href", ""), url) or url
        elif tag == "title" and not title:
            title = from_html(text[place : place + 2000].partition("</")[0], 120)
        elif tag == "link":
            declared.extend(_declared(attributes, base, title))
        elif tag == "a":
            linked.extend(_linked(attributes, base))
    return _once(declared)[:_MOST] or _once(linked)[:_MOST]


def declared_feeds(links: Iterable[Mapping[str, str]], page: str, title: str) -> list[Candidate]:
    """The feeds that `<link>` elements declare, the most promising first.

    `links` have the attributes `rel`, `type`, `href` and `title`; `page` and `title` are the page's own.
    """
    found = [candidate for link in links for candidate in _declared(link, page, title)]
    return _once(found)[:_MOST]


def guesses(url: str) -> list[Candidate]:
    """Addresses where the site of a page may have a feed, to be tried one by one."""
    parts = urlsplit(url)
    return [Candidate(urlunsplit((parts.scheme, parts.netloc, path, "", ""))) for path in _PATHS]


def page_text(body: bytes, content_type: str) -> str:
    """A page's bytes as text; only ASCII has to be right, to find links."""
    named = re.search(r"charset=[\"']?([\w.:-]+)", content_type, re.IGNORECASE) or re.search(
        r"<meta[^<>]*charset=[\"']?([\w.:-]+)", body[:4096].decode("latin-1"), re.IGNORECASE
    )
    try:
        return body.decode(named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _tags(text: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    for found in _TAG.finditer(text):
        attributes: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(found[2]):
            attributes.setdefault(name.lower(), html.unescape(double or single or bare).strip())
        yield found[1].lower(), found.end(), attributes


def _declared(attributes: Mapping[str, str], base: str, page: str) -> Iterator[Candidate]:
    rel = set(attributes.get("rel", "").lower().split())
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    address = http_address(attributes.get("href", ""), base)
    if not address or "stylesheet" in rel or not rel & {"alternate", "feed"} or _NOT_FEED.search(address):
        return
    name = _TYPES.get(kind, "")
    if not name and kind in _LOOSE_TYPES and _FEED_LINK.search(urlsplit(address).path):
        name = _LOOSE_TYPES[kind]
    if name or ("feed" in rel and not kind):
        yield Candidate(address, from_html(attributes.get("title", ""), 120) or page, name, declared=True)


def _linked(attributes: dict[str, str], base: str) -> Iterator[Candidate]:
    address = http_address(attributes.get("href", ""), base)
    kind = _TYPES.get(attributes.get("type", "").lower(), "")
    if address and not _NOT_FEED.search(address) and (kind or _FEED_LINK.search(urlsplit(address).path)):
        yield Candidate(address, from_html(attributes.get("title", ""), 120), kind)


def _once(found: list[Candidate]) -> list[Candidate]:
    """Each address once; feeds of comments last."""
    unique: dict[str, Candidate] = {}
    for one in found:
        unique.setdefault(one.url, one)
    return sorted(unique.values(), key=lambda one: one.of_comments)
