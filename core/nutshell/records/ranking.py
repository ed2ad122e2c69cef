"""Records of the ranking."""

from __future__ import annotations

from dataclasses import dataclass


class NotFound(ValueError):
    """An event, interest or mute is gone; the message names it."""


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Some rows as they are kept: `head` is JSON, `body` the columns one after the other."""

    number: int
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class TermShare:
    """A term of a story's score: `share` is in -1 to 1, of the largest on the card."""

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class FrontPagePlace:
    """A story on a list: the item that is shown, all that tell it, and why it stands there."""

    story: str
    lead: int
    items: tuple[int, ...]
    reason: str = ""
    terms: tuple[TermShare, ...] = ()


@dataclass(frozen=True, slots=True)
class InterestSettings:
    """The reader's own say in an interest: `factor` 1 leaves it as it was learned; `name` "" is named by its words."""

    id: int
    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    kind: str
    name: str
    at: float
