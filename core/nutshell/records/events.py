"""Feedback as it is stored: events."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("open", "dwell", "more", "less", "save", "unsave", "summary", "shown", "wish", "unwish")
"""`wish` and `unwish` are interests that the user added in words; the words are the event's title."""

OWN_INTERESTS = frozenset({"wish", "unwish"})


@dataclass(frozen=True, slots=True)
class Event:
    """One act of feedback: `at` in Unix seconds, `seconds` spent on the page, the item's packed static `vector`.

    `extras` are the item's extras at that time (ranking/scoring.py), so that their weights are learned from what the
    user saw. `explored` is the topic that the item was shown to explore, or "". `interest` is the id of its interest.
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
