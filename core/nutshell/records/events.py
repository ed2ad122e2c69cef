"""Feedback as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("open", "dwell", "more", "less", "save", "unsave", "summary", "shown", "wish", "unwish")
"""`wish` and `unwish` are interests added in words: the words are the event's title."""


SAID = frozenset({"wish", "unwish"})


@dataclass(frozen=True, slots=True)
class Event:
    """An act as it was learned from: Unix seconds in `at`, those on the page in `seconds`, the packed static `vector`.

    `extras` are what the item's extras were when it was seen (see ranking.EXTRAS), so that their weights are
    learned from what the reader saw. `explored` is the topic it was shown to try out, or "".
    """

    id: int
    at: float
    kind: str
    item: str
    source: str
    title: str
    text: str
    seconds: float
    explored: str
    extras: tuple[float, ...]
    vector: bytes
    interest: int
