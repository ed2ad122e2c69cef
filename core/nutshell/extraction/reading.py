"""Turns what the page script sends into an article."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nutshell.article import Article, MalformedArticle

from .kind_reading import with_kind
from .metadata import read_metadata
from .page_metadata import PageMetadata
from .structured import read_structured_data


def read_article(wire: Mapping[str, Any], today: date | None = None) -> Article:
    """Returns the article of a wire form, with its metadata decided. Raises MalformedArticle."""
    return Article.from_wire(decide(wire, today))


def decide(wire: Mapping[str, Any], today: date | None = None) -> Mapping[str, Any]:
    """Returns the wire form with the kind of page, the posts of a thread, and the title, author, date and so on that
    `metadata`, its raw material, gives.

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
