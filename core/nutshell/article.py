"""The content of a page: an Article of Blocks, and the Sentences in them.

The wire form, which the page's extraction sends, is JSON with the fields of these classes: see `Article.from_wire`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args

from .article_detection import select_reading
from .structured_data import StructuredData

_LIST_MARKER = re.compile(r"(?:[-*\u2022\u2023\u25aa\u25cf]|\d{1,2}[.)]) +(?=\S)")


class Role(StrEnum):
    """What a block is in its page. Only the sentences of RUNNING_TEXT can become key points."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    CAPTION = "caption"
    CODE = "code"
    CELL = "cell"


RUNNING_TEXT = frozenset({Role.PARAGRAPH, Role.ITEM, Role.QUOTE})


class MalformedArticle(ValueError):
    """The wire form is not valid; the message names the field."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text, with whitespace reduced to single spaces.

    `level` is 1 to 6 for headings, the nesting depth (from 1) for list items, else 0. `anchor` identifies the page's
    element to the page script; -1 for none, as on the desktop. `post` is the number of the post it is part of
    (`Article.posts`); -1 if the page is not a thread.
    """

    role: Role
    text: str
    level: int = 0
    anchor: int = -1
    post: int = -1


PostRole = Literal["opening", "question", "answer", "reply"]


@dataclass(frozen=True, slots=True)
class Post:
    """A post of a thread, without its text. `published` is as the page gives it. `votes` is None when not known."""

    author: str = ""
    published: str = ""
    role: PostRole = "reply"
    accepted: bool = False
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place: `article.blocks[block].text[start:end] == text`."""

    text: str
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a page says about itself outside its text. `source` is "standfirst", "meta", "og" or "schema"."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """A page's readable content. Strings are plain text; empty when unknown.

    `kind` is what was read: a "page", a "selection" of one, or the "story" of a feed. `page_kind` is what kind of page
    that is (extraction/page_kind.py). `posts` are those of a thread; each of its blocks names its own.
    """

    blocks: tuple[Block, ...]
    url: str = ""
    title: str = ""
    site: str = ""
    author: str = ""
    published: str = ""
    lang: str = ""
    kind: str = "page"
    page_kind: str = ""
    posts: tuple[Post, ...] = ()
    descriptions: tuple[Description, ...] = ()
    data: StructuredData | None = None

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
        for name in ("url", "title", "site", "author", "published", "lang", "kind", "page_kind"):
            value = wire.get(name)
            if value is not None and not isinstance(value, str):
                raise MalformedArticle(f"{name} must be a string")
            if value:
                fields[name] = " ".join(value.split())
        if fields.get("author") == fields.get("site"):
            fields.pop("author", None)  # pages without a byline repeat the name of the site
        return cls(
            tuple(_block(block) for block in blocks),
            **fields,
            posts=_posts(wire.get("posts")),
            descriptions=_descriptions(wire.get("descriptions")),
            data=_data(wire.get("data")),
        )

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


def _descriptions(wire: Any) -> tuple[Description, ...]:
    if wire is None:
        return ()
    if not isinstance(wire, (list, tuple)):
        raise MalformedArticle("descriptions must be a list")
    found = []
    for entry in wire:
        source, text = (entry.get("source"), entry.get("text")) if isinstance(entry, Mapping) else (None, None)
        if not isinstance(source, str) or not isinstance(text, str):
            raise MalformedArticle("a description must be an object with a source and a text")
        found.append(Description(" ".join(source.split()), " ".join(text.split())))
    return tuple(description for description in found if description.text)


def _data(wire: Any) -> StructuredData | None:
    try:
        return None if wire is None else StructuredData.from_wire(wire)
    except ValueError as error:
        raise MalformedArticle(str(error)) from None


def _block(wire: Any) -> Block:
    if not isinstance(wire, Mapping) or not isinstance(wire.get("text"), str):
        raise MalformedArticle("a block must be an object with a text")
    try:
        role = Role(wire.get("role", "paragraph"))
    except ValueError:
        raise MalformedArticle(f"unknown block role: {wire.get('role')!r}") from None
    level, anchor, post = wire.get("level", 0), wire.get("anchor", -1), wire.get("post", -1)
    if not isinstance(level, int) or not isinstance(anchor, int) or not isinstance(post, int):
        raise MalformedArticle("level, anchor and post must be whole numbers")
    return Block(role, " ".join(wire["text"].split()), level, anchor, post)


def _posts(wire: Any) -> tuple[Post, ...]:
    if wire is None:
        return ()
    if not isinstance(wire, (list, tuple)):
        raise MalformedArticle("posts must be a list")
    return tuple(map(_post, wire))


def _post(wire: Any) -> Post:
    if not isinstance(wire, Mapping):
        raise MalformedArticle("a post must be an object")
    author, published, votes = wire.get("author") or "", wire.get("published") or "", wire.get("votes")
    role: PostRole = wire.get("role", "reply")
    if not isinstance(author, str) or not isinstance(published, str) or role not in get_args(PostRole):
        raise MalformedArticle("a post has an author, a date and one of the roles")
    if not (votes is None or isinstance(votes, int)):
        raise MalformedArticle("votes must be a whole number")
    return Post(" ".join(author.split()), " ".join(published.split()), role, bool(wire.get("accepted")), votes)
