"""Records of the ranking."""

from __future__ import annotations

from dataclasses import dataclass

VECTOR_WIDTH = 256
"""Numbers in a static vector, and bytes of a packed one."""

MAX_TOPICS = 256

EXTRAS_STORED = 3
"""Numbers stored with each row besides its vectors: calm, depth and novelty."""


@dataclass(frozen=True, slots=True)
class Sliders:
    """The user's sliders, each from 0 to 1. At 0.5 calm and deep make no difference."""

    adventurous: float = 0.4
    fresh: float = 0.5
    calm: float = 0.5
    deep: float = 0.5


class NotFound(ValueError):
    """An event, interest or mute is gone; the message names it."""


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Some rows of the candidate matrix as they are stored; see storage/matrix_pages.py."""

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
    """A story on a list: its lead item, all of its items, and why it is there."""

    story: str
    lead: int
    items: tuple[int, ...]
    reason: str = ""
    terms: tuple[TermShare, ...] = ()


@dataclass(frozen=True, slots=True)
class InterestSettings:
    """What the user set for an interest. `factor` multiplies its part of a score; "" as `name`: its titles name it."""

    id: int
    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    kind: str
    name: str
    at: float
