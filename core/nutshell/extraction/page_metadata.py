"""What the page script collected about a page (extension/page/metadata.js), checked and typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from .schema_org import Item, read_items


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of the page that may hold its title, author or date.

    `line` counts the page's lines from its start. `hint` has what the markup says: "time", "rel-author", "author-page",
    property, classes and id. `place` names what it is part of, such as "article", "comment", "aside". `value` is the
    date that a `time` element states, `level` 1 to 3 for headings and 0 for what is only styled as one.
    """

    text: str
    line: int
    hint: str = ""
    place: frozenset[str] = frozenset()
    value: str = ""
    level: int = 0
    shown: bool = True


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """`meta` are names and contents of the meta elements, in order; `line_count` is how many lines the page has.

    `moved` tells that the page has navigated without loading: its address is not the one that its head was sent for.
    """

    url: str = ""
    page_title: str = ""
    lang: str = ""
    moved: bool = False
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()
    headings: tuple[Mark, ...] = ()
    bylines: tuple[Mark, ...] = ()
    dates: tuple[Mark, ...] = ()
    standfirsts: tuple[Mark, ...] = ()
    lines: tuple[Mark, ...] = ()
    line_count: int = 0

    @classmethod
    def from_wire(cls, wire: Any, url: str = "") -> PageMetadata:
        """Raises ValueError for anything of the wrong type; the message names the field."""
        if not isinstance(wire, Mapping):
            raise ValueError("metadata must be an object")
        json_ld, trees = _list(wire, "json_ld"), _list(wire, "items")
        if not all(isinstance(text, str) for text in json_ld):
            raise ValueError("json_ld must be a list of strings")
        return cls(
            url=url,
            page_title=_text(wire, "page_title"),
            lang=_text(wire, "lang"),
            moved=wire.get("moved") is True,
            meta=_pairs(wire, "meta"),
            links=_pairs(wire, "links"),
            items=read_items(json_ld, [tree for tree in trees if isinstance(tree, Mapping)]),
            headings=_marks(wire, "headings"),
            bylines=_marks(wire, "bylines"),
            dates=_marks(wire, "dates"),
            standfirsts=_marks(wire, "standfirsts"),
            lines=_marks(wire, "lines"),
            line_count=_integer(wire, "line_count"),
        )

    def contents(self, *names: str) -> Iterator[str]:
        """Yields the contents of meta elements with these names, in the order of the names."""
        for name in names:
            for stated, content in self.meta:
                if stated == name:
                    yield content

    def addresses(self) -> Iterator[str]:
        """Yields the page's own address and those that its head states, best first."""
        base = self.url
        for rel, href in self.links:
            if "canonical" in rel.split():
                yield _join(base, href)
        for content in self.contents("og:url"):
            yield _join(base, content)
        if base:
            yield base

    def everywhere(self) -> frozenset[str]:
        """Returns what all headings are part of: it says nothing about one of them, as where a whole page is a card."""
        places = [mark.place for mark in self.headings if mark.text]
        return frozenset.intersection(*places) if len(places) > 1 else frozenset()

    def host(self) -> str:
        """Returns the name of the page's host, without `www.`."""
        return _host(self.url)

    def hosts(self) -> set[str]:
        """Returns the names of the hosts that the page's address and its head state."""
        return {host for address in self.addresses() if (host := _host(address))}


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _text(wire: Mapping[str, Any], name: str) -> str:
    value = wire.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a string")
    return value


def _integer(wire: Mapping[str, Any], name: str) -> int:
    value = wire.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number")
    return value


def _list(wire: Mapping[str, Any], name: str) -> list[Any]:
    value = wire.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f"{name} must be a list")
    return value


def _pairs(wire: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    entries = _list(wire, name)
    for entry in entries:
        if not isinstance(entry, list) or len(entry) != 2 or not all(isinstance(part, str) for part in entry):
            raise ValueError(f"{name} must be a list of pairs of strings")
    return tuple((first, second) for first, second in entries)


def _marks(wire: Mapping[str, Any], name: str) -> tuple[Mark, ...]:
    return tuple(_mark(entry, name) for entry in _list(wire, name))


def _mark(entry: Any, name: str) -> Mark:
    if not isinstance(entry, Mapping):
        raise ValueError(f"{name} must be a list of objects")
    place = _list(entry, "place")
    if not all(isinstance(part, str) for part in place):
        raise ValueError("place must be a list of strings")
    return Mark(
        text=_text(entry, "text"),
        line=_integer(entry, "line"),
        hint=_text(entry, "hint"),
        place=frozenset(place),
        value=_text(entry, "value"),
        level=_integer(entry, "level"),
        shown=entry.get("shown") is not False,
    )
