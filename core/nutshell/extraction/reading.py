"""Turns what the page script sends into an article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nutshell.article import Article, MalformedArticle
from nutshell.ports import Models

from .captions import with_captions
from .content import MainContent
from .kind_reading import with_kind
from .metadata import read_metadata
from .page_kind import PageKind
from .page_metadata import PageMetadata
from .product_text import product_blocks
from .structured import product_description, read_structured_data

_REMEMBERED = 2


class PageReader:
    """Reads what the page scripts send. Remembers the last pages: requests about the same page send it again."""

    def __init__(self, models: Models) -> None:
        self._content = MainContent(models)
        self._remembered: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []  # (sent, decided), latest first

    def clear_cache(self) -> None:
        self._remembered.clear()

    async def read_article(self, wire: Mapping[str, Any]) -> Article:
        """Returns the article of a wire form. Raises MalformedArticle."""
        return Article.from_wire(await self.read_page(wire))

    async def read_page(self, wire: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns the wire form with all that is decided about it. Do not change it: it is remembered.

        Its text is that of the captions of a video, of the posts of a thread, or the main content of the page. Raises
        MalformedArticle.
        """
        for sent, decided in self._remembered:
            if sent == wire:
                return decided
        decided = decide(await self._content.apply(with_captions(wire)))
        self._remembered = [(wire, decided), *self._remembered[: _REMEMBERED - 1]]
        return decided


def decide(wire: Mapping[str, Any], today: date | None = None) -> Mapping[str, Any]:
    """Returns the wire form with the kind of the page, its posts if it is a thread, and its metadata.

    The title, author, date and so on come from `metadata`, their raw material.

    A wire form without raw material, such as one already decided, is returned as it is. Raises MalformedArticle.
    """
    wire = with_kind(wire)
    if not isinstance(wire, Mapping) or wire.get("metadata") is None:
        return wire
    url = wire.get("url")
    try:
        page = PageMetadata.from_wire(wire["metadata"], url if isinstance(url, str) else "")
    except ValueError as error:
        raise MalformedArticle(str(error)) from None
    metadata = read_metadata(page, today or date.today())
    blocks = wire.get("blocks")
    blocks = blocks if isinstance(blocks, (list, tuple)) else []
    data = read_structured_data(page.items, metadata.main, metadata.title, blocks).to_wire()
    if blocks and wire.get("page_kind") == PageKind.PRODUCT:
        wire = {**wire, "blocks": product_blocks(blocks, product_description(page.items, metadata.title))}
    decided: dict[str, Any] = {
        "title": metadata.title,
        "site": metadata.site,
        "author": metadata.author,
        "published": metadata.published,
        "lang": metadata.lang,
        "descriptions": [{"source": source, "text": text} for source, text in metadata.descriptions],
        "data": data or None,
    }
    rest = {name: value for name, value in wire.items() if name != "metadata"}
    unhidden = rest.get("unhidden")
    if isinstance(unhidden, Mapping):
        rest["unhidden"] = {**unhidden, **decided}
    return rest | decided
