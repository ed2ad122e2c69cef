"""feedparser's two parsers with limits, and with an item's own texts kept apart from those of its media."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.sax import saxutils

from feedparser.api import LooseFeedParser, StrictFeedParser

from nutshell.records.message import Message

from .feed import NotAFeed

MAX_ENTRIES, MAX_DEPTH, MAX_NAMESPACES = 5000, 200, 100

PLACEHOLDER = re.compile(r"n/?a|none|null|nil|undefined|unknown|nan|tb[ad]|false|-+|#", re.IGNORECASE)
"""What some feeds write where they have no link or id."""


class EnoughEntries(Exception):
    """The rest of the document is not parsed."""


class _Bounded:
    """Adds to both parsers the limits, and the elements of skipHours and skipDays.

    An item's own texts are kept apart from those of its media and its podcast tags, which feedparser mixes in the order
    of the document: `itunes_summary`, `itunes_subtitle`, `media_title` and `media_description` are fields of their own,
    and titles and captions of single pictures are left out. Dates are kept as written (`feeds.dates`).
    """

    depth: int
    entries: list[Any]
    namespaces_in_use: dict[str, str]

    def __init__(self, *arguments: Any) -> None:
        self.hours: list[str] = []
        self.days: list[str] = []
        self.opened = False
        self.in_media = 0
        self.text_depths: dict[str, int] = {}
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
            raise EnoughEntries
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def resolve_uri(self, uri: str) -> str:
        return "" if PLACEHOLDER.fullmatch(uri.strip()) else super().resolve_uri(uri)  # type: ignore[misc]

    def _start_hour(self, _attrs: Any) -> None:
        self.push("hour", 0)  # type: ignore[attr-defined]

    def _end_hour(self) -> None:
        self.hours.append(self.pop("hour") or "")  # type: ignore[attr-defined]

    def _start_day(self, _attrs: Any) -> None:
        self.push("day", 0)  # type: ignore[attr-defined]

    def _end_day(self) -> None:
        self.days.append(self.pop("day") or "")  # type: ignore[attr-defined]

    def _start_media_content(self, attrs: Any) -> None:
        self.in_media += 1
        super()._start_media_content(attrs)  # type: ignore[misc]

    def _end_media_content(self) -> None:
        self.in_media = max(0, self.in_media - 1)

    def _start_item(self, attrs: Any) -> None:
        self.in_media = 0
        self.text_depths = {}
        super()._start_item(attrs)  # type: ignore[misc]

    _start_entry = _start_item

    def _start_description(self, attrs: Any) -> None:
        self._start_text("item_description", attrs, "text/html")

    def _end_description(self) -> None:
        self._end_text("item_description")

    def _start_summary(self, attrs: Any) -> None:
        self._start_text("summary", attrs, "text/plain")

    def _end_summary(self) -> None:
        self._end_text("summary")

    def _start_itunes_summary(self, attrs: Any) -> None:
        self._start_text("itunes_summary", attrs, "text/plain")

    def _end_itunes_summary(self) -> None:
        self._end_text("itunes_summary")

    def _start_itunes_subtitle(self, attrs: Any) -> None:
        self._start_text("itunes_subtitle", attrs, "text/plain")

    def _end_itunes_subtitle(self) -> None:
        self._end_text("itunes_subtitle")

    def _start_media_title(self, attrs: Any) -> None:
        self._start_text("media_title", attrs, "text/plain")

    def _end_media_title(self) -> None:
        self._end_text("media_title")

    def _start_media_description(self, attrs: Any) -> None:
        self._start_text("media_description", attrs, "text/html")

    def _end_media_description(self) -> None:
        self._end_text("media_description")

    def _start_text(self, field: str, attrs: Any, kind: str) -> None:
        wanted = self.infeed or self.inentry or self.insource  # type: ignore[attr-defined]
        # Inside other elements (an item's preview in `<og>`), the same names are not the item's own texts.
        nested = self.depth > self.text_depths.setdefault(field, self.depth)
        self.text_depths[field] = min(self.depth, self.text_depths[field])
        self.push_content(field, attrs, kind, 0 if self.in_media or nested else wanted)  # type: ignore[attr-defined]

    def _end_text(self, field: str) -> None:
        self.pop_content(field)  # type: ignore[attr-defined]

    def _end_content(self) -> None:
        self.pop_content("content")  # type: ignore[attr-defined]

    _end_body = _end_xhtml_body = _end_content_encoded = _end_fullitem = _end_content

    def _end_published(self) -> None:
        self.pop("published")  # type: ignore[attr-defined]

    _end_issued = _end_pubdate = _end_dcterms_issued = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")  # type: ignore[attr-defined]

    _end_modified = _end_lastbuilddate = _end_dc_date = _end_dcterms_modified = _end_updated

    def _end_created(self) -> None:
        self.pop("created")  # type: ignore[attr-defined]

    _end_dcterms_created = _end_created


class StrictParser(_Bounded, StrictFeedParser):  # type: ignore[misc]
    pass


class LooseParser(_Bounded, LooseFeedParser):  # type: ignore[misc]
    def decode_entities(self, element: str, data: str) -> str:
        if element in {"link", "id"}:  # feedparser leaves these to a repair that also changes addresses
            return saxutils.unescape(data, {"&#38;": "&", "&#x26;": "&", "&quot;": '"', "&apos;": "'"})
        decoded: str = super().decode_entities(element, data)
        return decoded


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


for _parser in (StrictParser, LooseParser):
    for _name in dir(_parser):
        if _name.startswith(("_start_", "_end_")):
            setattr(_parser, _name, _tolerant(getattr(_parser, _name)))
