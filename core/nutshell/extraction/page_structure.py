"""What extension/page/structure.js counted in a page, and the features that page_kind.py weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from nutshell.article import MalformedArticle

from .thread import FoundThread

_OG = ("article", "website", "product", "video", "blog", "profile", "object")
_ALONE = ("product", "recipe", "event", "video", "article")
# What class names and ids stand for: see structure.js.
_NAMES = (
    *("cart", "price", "product", "post", "comment", "person", "signature", "vote", "answer", "question", "thread"),
    *("recipe", "ingredient", "step", "rating", "job", "event", "video", "repository", "paper", "reference"),
    *("contents", "docs", "code", "pager", "filter", "card", "byline", "related", "sales"),
)
_COUNTS = (
    *("elements", "text", "p", "p-long", "p-text", "a", "a-text", "li", "li-link", "h1", "h2", "h3", "table", "td"),
    *("pre", "pre-text", "code", "blockquote", "img", "figure", "form", "input", "select", "button", "textarea"),
    *("time", "article", "section", "dl", "dt", "iframe", "video-frame", "media", "prices", "years", "questions"),
    *("group-size", "group-mean"),
)
_SHARES = ("group-linked", "group-pictured", "group-priced", "group-dated", "group-prose")
_SLUG_WORDS = 3  # an address segment of this many words is a title


@dataclass(frozen=True, slots=True)
class Structure:
    """What the page script counted. `types`: schema.org types with how often each is named; `counts`: of elements,
    characters, and of class names and ids by what they stand for; `citations`: of `citation_` meta elements."""

    types: Mapping[str, float]
    counts: Mapping[str, float]
    og: str = ""
    generator: str = ""
    citations: float = 0
    feeds: float = 0

    @classmethod
    def from_wire(cls, wire: Any) -> Structure:
        """Raises MalformedArticle for anything of the wrong type."""
        if not isinstance(wire, Mapping):
            raise MalformedArticle("structure must be an object")
        types, counts = wire.get("types", {}), wire.get("counts", {})
        for numbers in (types, counts):
            if not isinstance(numbers, Mapping) or not all(map(_is_number, numbers.values())):
                raise MalformedArticle("types and counts must be objects of numbers")
        og, generator = wire.get("og", ""), wire.get("generator", "")
        citations, feeds = wire.get("citations", 0), wire.get("feeds", 0)
        if not isinstance(og, str) or not isinstance(generator, str):
            raise MalformedArticle("og and generator must be strings")
        if not _is_number(citations) or not _is_number(feeds):
            raise MalformedArticle("citations and feeds must be numbers")
        return cls(types, counts, og, generator, citations, feeds)

    def count_type(self, group: str) -> float:
        """Returns how often the types of a group of page_words.tsv are named."""
        groups = words("type")
        return sum(count for name, count in self.types.items() if group in groups.get(name, ()))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e12


@cache
def words(place: str) -> dict[str, tuple[str, ...]]:
    """Returns what each word of page_words.tsv stands for in a `place`: "type", "generator" or "address"."""
    found: dict[str, tuple[str, ...]] = {}
    for row in files(__package__).joinpath("page_words.tsv").read_text(encoding="utf-8").splitlines():
        if row.startswith(f"{place}\t"):
            _, group, listed = row.split("\t")
            for word in listed.split():
                found[word] = (*found.get(word, ()), group)
    return found


def _groups(place: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(group for groups in words(place).values() for group in groups))


@cache
def names() -> tuple[str, ...]:
    """Returns the names of the features: logarithms of counts, shares of the text or the elements, and flags."""
    return (
        *(f"count:{name}" for name in _COUNTS),
        *_SHARES,
        *(f"{how}:{name}" for how in ("name", "often") for name in _NAMES),
        *(f"type:{name}" for name in _groups("type")),
        *(f"one:{name}" for name in _ALONE),
        *(f"og:{name}" for name in _OG),
        *(f"generator:{name}" for name in _groups("generator")),
        *(f"{place}:{name}" for place in ("host", "path") for name in _groups("address")),
        *("links", "prose", "group-text", "citations", "feeds"),
        *("root", "depth", "slug", "numbered", "dated", "query"),
        *("cards", "priced", "linked-items", "asked"),
        *("thread", "posts", "authors", "dates", "share", "talk", "conversation"),
    )


def features(structure: Structure, url: str, thread: FoundThread | None) -> list[float]:
    """Returns the values of `names()`."""
    found = dict(_counted(structure)) | _typed(structure) | dict(_addressed(url))
    if thread is not None and len(thread.posts) > 1:
        found["thread"] = 1.0
        found["posts"] = math.log1p(len(thread.posts))
        found |= {"authors": thread.authors, "dates": thread.dates, "share": thread.share}
        found["talk"] = thread.share * min(1.0, len(thread.posts) / 5)
        found["conversation"] = found["talk"] * (thread.authors + thread.dates) / 2
    return [found.get(name, 0.0) for name in names()]


def _counted(structure: Structure) -> Iterator[tuple[str, float]]:
    counts = structure.counts
    elements, text = max(1.0, counts.get("elements", 0)), max(1.0, counts.get("text", 0))
    for name in _COUNTS:
        yield f"count:{name}", math.log1p(counts.get(name, 0))
    for name in _SHARES:
        yield name, min(1.0, counts.get(name, 0))
    for name in _NAMES:
        count = counts.get(f"name-{name}", 0)
        yield f"name:{name}", math.log1p(count)
        yield f"often:{name}", math.sqrt(min(2.0, count / elements))
    for name, source in (("links", "a-text"), ("prose", "p-text"), ("group-text", "group-text")):
        yield name, min(1.0, counts.get(source, 0) / text)
    alike = counts.get("group-linked", 0) * (0.5 + counts.get("group-pictured", 0) / 2)
    yield "cards", alike * math.log1p(counts.get("group-size", 0))
    yield "priced", math.log1p(1000 * counts.get("prices", 0) / text)
    yield "linked-items", counts.get("li-link", 0) / max(1.0, counts.get("li", 0))
    yield "asked", math.log1p(1000 * counts.get("questions", 0) / text)
    yield "citations", math.log1p(structure.citations)
    yield "feeds", math.log1p(structure.feeds)


def _typed(structure: Structure) -> dict[str, float]:
    counts = dict.fromkeys(_groups("type"), 0.0)
    groups = words("type")
    for name, count in structure.types.items():
        for group in groups.get(name, ()):
            counts[group] += count
    found = {f"type:{name}": math.log1p(count) for name, count in counts.items()}
    found |= {f"one:{name}": float(counts[name] == 1) for name in _ALONE}
    found |= {f"og:{name}": float(structure.og.startswith(name)) for name in _OG}
    for word in re.findall("[a-z]+", structure.generator):
        found |= {f"generator:{group}": 1.0 for group in words("generator").get(word, ())}
    return found


def _addressed(url: str) -> Iterator[tuple[str, float]]:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return
    segments = [unquote(segment).lower() for segment in parts.path.split("/") if segment]
    titled = [segment for segment in segments if len(re.split("[-_]", segment)) >= _SLUG_WORDS]
    for place, texts in (("host", [host]), ("path", [segment for segment in segments if segment not in titled])):
        for word in re.findall("[a-z]+", " ".join(texts)):
            for group in words("address").get(word, ()):
                yield f"{place}:{group}", 1.0
    last = segments[-1] if segments else ""
    yield "root", float(not segments)
    yield "depth", float(min(6, len(segments)))
    yield "slug", float(min(10, last.count("-") + last.count("_")))
    yield "numbered", float(bool(re.search(r"\d{3,}", last)))
    yield "dated", float(bool(re.search(r"/(19|20)\d\d/", parts.path)))
    yield "query", float(bool(parts.query))
