"""The ranker: scores all candidates, chooses one place for each story, and adds stories to explore."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nutshell.ports import Models
from nutshell.records.ranking import Sliders

from . import exploration
from .candidate_matrix import MatrixRows
from .candidate_store import CandidateStore
from .candidates import Candidate
from .explanation import RankedStory, RankingExplanation, common_terms, liked_sources
from .feedback import TrainingExample
from .feedback_log import FeedbackLog
from .interest_model import InterestModel
from .scoring import READ_PENALTY, TOP, ScoredOrder, ScoringInput, column_of, freshness_half_life, score

_DIVERSE = 100
"""Places that the diversity step fills."""

_EXPLORED_ROWS = 4_000
"""The best rows, which are searched for topics to explore."""


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """`limit` None ranks everything. `explore` adds stories to explore and spreads subjects, `include_read` adds
    stories that were read, at the end. Without `by_story` every item has a place of its own. Dates in reasons are of
    `zone`.
    """

    limit: int | None = 200
    zone: datetime.tzinfo | None = None
    explore: bool = True
    include_read: bool = False
    by_story: bool = True


class Ranker:
    def __init__(self, models: Models, candidates: CandidateStore, log: FeedbackLog, interests: InterestModel) -> None:
        self._models = models
        self._candidates = candidates
        self._log = log
        self._interests = interests
        self._event_topics: dict[int, str] = {}
        self._generation = -1

    async def rank(self, sliders: Sliders, now: float, options: RankingOptions) -> list[RankedStory]:
        """Returns the stories, best first. Raises ModelError."""
        self._candidates.load()
        examples = await self._interests.prepare_examples()
        rows, hidden = self._candidates.matrix.rows, self._candidates.hidden_rows(options.include_read)
        limit = options.limit
        given = ScoringInput(
            rows=rows,
            examples=examples,
            features=self._interests.features_of(examples),
            columns=[column_of(example) for example in examples],
            factors=self._interests.factors,
            sliders=sliders,
            hidden=hidden,
            now=now,
            top=len(rows) if limit is None else max(TOP, 2 * limit),
            # Without exploration the list is in the order of the scores, and of nothing else.
            slots=_DIVERSE if options.explore else 1,
            read=self._candidates.read_rows() if options.include_read else frozenset(),
        )
        order = await score(self._models, self._candidates.matrix, given)
        outcomes = exploration.outcomes(self._log, await self.event_topics())
        positions = self._choose(rows, order, hidden, options)
        interval = exploration.interval(sliders.adventurous, outcomes) if options.explore else 0
        explored = self._explore(given, order, positions, interval, outcomes)
        explanation = self._explain(given, order, positions, options.zone)
        return [self._ranked(explanation, position, explored.get(position, "")) for position in positions]

    async def event_topics(self) -> dict[int, str]:
        """Returns today's topic of each event on an explored item, by the event's id. Raises ModelError."""
        if self._generation != self._candidates.matrix.generation:
            self._event_topics.clear()
            self._generation = self._candidates.matrix.generation
        new = [event for event in self._log if event.explored and event.vector and event.id not in self._event_topics]
        if new:
            topics = await self._candidates.matrix.topics_of(b"".join([event.vector for event in new]))
            self._event_topics |= {event.id: str(topic) for event, topic in zip(new, topics, strict=True)}
        return self._event_topics

    def _choose(self, rows: MatrixRows, order: ScoredOrder, hidden: set[int], options: RankingOptions) -> list[int]:
        """Returns positions in the order, one for each story or item: first those of the diversity step."""
        chosen: list[int] = []
        seen: set[str] = set()
        spread = set(order.spread)
        rest = (position for position in range(len(order.order)) if position not in spread)
        for position in itertools.chain(order.spread, rest):
            row = order.order[position]
            item = rows.ids[row]
            story = self._candidates.stories.get(item).id if options.by_story else item
            if row in hidden or story in seen:
                continue
            seen.add(story)
            chosen.append(position)
            if len(chosen) == options.limit:
                break
        return chosen

    def _explore(
        self,
        given: ScoringInput,
        order: ScoredOrder,
        positions: list[int],
        interval: int,
        outcomes: exploration.Outcomes,
    ) -> dict[int, str]:
        """Inserts stories of topics that the list does not show; returns the topic of each inserted position."""
        rows = given.rows
        seed = f"{int(given.now // 3600)} {len(self._log) // 8}"
        slots = exploration.slots(len(positions), interval, seed)
        if not slots:
            return {}
        shown = {rows.topics[order.order[position]] for position in positions[: slots[-1]]}
        listed = set(positions[: slots[-1] + 1])
        candidates = []
        for position, row in enumerate(order.order[:_EXPLORED_ROWS]):
            topic = rows.topics[row]
            if topic not in shown and row not in given.hidden and position not in listed:
                shown.add(topic)  # only the best of each
                candidates.append((str(topic), position))
        explored = {}
        chosen = exploration.choose(candidates, outcomes, len(slots), seed)
        for slot, (topic_name, position) in zip(slots, chosen, strict=False):
            if position in positions:
                positions.remove(position)
            positions.insert(slot, position)
            explored[position] = topic_name
        return explored

    def _explain(
        self, given: ScoringInput, order: ScoredOrder, positions: Sequence[int], zone: datetime.tzinfo | None
    ) -> RankingExplanation:
        sliders = given.sliders
        moved = {"calm": sliders.calm - 0.5, "deep": sliders.deep - 0.5}
        examples: Sequence[TrainingExample] = given.examples
        return RankingExplanation(
            order=order,
            rows=given.rows,
            examples=examples,
            interests=self._interests.names(examples),
            common=common_terms(order, positions),
            liked_sources=liked_sources(examples),
            asked={name: 1 if change > 0 else -1 for name, change in moved.items() if change},
            half_life=freshness_half_life(sliders),
            now=given.now,
            zone=zone,
            text_of=self._reader([given.rows.ids[order.order[position]] for position in positions]),
            rarity=self._candidates.rarity,
        )

    def _reader(self, ids: Sequence[str]) -> Callable[[str], Candidate | None]:
        """Returns a function that reads these candidates, all together when the first one is asked for."""
        read: list[Mapping[str, Candidate]] = []

        def text_of(item: str) -> Candidate | None:
            if not read:
                read.append(self._candidates.source.get(ids))
            return read[0].get(item)

        return text_of

    def _ranked(self, explanation: RankingExplanation, position: int, explored: str) -> RankedStory:
        matrix, rows, order = self._candidates.matrix, explanation.rows, explanation.order
        row = order.order[position]
        source_key = matrix.sources[rows.sources[row]]
        return RankedStory(
            item=rows.ids[row],
            source=matrix.source_name(source_key),
            source_key=source_key,
            story=self._candidates.stories.get(rows.ids[row]),
            score=order.scores[row] - (READ_PENALTY if row in explanation.order.read else 0.0),
            explored=explored,
            position=position,
            explanation=explanation,
        )
