"""Records of ranking."""

from __future__ import annotations

import itertools
import json
import math
from array import array
from dataclasses import dataclass

SLIDERS = ("adventurous", "fresh", "calm", "deep")
"""Names of the ranking sliders; each is a number from 0 to 1."""

MATRIX_VECTOR = 256
"""Bytes of an item's vector, and of its features."""
MATRIX_COLUMN_WIDTHS = (MATRIX_VECTOR, MATRIX_VECTOR, 4, 12, 4, 4)
"""Bytes of a row in each column of a matrix page: vector, features, source, extras, time, topic."""
MAX_MATRIX_TOPICS, MAX_MATRIX_PAGES = 256, 4096

_MAX_COUNT = 1 << 40


class NotFound(ValueError):
    """An event, interest or mute is gone; the message names it."""


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Some rows of the candidate matrix: `head` is JSON, `body` the columns one after the other.

    Page -1 describes the whole matrix: the center and the topics are its body, names and word counts its head.
    """

    number: int
    head: str
    body: bytes


def is_valid_matrix_page(page: MatrixPage) -> bool:
    """Whether an imported page can be loaded: its columns have the right lengths, and their values are in range."""
    head = json.loads(page.head)
    if not isinstance(head, dict):
        return False
    return _is_valid_summary(head, page.body) if page.number == -1 else _are_valid_rows(page.number, head, page.body)


def _is_valid_summary(head: dict[str, object], body: bytes) -> bool:
    common, counted, came = head.get("common"), head.get("counted"), head.get("came", 0)
    return (
        head.keys() - {"came"} == {"source_names", "common", "counted"}
        and type(came) is int
        and 0 <= came < _MAX_COUNT
        and _is_text_map(head["source_names"])
        and isinstance(common, dict)
        and all(type(count) is int and 0 < count < _MAX_COUNT for count in common.values())
        and type(counted) is int
        and 0 <= counted < _MAX_COUNT - 1
        and len(body) % (4 * MATRIX_VECTOR) == 0
        and 2 <= len(body) // (4 * MATRIX_VECTOR) <= MAX_MATRIX_TOPICS + 1
        and all(map(math.isfinite, array("f", body)))
    )


def _are_valid_rows(number: int, head: dict[str, object], body: bytes) -> bool:
    ids, sources = head.get("ids"), head.get("sources")
    if head.keys() != {"ids", "sources", "stories"} or not isinstance(ids, list) or not isinstance(sources, list):
        return False
    count = len(ids)
    if len(body) != count * sum(MATRIX_COLUMN_WIDTHS) or not all(isinstance(name, str) for name in (*ids, *sources)):
        return False
    ends = list(itertools.accumulate(count * width for width in MATRIX_COLUMN_WIDTHS))
    numbers, topics = array("i", body[ends[1] : ends[2]]), array("i", body[ends[4] : ends[5]])
    return (
        0 <= number < MAX_MATRIX_PAGES
        and len(set(ids)) == count
        and _is_text_map(head["stories"])
        and all(0 <= source < len(sources) for source in numbers)
        and all(0 <= topic < MAX_MATRIX_TOPICS for topic in topics)
        and all(map(math.isfinite, array("f", body[ends[2] : ends[4]])))
    )


def _is_text_map(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


@dataclass(frozen=True, slots=True)
class TermShare:
    """A term of a story's score; `share` is -1 to 1, relative to the largest term shown."""

    label: str
    share: float


@dataclass(frozen=True, slots=True)
class FrontPagePlace:
    """A story on the front page: its lead item, all its items, and the explanation of its rank."""

    story: str
    lead: int
    items: tuple[int, ...]
    reason: str = ""
    terms: tuple[TermShare, ...] = ()


@dataclass(frozen=True, slots=True)
class InterestSettings:
    """The user's changes to an interest. `factor` 1 leaves its weight as learned; `name` "" uses its own words."""

    id: int
    name: str
    factor: float


@dataclass(frozen=True, slots=True)
class Mute:
    """Hides a source (`kind` "source", `name` its id or title) or stories with words (`kind` "words")."""

    id: int
    kind: str
    name: str
    at: float
