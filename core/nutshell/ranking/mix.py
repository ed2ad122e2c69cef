"""The mix: which sources and topics the first stories of the list come from, so that a filter bubble can be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .explanation import RankedStory

_MIN_TERM = 0.05
_MAX_SHARES = 12


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Mix:
    """Topic "" is every other topic."""

    sources: tuple[Share, ...] = ()
    topics: tuple[Share, ...] = ()


def mix(stories: Sequence[RankedStory]) -> Mix:
    """Returns what these stories come from: their sources, and the interests that rank them."""
    sources = Counter(story.source for story in stories)
    topics: Counter[str] = Counter()
    for story in stories:
        liked = [term for term in story.terms if term.name.isdigit() and term.value > _MIN_TERM]
        best = max(liked, key=lambda term: term.value, default=None)
        topics[str(best.label) if best else ""] += 1
    return Mix(_shares(sources), _shares(topics))


def _shares(counts: Counter[str]) -> tuple[Share, ...]:
    total = counts.total()
    return tuple(Share(name, count / total) for name, count in counts.most_common(_MAX_SHARES))
