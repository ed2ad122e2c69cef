"""The content of a page: an Article of Blocks, and the Sentences in them.

The wire form, which the page's extraction sends, is JSON with the fields of these classes: see `Article.from_wire`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .article_detection import select_reading

_LIST_MARKER = re.compile(r"(?:[-*\u2022\u2023\u25aa\u25cf]|\d{1,2}[.)]) +(?=\S)")


class Role(StrEnum):
    """What a block is in its page. Only the sentences of RUNNING_TEXT can become key points."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    CAPTION = "caption"
    CODE = "code"
    ROW = "row"


RUNNING_TEXT = frozenset({Role.PARAGRAPH, Role.ITEM, Role.QUOTE})


class MalformedArticle(ValueError):
    """The wire form is not valid; the message names the field."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text, with whitespace reduced to single spaces.

    A ROW is a row of a table, or a term and its short definitions. Tabs separate its `cells`. A cell is empty where a
    cell of another row or column reaches into it, so cells with the same index are in the same column.

    `level` is 1 to 6 for headings, the nesting depth (from 1) for list items, 1 for a row of column headers, else 0.
    `anchor` identifies the page's element to the page script; -1 for none, as on the desktop. `times` are (start,
    seconds): from which character on the text is spoken at which time of a video.
    """

    role: Role
    text: str
    level: int = 0
    anchor: int = -1
    times: tuple[tuple[int, float], ...] = ()

    def time_at(self, start: int) -> float | None:
        """Returns the time at which a character is spoken, in seconds; None if the text is not that of a video."""
        return next((time for first, time in reversed(self.times) if first <= start), None)

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(self.text.split("\t"))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place: `article.blocks[block].text[start:end] == text`."""

    text: str
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """A page's readable content. Strings are plain text; empty when unknown."""

    blocks: tuple[Block, ...]
    url: str = ""
    title: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    lang: str = ""
    kind: str = "page"

    @property
    def text(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Article:
        """Builds an article from JSON-like data. Raises MalformedArticle for a value of the wrong type."""
        if not isinstance(wire, Mapping):
            raise MalformedArticle("an article must be an object")
        try:
            wire, _ = select_reading(wire)
        except ValueError as error:
            raise MalformedArticle(str(error)) from None
        blocks = wire.get("blocks")
        if not isinstance(blocks, (list, tuple)):
            raise MalformedArticle("blocks must be a list")
        fields = {}
        for name in ("url", "title", "site", "author", "published", "lang", "kind"):
            value = wire.get(name)
            if value is not None and not isinstance(value, str):
                raise MalformedArticle(f"{name} must be a string")
            if value:
                fields[name] = " ".join(value.split())
        if fields.get("author") == fields.get("site"):
            fields.pop("author", None)  # pages without a byline repeat the name of the site
        return cls(tuple(_block(block) for block in blocks), **fields)

    @classmethod
    def from_text(cls, text: str, title: str = "") -> Article:
        """Builds an article from plain text: a line is a paragraph, or a list item if it starts with a list marker."""
        blocks = []
        for line in text.splitlines():
            words = " ".join(line.split())
            item = _LIST_MARKER.match(words)
            if item:
                blocks.append(Block(Role.ITEM, words[item.end() :], level=1))
            elif words:
                blocks.append(Block(Role.PARAGRAPH, words))
        return cls(tuple(blocks), title=" ".join(title.split()))


def _block(wire: Any) -> Block:
    if not isinstance(wire, Mapping) or not isinstance(wire.get("text"), str):
        raise MalformedArticle("a block must be an object with a text")
    try:
        role = Role(wire.get("role", "paragraph"))
    except ValueError:
        raise MalformedArticle(f"unknown block role: {wire.get('role')!r}") from None
    level, anchor = wire.get("level", 0), wire.get("anchor", -1)
    if not isinstance(level, int) or not isinstance(anchor, int):
        raise MalformedArticle("level and anchor must be whole numbers")
    times = wire.get("times", ())
    try:
        spoken = tuple((int(start), float(seconds)) for start, seconds in times)
    except (TypeError, ValueError):
        raise MalformedArticle("times must be pairs of numbers") from None
    cells = wire["text"].split("\t") if role is Role.ROW else [wire["text"]]
    return Block(role, "\t".join(" ".join(cell.split()) for cell in cells), level, anchor, spoken)
