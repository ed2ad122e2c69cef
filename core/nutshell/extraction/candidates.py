"""The blocks of a whole page and the elements around them, as extension/page/candidates.js lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROLES = frozenset({"heading", "paragraph", "item", "quote", "caption", "code", "row"})


class MalformedCandidates(ValueError):
    """The wire form is not valid; the message names the field."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the page. `parent`: index of the element around it, -1 for the body; `hints`: class, id, role."""

    parent: int
    tag: str
    hints: str


@dataclass(frozen=True, slots=True)
class BlockCandidate:
    """A block that may belong to the main content.

    element: index of the innermost element that holds its text, -1 for the body
    linked: share of its characters that are links, 0 to 1
    kept: whether Readability counts it to the article
    """

    role: str
    text: str
    level: int
    element: int
    linked: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """All blocks of a page in document order. Elements come after their parents.

    title: the page's own, with the name of the site
    about: what the page says that it is: og:type, generator, schema.org types
    """

    title: str
    elements: tuple[Element, ...]
    blocks: tuple[BlockCandidate, ...]
    about: tuple[str, ...] = ()

    @classmethod
    def from_wire(cls, wire: Any) -> Candidates:
        """Raises MalformedCandidates for anything of the wrong type."""
        if not isinstance(wire, Mapping):
            raise MalformedCandidates("candidates must be an object")
        title = wire.get("title", "")
        elements, blocks, about = (wire.get(name, []) for name in ("elements", "blocks", "about"))
        if not all(isinstance(value, list) for value in (elements, blocks, about)):
            raise MalformedCandidates("elements, blocks and about must be lists")
        if not all(isinstance(value, str) for value in (title, *about)):
            raise MalformedCandidates("title and about must be strings")
        return cls(
            title,
            tuple(_element(element, number) for number, element in enumerate(elements)),
            tuple(_candidate(block, len(elements)) for block in blocks),
            tuple(about),
        )


def _element(wire: Any, number: int) -> Element:
    if not isinstance(wire, (list, tuple)) or len(wire) != 3:
        raise MalformedCandidates("an element must be a list of parent, tag and hints")
    parent, tag, hints = wire
    if not isinstance(parent, int) or not isinstance(tag, str) or not isinstance(hints, str):
        raise MalformedCandidates("an element has a whole number and two strings")
    if not -1 <= parent < number:
        raise MalformedCandidates("an element must come after its parent")
    return Element(parent, tag, hints)


def _candidate(wire: Any, elements: int) -> BlockCandidate:
    if not isinstance(wire, Mapping):
        raise MalformedCandidates("a candidate must be an object")
    role, text, level, element = wire.get("role"), wire.get("text"), wire.get("level", 0), wire.get("element", -1)
    linked, kept = wire.get("linked", 0), wire.get("kept", False)
    if role not in _ROLES or not isinstance(text, str):
        raise MalformedCandidates("a candidate must have a role and a text")
    if not isinstance(level, int) or not isinstance(element, int) or not -1 <= element < elements:
        raise MalformedCandidates("level and element must be whole numbers, and the element must exist")
    if not isinstance(linked, (int, float)) or not isinstance(kept, bool):
        raise MalformedCandidates("linked must be a number and kept true or false")
    return BlockCandidate(role, text, level, element, float(linked), kept)
