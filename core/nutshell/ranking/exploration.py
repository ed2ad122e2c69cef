"""Something different: now and then a story from a topic the list would not show, to find out whether it is liked.

Which topic is tried is Thompson sampling (Thompson 1933; Chapelle & Li 2011) over what came of earlier tries, and how
often anything is tried follows from the same outcomes: a reader who opens what they are tried with gets more of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from nutshell.records.events import Event

_EXPECTED, _CONFIDENCE = 0.12, 8.0
"""How often a try is opened before any was made, and how many tries that is worth."""

MOST_OFTEN, FIRST = 7, 6
"""At most one place in so many, and none of the first so many."""


def outcomes(events: Iterable[Event], topics: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    """Of each topic that was tried: how many stories were shown, and how many of them opened.

    `topics` are today's, of events by id: what was tried as another topic then has its place among those of now.
    """
    shown: dict[str, set[str]] = {}
    opened: dict[str, set[str]] = {}
    for event in events:
        if event.explored:
            tried = shown if event.kind == "shown" else opened if event.kind in {"open", "more", "save"} else None
            if tried is not None and event.id in topics:
                tried.setdefault(topics[event.id], set()).add(event.item)
    return {
        topic: (len(shown.get(topic, set()) | opened.get(topic, set())), len(opened.get(topic, ())))
        for topic in shown.keys() | opened.keys()
    }


def every(adventurous: float, tried: Mapping[str, tuple[int, int]]) -> int:
    """One place in how many is for trying; 0 for none at all."""
    if adventurous <= 0:
        return 0
    shown = sum(n for n, _ in tried.values())
    opened = sum(n for _, n in tried.values())
    success = (opened + _EXPECTED * _CONFIDENCE) / (shown + _CONFIDENCE) / _EXPECTED
    rate = adventurous * 0.14 * min(2.0, max(0.3, success))
    return max(MOST_OFTEN, round(1 / rate))


def places(count: int, step: int, seed: str) -> list[int]:
    """Which places of a list are for trying: one in each `step`, drawn by lot, the same for the same seed."""
    if not step:
        return []
    draw = random.Random(seed)
    drawn = [start + draw.randrange(step) for start in range(0, count, step)]
    return [place for place in drawn if FIRST <= place < count]


def choose(
    candidates: Sequence[tuple[str, int]], tried: Mapping[str, tuple[int, int]], count: int, seed: str
) -> list[tuple[str, int]]:
    """`count` of the candidates (topic, row; the best of each topic first), each from another topic."""
    draw = random.Random(seed)
    best: dict[str, int] = {}
    for topic, row in candidates:
        best.setdefault(topic, row)

    def sample(topic: str) -> float:
        shown, opened = tried.get(topic, (0, 0))
        prior = _EXPECTED * _CONFIDENCE
        return draw.betavariate(opened + prior, shown - opened + _CONFIDENCE - prior)

    ranked = sorted(best, key=sample, reverse=True)
    return [(topic, best[topic]) for topic in ranked[:count]]
