"""Reads a thread (a forum topic, a question with answers) from the posts that extension/page/thread.js found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nutshell.article import MalformedArticle, Post, PostRole

WireBlock = Mapping[str, Any]
"""A block in its wire form (extension/page/blocks.js)."""

MAX_POSTS = 500
_ACCEPTED = re.compile(
    r"(?:^|[^a-z])(?:accepted[_-]?answer|accepted|best[_-]?answer|is[_-]?solution|solution|chosen[_-]?answer)(?:$|[^a-z])",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(?:^|[^a-z])(?:answers?|suggestedanswer|acceptedanswer)(?:$|[^a-z])", re.IGNORECASE)
_QUESTION = re.compile(r"(?:^|[^a-z])(?:questions?)(?:$|[^a-z])", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORT = 80  # characters of what can be a post's header, control or signature
_HEADER = 40  # characters of what stands beside the author: a date, a rank
_MIN_QUOTE = 30  # letters from which on a quote is recognized
_SIGNATURE = 400  # characters of a signature


@dataclass(frozen=True, slots=True)
class FoundPost:
    """A post as the page script found it. `names`: class, id and itemprop of its elements; `group`: what it shares with
    the posts of the same sort; `marked`: whether something in it is named like the mark of an accepted answer."""

    names: str
    group: str
    author: str
    date: str
    votes: int | None
    marked: bool
    depth: int
    blocks: tuple[WireBlock, ...]


@dataclass(frozen=True, slots=True)
class FoundThread:
    """What may be a thread. `authors`, `dates`: share of the posts that have one; `links`: share of their text that is
    links; `share`: share of the page's text that is theirs."""

    posts: tuple[FoundPost, ...]
    authors: float = 0
    dates: float = 0
    links: float = 0
    share: float = 0

    @classmethod
    def from_wire(cls, wire: Any) -> FoundThread:
        """Raises MalformedArticle for anything of the wrong type."""
        if not isinstance(wire, Mapping) or not isinstance(wire.get("posts"), (list, tuple)):
            raise MalformedArticle("a thread must be an object with posts")
        shares = {name: wire.get(name, 0) for name in ("authors", "dates", "links", "share")}
        if not all(isinstance(value, (int, float)) for value in shares.values()):
            raise MalformedArticle("authors, dates, links and share must be numbers")
        return cls(tuple(_found_post(post) for post in wire["posts"][:MAX_POSTS]), **shares)


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread's posts and their blocks, in order: `blocks[i]["post"]` is the number of its post."""

    posts: tuple[Post, ...]
    blocks: tuple[WireBlock, ...]

    @property
    def words(self) -> int:
        return sum(len(block["text"].split()) for block in self.blocks)


def _found_post(wire: Any) -> FoundPost:
    if not isinstance(wire, Mapping) or not isinstance(wire.get("blocks"), (list, tuple)):
        raise MalformedArticle("a post must be an object with blocks")
    texts = {name: wire.get(name) or "" for name in ("names", "group", "author", "date")}
    votes, depth = wire.get("votes"), wire.get("depth", 0)
    if not all(isinstance(text, str) for text in texts.values()):
        raise MalformedArticle("names, group, author and date of a post must be strings")
    if not isinstance(depth, int) or not (votes is None or isinstance(votes, int)):
        raise MalformedArticle("votes and depth of a post must be whole numbers")
    if not all(isinstance(block, Mapping) and isinstance(block.get("text"), str) for block in wire["blocks"]):
        raise MalformedArticle("a block must be an object with a text")
    return FoundPost(**texts, votes=votes, marked=bool(wire.get("marked")), depth=depth, blocks=tuple(wire["blocks"]))


