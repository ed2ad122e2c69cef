"""The list: all there is put in order, one place for each story, with places for what is to be tried."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence

from nutshell.ports import Models

from . import exploration
from . import scoring as ranking
from .candidate_matrix import MatrixRows
from .candidate_store import CandidateStore
from .explanation import RankedStory, RankingExplanation, common, liked_sources
from .feedback import TrainingExample
from .feedback_log import FeedbackLog
from .interest_model import InterestModel
from .scoring import Sliders

_LOOKED_THROUGH = 4_000
"""So many of the best are looked through for topics to try."""


class Ranker:
    """Makes the list; `explored` are the topics that items of the last one are there to try."""

    def __init__(self, models: Models, stock: CandidateStore, learning: FeedbackLog, liking: InterestModel) -> None:
        self._models = models
        self._stock = stock
        self._learning = learning
        self._liking = liking
        self.explored: dict[str, str] = {}
        self._tried: dict[int, str] = {}
        self._generation = -1

    async def rank(
        self,
        sliders: Sliders,
        now: float,
        *,
        limit: int | None,
        zone: datetime.tzinfo | None,
        explore: bool,
        include_done: bool,
        by_story: bool,
    ) -> list[RankedStory]:
        """See Taste.rank."""
        self._stock.open()
        taught = await self._liking.prepare()
        groups = [ranking.column(lesson) for lesson in taught]
        rows, hidden = self._stock.pool.rows, self._stock.hidden(include_done)
        order = await ranking.rank(
            self._models,
            self._stock.pool,
            rows,
            taught,
            self._liking.features(taught),
            groups,
            self._liking.factors,
            sliders,
            hidden,
            now,
            top=len(rows) if limit is None else max(ranking.TOP, 2 * limit),
        )
        tried = exploration.outcomes(self._learning, await self._topics_tried())
        chosen = self._chosen(rows, order, hidden, limit, by_story)
        step = exploration.every(sliders.adventurous, tried) if explore else 0
        explored = self._explore(rows, order, chosen, hidden, step, tried, now)
        self.explored = {rows.ids[order.order[place]]: topic for place, topic in explored.items()}
        said = self._said(sliders, rows, order, taught, common(order, chosen), now, zone)
        return [self._ranked(rows, order, place, said, explored.get(place, "")) for place in chosen]

    async def _topics_tried(self) -> dict[int, str]:
        """Today's topics of what was shown to try it, by event: topics are made anew as the pool changes."""
        if self._generation != self._stock.pool.generation:
            self._tried.clear()
            self._generation = self._stock.pool.generation
        new = [e for e in self._learning if e.explored and e.vector and e.id not in self._tried]
        if new:
            topics = await self._stock.pool.topics_of(b"".join([event.vector for event in new]))
            self._tried |= {event.id: str(topic) for event, topic in zip(new, topics, strict=True)}
        return self._tried

    def _chosen(
        self, rows: MatrixRows, order: ranking.ScoredOrder, hidden: set[int], limit: int | None, by_story: bool
    ) -> list[int]:
        """Places in the order, one for each story or item: first those of the diversity step, then the rest."""
        found, seen = [], set()
        first = set(order.spread)
        after = (place for place in range(len(order.order)) if place not in first)
        for place in itertools.chain(order.spread, after):
            row = order.order[place]
            item = rows.ids[row]
            story = self._stock.stories.get(item).id if by_story else item
            if row in hidden or story in seen:
                continue
            seen.add(story)
            found.append(place)
            if len(found) == limit:
                break
        return found

    def _explore(
        self,
        rows: MatrixRows,
        order: ranking.ScoredOrder,
        chosen: list[int],
        hidden: set[int],
        step: int,
        tried: Mapping[str, tuple[int, int]],
        now: float,
    ) -> dict[int, str]:
        """Put stories of topics that are not to be seen on the list into its places for trying; place -> topic."""
        seed = f"{int(now // 3600)} {len(self._learning) // 8}"
        places = exploration.places(len(chosen), step, seed)
        if not places:
            return {}
        met = {rows.topics[order.order[place]] for place in chosen[: places[-1]]}
        listed = set(chosen[: places[-1] + 1])
        candidates = []
        for place, row in enumerate(order.order[:_LOOKED_THROUGH]):
            topic = rows.topics[row]
            if topic not in met and row not in hidden and place not in listed:
                met.add(topic)  # only the best of each
                candidates.append((str(topic), place))
        explored = {}
        for slot, (about, place) in zip(places, exploration.choose(candidates, tried, len(places), seed), strict=False):
            if place in chosen:
                chosen.remove(place)
            chosen.insert(slot, place)
            explored[place] = about
        return explored

    def _ranked(
        self, rows: MatrixRows, order: ranking.ScoredOrder, place: int, said: RankingExplanation, explored: str
    ) -> RankedStory:
        row = order.order[place]
        item, source = rows.ids[row], self._stock.pool.source_name_at(rows, row)
        key = self._stock.pool.sources[rows.sources[row]]
        return RankedStory(item, source, self._stock.stories.get(item), order.scores[row], explored, place, said, key)

    def _said(
        self,
        sliders: Sliders,
        rows: MatrixRows,
        order: ranking.ScoredOrder,
        taught: Sequence[TrainingExample],
        usual: Sequence[float],
        now: float,
        zone: datetime.tzinfo | None,
    ) -> RankingExplanation:
        half_life = sliders.half_life
        moved = {"calm": sliders.calm - 0.5, "deep": sliders.deep - 0.5}
        asked = {name: 1 if by > 0 else -1 for name, by in moved.items() if by}

        def extras(place: int) -> Sequence[float]:
            return (1.0, *self._stock.pool.extras_at(order.order[place], now, half_life, rows))

        return RankingExplanation(
            order, taught, self._liking.names(taught), usual, extras, liked_sources(taught), asked, now, zone
        )
