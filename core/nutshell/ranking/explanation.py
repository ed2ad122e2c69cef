"""Explanations: the terms of each score, and the reason that is shown with a story."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.stories.clustering import Story

from .candidate_matrix import MatrixRows
from .feedback import TrainingExample
from .reasons import Reason, ReasonContext, reason
from .scoring import EXTRAS, LESS, SKIPPED, ScoredOrder, interest_of

_BEGINNING = 40
"""Stories at the beginning of a list. What all of them have in common explains none of them."""

_MIN_TERM = 1e-4

_LABELS = {
    SKIPPED: Message("term.passed"),
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
    def has_interest_name(self) -> bool:
        """The term is of an interest, and its label contains the interest's name."""
        return interest_of(self.name) > 0


@dataclass(frozen=True, slots=True)
class RankingExplanation:
    """Explains every story of one ranking. Terms and reasons are computed when they are asked for: few of them are.

    `rows` and `half_life` (hours) are what was ranked, `interests` the names of the interests by column. `common` is
    what the source and each extra add to the median story of the list's beginning. `liked_sources` has, for each
    source, how many of its stories were liked and the last event on one. `asked` is the direction in which each slider
    was moved from its middle.
    """

    order: ScoredOrder
    rows: MatrixRows
    examples: Sequence[TrainingExample]
    interests: Mapping[str, str]
    common: Sequence[float]
    liked_sources: Mapping[str, tuple[int, Event]]
    asked: Mapping[str, int]
    half_life: float
    now: float
    zone: datetime.tzinfo | None

    def terms(self, position: int) -> tuple[ScoreTerm, ...]:
        return tuple(
            ScoreTerm(name, self._label(name), value)
            for name, value in zip(self.order.names, self.order.terms(position), strict=False)
            if abs(value) > _MIN_TERM
        )

    def reason(self, position: int, source_key: str, source: str, explored: bool) -> Reason:
        """Returns what adds most to the story, compared with the stories around it: all interests together, or another
        term. The reason names the strongest interest.
        """
        names, values = self.order.names, self.order.terms(position)
        terms: dict[str, float] = {}
        directions: dict[str, int] = {}
        if values:
            first = len(values) - len(self.common)
            extras = (1.0, *self.rows.extras_at(self.order.order[position], self.now, self.half_life))
            for name, value, common, extra in zip(names[first:], values[first:], self.common, extras, strict=True):
                terms[name] = value - common
                directions[name] = 0 if not extra or not value else 1 if extra * value > 0 else -1
            if directions.get("fresh") != 1:
                terms.pop("fresh", None)
        interest, strongest = "", None
        liked = sum([name.isdigit() for name in self.interests])
        if liked and values:  # the columns of interests come first
            leading = values[:liked]
            best = names[leading.index(max(leading))]
            interest, strongest = self.interests[best], self._strongest_event(position, int(best))
            terms["interest"] = sum(leading) if max(leading) > 0 else 0.0
        count, last = self.liked_sources.get(source_key, (0, None))
        context = ReasonContext(source, strongest, count, last, directions, self.asked)
        return reason(terms, interest, context, explored, self.now, self.zone)

    def _label(self, column: str) -> Message | str:
        if column not in self.interests:
            return _LABELS[column]
        name = self.interests[column]
        return name if column.isdigit() else Message("term.interest_less", {"interest": name})

    def _strongest_event(self, position: int, interest: int) -> Event | None:
        """Returns the event that adds most to the story if it is of this interest, else the interest's last event."""
        number = self.order.strongest[position] if position < len(self.order.strongest) else -1
        example = self.examples[number] if 0 <= number < len(self.examples) else None
        if example is not None and example.event.interest == interest and example.liked:
            return example.event
        events = [other.event for other in self.examples if other.liked and other.event.interest == interest]
        return max(events, key=lambda event: event.at, default=None)


@dataclass(frozen=True, slots=True)
class RankedStory:
    """A story in its place. `item` is its lead item, `source` the lead item's source and `source_key` that one's key.

    `explored` is the topic that it is shown to explore, or "". `position` is where its explanation is found.
    """

    item: str
    source: str
    source_key: str
    story: Story
    score: float
    explored: str
    position: int
    explanation: RankingExplanation

    @property
    def reason(self) -> Reason:
        return self.explanation.reason(self.position, self.source_key, self.source, bool(self.explored))

    @property
    def terms(self) -> tuple[ScoreTerm, ...]:
        """Its score is their sum, but for terms too small to list."""
        return self.explanation.terms(self.position)


def liked_sources(examples: Sequence[TrainingExample]) -> dict[str, tuple[int, Event]]:
    """Returns, for each source, how many of its stories were liked and the last event on one of them."""
    sources: dict[str, tuple[int, Event]] = {}
    for example in examples:
        if example.liked and example.event.kind != "wish":
            count, last = sources.get(example.event.source, (0, example.event))
            sources[example.event.source] = (count + 1, max(last, example.event, key=lambda event: event.at))
    return sources


def common_terms(order: ScoredOrder, positions: Sequence[int]) -> list[float]:
    """Returns the medians of the source's and the extras' terms over the list's beginning."""
    rows = [terms[-1 - len(EXTRAS) :] for position in positions[:_BEGINNING] if (terms := order.terms(position))]
    return [sorted(values)[len(values) // 2] for values in zip(*rows, strict=True)]
