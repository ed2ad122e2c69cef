"""What one ranking says of its stories: the terms of each score, the reason, and what the list is made of."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.stories.clustering import Story

from .feedback import TrainingExample
from .reasons import Reason, ReasonContext, reason
from .scoring import EXTRAS, LESS, PASSED, ScoredOrder, interest_of

_BEGINNING = 40
"""Stories that a reason is told from: what all of them have is none."""

_LABELS = {
    PASSED: Message("term.passed"),
    LESS: Message("term.less"),
    "source": Message("term.source"),
    "fresh": Message("term.fresh"),
    "calm": Message("term.calm"),
    "deep": Message("term.deep"),
    "novel": Message("term.novel"),
}


@dataclass(frozen=True, slots=True)
class ScoreTerm:
    """A part of a score. `label` is an interest's name or a message; `value` is in log-odds.

    The terms of a story sum to its score.
    """

    name: str
    label: Message | str
    value: float

    @property
    def named(self) -> bool:
        """It is of an interest, and the label has the interest's own name."""
        return interest_of(self.name) > 0


@dataclass(frozen=True, slots=True)
class RankingExplanation:
    """What one ranking said, for whoever looks at a story of it."""

    order: ScoredOrder
    lessons: Sequence[TrainingExample]
    interests: Mapping[str, str]
    """The names of those that are columns of the order, by their columns: of what is liked, and of what is not."""
    common: Sequence[float]
    """What the source and each extra add to the story in the middle of the list's beginning: it explains nothing."""
    extras: Callable[[int], Sequence[float]]
    """What a place's story is as a source (1) and in each of EXTRAS."""
    sources: Mapping[str, tuple[int, Event]]
    """Of each source: how many of its stories were liked, and the last of those events."""
    asked: Mapping[str, int]
    """Which way each slider was moved from the middle."""
    now: float
    zone: datetime.tzinfo | None

    def terms(self, place: int) -> tuple[ScoreTerm, ...]:
        return tuple(
            ScoreTerm(name, self._label(name), value)
            for name, value in zip(self.order.names, self.order.terms(place), strict=False)
            if abs(value) > 1e-4
        )

    def _label(self, column: str) -> Message | str:
        if column not in self.interests:
            return _LABELS[column]
        name = self.interests[column]
        return name if column.isdigit() else Message("term.interest_less", {"interest": name})

    def reason(self, place: int, key: str, source: str, explored: bool) -> Reason:
        """What adds most, more than it does to the others around: what is liked (all of it together), or another term.

        Its interests are the first columns; the strongest of them, and what was read of it, is what is said.
        """
        names, values = self.order.names, self.order.terms(place)
        terms: dict[str, float] = {}
        leaning: dict[str, int] = {}
        if values:
            first = len(values) - len(self.common)
            for name, value, common, extra in zip(
                names[first:], values[first:], self.common, self.extras(place), strict=True
            ):
                terms[name] = value - common
                leaning[name] = 0 if not extra or not value else 1 if extra * value > 0 else -1
            if leaning.get("fresh") != 1:
                terms.pop("fresh", None)
        best, because = "", None
        liked = sum([name.isdigit() for name in self.interests])
        if liked and values:
            leading = values[:liked]
            strongest = names[leading.index(max(leading))]
            best, because = self.interests[strongest], self._because(place, int(strongest))
            terms["interest"] = sum(leading) if max(leading) > 0 else 0.0
        reads, last = self.sources.get(key, (0, None))
        seen = ReasonContext(source, because, reads, last, leaning, self.asked)
        return reason(terms, best, seen, explored, self.now, self.zone)

    def _because(self, place: int, interest: int) -> Event | None:
        """The event that says most for the story, where it is of this interest; or else the last that is."""
        number = self.order.because[place] if place < len(self.order.because) else -1
        event = self.lessons[number].event if 0 <= number < len(self.lessons) else None
        if event is not None and event.interest == interest and self.lessons[number].liked:
            return event
        those = [lesson.event for lesson in self.lessons if lesson.liked and lesson.event.interest == interest]
        return max(those, key=lambda event: event.at, default=None)


@dataclass(frozen=True, slots=True)
class RankedStory:
    """A story in its place. `item` is the one of its items that is shown; `explored`: the topic it is to try."""

    item: str
    source: str
    story: Story
    score: float
    explored: str
    place: int
    said: RankingExplanation
    source_key: str

    @property
    def reason(self) -> Reason:
        """Why it stands here; few of a long list are asked."""
        return self.said.reason(self.place, self.source_key, self.source, bool(self.explored))

    @property
    def terms(self) -> tuple[ScoreTerm, ...]:
        """What the score is the sum of."""
        return self.said.terms(self.place)


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Mix:
    """What the first stories of the list are about and where they come from. Topic "" is every other topic."""

    sources: tuple[Share, ...]
    topics: tuple[Share, ...]


def mix(shown: Sequence[RankedStory]) -> Mix:
    """What these stories are made of."""
    if not shown:
        return Mix((), ())
    sources: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    for ranked in shown:
        sources[ranked.source] += 1
        best = max(
            (term for term in ranked.terms if term.name.isdigit() and term.value > 0.05),
            key=lambda term: term.value,
            default=None,
        )
        topics[str(best.label) if best else ""] += 1
    return Mix(*(tuple(Share(n, c / len(shown)) for n, c in count.most_common(12)) for count in (sources, topics)))


def liked_sources(lessons: Sequence[TrainingExample]) -> dict[str, tuple[int, Event]]:
    """Of each source: how many of its stories were liked, and the last of those events."""
    sources: dict[str, tuple[int, Event]] = {}
    for lesson in lessons:
        if lesson.liked and lesson.event.kind != "wish":
            reads, last = sources.get(lesson.event.source, (0, lesson.event))
            sources[lesson.event.source] = (reads + 1, max(last, lesson.event, key=lambda event: event.at))
    return sources


def common(order: ScoredOrder, chosen: Sequence[int]) -> list[float]:
    """The median of the source and of each extra over the list's beginning."""
    seen = [terms[-1 - len(EXTRAS) :] for place in chosen[:_BEGINNING] if (terms := order.terms(place))]
    return [sorted(values)[len(values) // 2] for values in zip(*seen, strict=True)]