def assemble(found: FoundThread, *, answers: bool) -> Thread:
    """Returns the thread without what surrounds the text of its posts. `answers`: whether the page is a question with
    answers."""
    posts = [
        replace(post, blocks=blocks) for post, blocks in zip(found.posts, _without_furniture(found.posts), strict=True)
    ]
    posts = _without_quotes(_without_repeated(post for post in posts if post.blocks))
    accepted = _accepted(posts)
    heads, blocks = [], []
    for number, post in enumerate(posts):
        role = _role(number, post, answers)
        heads.append(Post(post.author, post.date, role, number in accepted, post.votes))
        blocks += [{**block, "post": number} for block in post.blocks]
    return Thread(tuple(heads), tuple(blocks))


def _role(number: int, post: FoundPost, answers: bool) -> PostRole:
    if number == 0 and not (answers and _ANSWER.search(post.names) and not _QUESTION.search(post.names)):
        return "question" if answers else "opening"
    return "answer" if answers and _ANSWER.search(post.names) else "reply"


def _accepted(posts: Sequence[FoundPost]) -> set[int]:
    """Returns the numbers of the accepted answers: a class or property says so. A mark inside the post counts if few
    posts have it: sites hide it in the others."""
    named = {number for number, post in enumerate(posts) if number and _ACCEPTED.search(post.names)}
    if 0 < len(named) <= max(1, len(posts) // 3):
        return named
    marked = {number for number, post in enumerate(posts) if number and post.marked}
    return marked if len(marked) == 1 else set()


def _without_furniture(posts: Sequence[FoundPost]) -> list[tuple[WireBlock, ...]]:
    """Leaves out headers, controls and signatures: short texts that most posts have, up to their numbers, the author's
    name, and what ends several posts of the same author."""
    several = [post for post in posts if len(post.blocks) > 1]
    shapes = Counter(shape for post in several for shape in {_shape(block["text"]) for block in post.blocks})
    most = max(3, 0.4 * len(several))
    common = {shape for shape, count in shapes.items() if count >= most and len(shape) <= _SHORT}
    endings = Counter((post.author, post.blocks[-1]["text"]) for post in several if post.author)
    cleaned = []
    for post in posts:
        blocks = [block for block in post.blocks if _shape(block["text"]) not in common]
        while blocks and _is_header(blocks[0]["text"], post.author):
            del blocks[0]
        while (
            len(blocks) > 1 and endings[post.author, blocks[-1]["text"]] > 1 and len(blocks[-1]["text"]) <= _SIGNATURE
        ):
            blocks.pop()
        if not blocks and len(post.blocks) == 1:
            blocks = list(post.blocks)  # a post of one line, such as "Thank you!"
        cleaned.append(tuple(blocks))
    return cleaned


def _is_header(text: str, author: str) -> bool:
    """Returns whether a post's first block is its author, or its author and date."""
    if not author or author not in text:
        return False
    return text == author or (len(text) <= len(author) + _HEADER and bool(_DIGITS.search(text.replace(author, ""))))


def _without_repeated(posts: Iterable[FoundPost]) -> list[FoundPost]:
    """Leaves out posts that are shown again, as a highlighted answer is."""
    seen = set()
    kept = []
    for post in posts:
        text = tuple(block["text"] for block in post.blocks)
        if text not in seen or sum(map(len, text)) < _SHORT:
            kept.append(post)
        seen.add(text)
    return kept


def _without_quotes(posts: Iterable[FoundPost]) -> list[FoundPost]:
    """Leaves out what a post quotes from an earlier one, with the line that says whom ("Ann said:")."""
    posts = list(posts)
    if not any(block.get("role") == "quote" for post in posts for block in post.blocks):
        return posts
    earlier = ""
    kept = []
    for post in posts:
        texts = [_NOT_LETTERS.sub("", block["text"].casefold()) for block in post.blocks]
        blocks: list[WireBlock] = []
        for block, text in zip(post.blocks, texts, strict=True):
            if block.get("role") == "quote" and len(text) > _MIN_QUOTE and text in earlier:
                if blocks and blocks[-1]["text"].endswith(":") and len(blocks[-1]["text"]) <= _SHORT:
                    blocks.pop()
                continue
            blocks.append(block)
        kept.append(replace(post, blocks=tuple(blocks) or post.blocks))
        earlier += " ".join(texts) + " "
    return kept


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text).casefold()
