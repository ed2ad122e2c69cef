"""Finds the feeds that a web page declares or links, and the addresses where sites usually have one.

The declaration is specified in https://html.spec.whatwg.org/multipage/links.html#rel-alternate ("feed autodiscovery").
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from nutshell.urls import feed_link

from .plain_text import from_html

# Feeds are declared in the head, but heads can be long, and some pages link their feeds at the bottom.
_MAX_HTML = 600_000
_MAX_LINKS = 20
_MAX_TITLE = 120

_TYPES = {
    "application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed",
    "application/rdf+xml": "RSS", "application/x.atom+xml": "Atom", "application/x-atom+xml": "Atom",
}  # fmt: skip
_LOOSE_TYPES = {"application/json": "JSON Feed", "application/xml": "RSS", "text/xml": "RSS", "text/rss+xml": "RSS"}
_COMMON_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")

_INVISIBLE = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(link|a|base|title)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+))")
_FEED_LINK = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|index\.xml|feed\.json)(?:[/._?-]|$)", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"comments?/feed|/wp-json|/oembed|\.(?:png|jpe?g|gif|svg|css|js)(?:\?|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """The address of a possible feed. `kind` is its format as the page declares it, or empty."""

    url: str
    title: str = ""
    kind: str = ""
    declared: bool = False

    @property
    def of_comments(self) -> bool:
        return "comment" in (self.title + self.url).lower()


def find_feed_links(page: str, url: str) -> list[FeedLink]:
    """Returns the feeds that an HTML page declares; if it declares none, its links that look like feeds."""
    text = _INVISIBLE.sub(" ", page[:_MAX_HTML])
    base, title = url, ""
    declared: list[FeedLink] = []
    linked: list[FeedLink] = []
    for tag, end, attributes in _tags(text):
        if tag == "base" and base == url:
            base = feed_link(attributes.get("href", ""), url) or url
        elif tag == "title" and not title:
            title = from_html(text[end : end + 2000].partition("</")[0], _MAX_TITLE)
        elif tag == "link":
            declared.extend(_declared(attributes, base, title))
        elif tag == "a":
            linked.extend(_linked(attributes, base))
    return _unique(declared)[:_MAX_LINKS] or _unique(linked)[:_MAX_LINKS]


def declared_feeds(links: Iterable[Mapping[str, str]], page: str, page_title: str) -> list[FeedLink]:
    """Returns the feeds that `<link>` elements declare, comment feeds last.

    `links` have the attributes `rel`, `type`, `href` and `title`. `page` is the address of the page.
    """
    return _unique([feed for link in links for feed in _declared(link, page, page_title)])[:_MAX_LINKS]


def common_feed_urls(url: str) -> list[FeedLink]:
    """Returns the addresses where the site of a page may have a feed."""
    parts = urlsplit(url)
    return [FeedLink(urlunsplit((parts.scheme, parts.netloc, path, "", ""))) for path in _COMMON_PATHS]


def decode_page(body: bytes, content_type: str) -> str:
    """Decodes a page; only its ASCII characters have to be right, for the links."""
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


def _declared(attributes: Mapping[str, str], base: str, page_title: str) -> Iterator[FeedLink]:
    rel = set(attributes.get("rel", "").lower().split())
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    address = feed_link(attributes.get("href", ""), base)
    if not address or "stylesheet" in rel or not rel & {"alternate", "feed"} or _NOT_A_FEED.search(address):
        return
    name = _TYPES.get(kind, "")
    if not name and kind in _LOOSE_TYPES and _FEED_LINK.search(urlsplit(address).path):
        name = _LOOSE_TYPES[kind]
    if name or ("feed" in rel and not kind):
        yield FeedLink(address, from_html(attributes.get("title", ""), _MAX_TITLE) or page_title, name, declared=True)


def _linked(attributes: dict[str, str], base: str) -> Iterator[FeedLink]:
    address = feed_link(attributes.get("href", ""), base)
    kind = _TYPES.get(attributes.get("type", "").lower(), "")
    if address and not _NOT_A_FEED.search(address) and (kind or _FEED_LINK.search(urlsplit(address).path)):
        yield FeedLink(address, from_html(attributes.get("title", ""), _MAX_TITLE), kind)


def _unique(links: list[FeedLink]) -> list[FeedLink]:
    """Returns each address once, comment feeds last."""
    by_url: dict[str, FeedLink] = {}
    for link in links:
        by_url.setdefault(link.url, link)
    return sorted(by_url.values(), key=lambda link: link.of_comments)
