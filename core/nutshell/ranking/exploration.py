"""Exploration: now and then a story from a topic that the list would not show, to find out whether the user likes it.

The topic is chosen by Thompson sampling (Thompson 1933; Chapelle & Li 2011) over the outcomes of earlier explorations.
How often the list explores follows from the same outcomes: a user who opens explored stories gets more of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from nutshell.records.events import Event

Outcomes = Mapping[str, tuple[int, int]]
"""Topic -> how many of its explored stories were shown, and how many of these were opened."""

_PRIOR_RATE, _PRIOR_SHOWN = 0.12, 8.0
"""How often an explored story is opened before any was shown, and how many shown stories that is worth."""

MIN_INTERVAL, FIRST_SLOT = 7, 6
"""At most one slot in so many places, and none among the first so many."""


def outcomes(events: Iterable[Event], topics: Mapping[int, str]) -> dict[str, tuple[int, int]]:
    """Returns the outcomes of explorations. `topics` has today's topic of each event, by the event's id.

    Topics are numbered anew when they are fitted, so the topic stored with an event cannot be used.
    """
    shown: dict[str, set[str]] = {}
    opened: dict[str, set[str]] = {}
    for event in events:
        if event.explored:
            counted = shown if event.kind == "shown" else opened if event.kind in {"open", "more", "save"} else None
            if counted is not None and event.id in topics:
                counted.setdefault(topics[event.id], set()).add(event.item)
    return {
        topic: (len(shown.get(topic, set()) | opened.get(topic, set())), len(opened.get(topic, ())))
        for topic in shown.keys() | opened.keys()
    }


def interval(adventurous: float, explored: Outcomes) -> int:
    """Returns how many places there are for each slot; 0 when nothing is explored."""
    if adventurous <= 0:
        return 0
    shown = sum(count for count, _ in explored.values())
    opened = sum(count for _, count in explored.values())
    success = (opened + _PRIOR_RATE * _PRIOR_SHOWN) / (shown + _PRIOR_SHOWN) / _PRIOR_RATE
    rate = adventurous * 0.14 * min(2.0, max(0.3, success))
    return max(MIN_INTERVAL, round(1 / rate))


def slots(count: int, step: int, seed: str) -> list[int]:
    """Returns the places of a list of `count` that explore: a random one in each `step`, the same for the same seed."""
    if not step:
        return []
    generator = random.Random(seed)
    drawn = [start + generator.randrange(step) for start in range(0, count, step)]
    return [place for place in drawn if FIRST_SLOT <= place < count]


def choose(candidates: Sequence[tuple[str, int]], explored: Outcomes, count: int, seed: str) -> list[tuple[str, int]]:
    """Returns up to `count` of the candidates (topic, place; the best of each topic first), each of another topic."""
    generator = random.Random(seed)
    best: dict[str, int] = {}
    for topic, place in candidates:
        best.setdefault(topic, place)

    def sample(topic: str) -> float:
        shown, opened = explored.get(topic, (0, 0))
        prior = _PRIOR_RATE * _PRIOR_SHOWN
        return generator.betavariate(opened + prior, shown - opened + _PRIOR_SHOWN - prior)

    ranked = sorted(best, key=sample, reverse=True)
    return [(topic, best[topic]) for topic in ranked[:count]]
