"""Explanations: the terms of each score, and the reason that is shown with a story."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.stories.clustering import Story

from .candidate_matrix import MatrixRows
from .candidates import Candidate
from .feedback import TrainingExample
from .reasons import READ, Reason, ReasonContext, reason
from .scoring import EXTRAS, LESS, READ_PENALTY, SKIPPED, ScoredOrder, interest_of
from .subjects import MIN_COSINE_OF_WORDS, Terms, cosine, shared_subject, title_terms

_BEGINNING = 40
"""Stories at the beginning of a list. What all of them have in common explains none of them."""

_OPPOSITES = {SKIPPED: Message("term.not_passed"), LESS: Message("term.not_less")}

_MIN_TERM = 1e-4
_TEXT_START = 120
"""Characters of a text that stand in for a missing title."""

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
    source, how many of its stories were read and the last event on a liked one. `asked` is the direction in which each
    slider was moved from its middle. `text_of` reads a candidate of the list, and `rarity` is that of a word in all
    titles.
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
    text_of: Callable[[str], Candidate | None]
    rarity: Callable[[str], float]
    event_terms: dict[int, Terms] = field(default_factory=dict)

    def terms(self, position: int) -> tuple[ScoreTerm, ...]:
        read = self.order.order[position] in self.order.read
        return tuple(
            ScoreTerm(name, self._label(name, value), value)
            for name, value in zip(self.order.names, self.order.terms(position), strict=False)
            if abs(value) > _MIN_TERM
        ) + ((ScoreTerm("read", Message("term.read"), -READ_PENALTY),) if read else ())

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
            leading = dict(zip(names, values[:liked], strict=False))
            if max(leading.values()) > 0:
                terms["interest"] = sum(leading.values())
                interest, strongest = self._subject(position, {int(name) for name in leading if leading[name] > 0})
        count, last = self.liked_sources.get(source_key, (0, None))
        read = sum(example.liked and example.event.kind in READ for example in self.examples)
        context = ReasonContext(source, strongest, count, last, directions, self.asked, read)
        return reason(terms, interest, context, explored, self.now, self.zone)

    def _label(self, column: str, value: float) -> Message | str:
        """Names what a part of a score comes from; what is *unlike* skipped stories speaks for a story."""
        if column not in self.interests:
            return (_OPPOSITES if value > 0 else _LABELS).get(column, _LABELS[column])
        name = self.interests[column]
        if column.isdigit():
            return name
        named = {"interest": name}
        return Message("term.interest_not_less", named) if value > 0 else Message("term.interest_less", named)

    def _subject(self, position: int, interests: set[int]) -> tuple[str, Event | None]:
        """Returns what the story and a liked one of these interests are both about, in the story's words, and the event
        on that one; or the user's own words for an interest. Returns "" if nothing says that both are about the same.
        """
        row = self.order.order[position]
        candidate = self.text_of(self.rows.ids[row])
        if candidate is None:
            return "", None
        terms, vector = title_terms(candidate.title), self.rows.packed_vector(row)
        found: list[tuple[float, float, str, Event]] = []
        for example in self.examples:
            event = example.event
            if not example.liked or event.interest not in interests or event.item == candidate.id:
                continue
            if event.id not in self.event_terms:
                self.event_terms[event.id] = title_terms(event.title or event.text[:_TEXT_START])
            subject = shared_subject(candidate, terms, self.event_terms[event.id], self.rarity)
            if example.stated_in_words:
                if subject or cosine(vector, event.vector) >= MIN_COSINE_OF_WORDS:
                    found.append((0.0, event.at, event.title, event))
            elif subject and subject.is_shared(cosine(vector, event.vector)):
                found.append((subject.rarity, event.at, subject.words, event))
        if not found:
            return "", None
        _, _, words, event = max(found, key=lambda each: (each[3].kind == "wish", *each[:2]))
        return words, event


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
    """Returns, for each source, how many of its stories were read and the last event on one that was liked."""
    sources: dict[str, tuple[int, Event]] = {}
    for example in examples:
        if example.liked and example.event.kind != "wish":
            count, last = sources.get(example.event.source, (0, example.event))
            read = example.event.kind in READ
            sources[example.event.source] = (count + read, max(last, example.event, key=lambda event: event.at))
    return sources


def common_terms(order: ScoredOrder, positions: Sequence[int]) -> list[float]:
    """Returns the medians of the source's and the extras' terms over the list's beginning."""
    rows = [terms[-1 - len(EXTRAS) :] for position in positions[:_BEGINNING] if (terms := order.terms(position))]
    return [sorted(values)[len(values) // 2] for values in zip(*rows, strict=True)]
