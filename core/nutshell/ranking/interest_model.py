"""What the reader likes: interests found among the lessons, named, weighed, and changed by their own say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nutshell.ports import Models
from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.records.ranking import InterestSettings, NotFound
from nutshell.storage.ranking import RankingStore
from nutshell.text.static_encoder import WIDTH
from nutshell.undo import Revert

from . import interests
from .candidate_store import CandidateStore
from .candidates import Candidate
from .feedback import TrainingExample
from .feedback_log import FeedbackLog
from .interests import Interest
from .scoring import column, interest_of

_FACTORS = (-2.0, 3.0)
_STEP = 0.5


def _signed(lesson: TrainingExample, now: float) -> float:
    """What it counts for an interest: for it, or against."""
    return lesson.weight(now) * (lesson.liked or -lesson.asked)


class InterestModel:
    """The interests. Methods that change something return what reverts the change."""

    def __init__(self, models: Models, store: RankingStore, stock: CandidateStore, learning: FeedbackLog) -> None:
        self._models = models
        self._store = store
        self._stock = stock
        self._learning = learning
        self._rows = store.interests()
        self._last = 0
        self._features: dict[int, bytes] = {}
        self._generation = -1
        self._named: dict[int, tuple[tuple[int, ...], str]] = {}

    @property
    def factors(self) -> dict[int, float]:
        """The reader's own say in each interest."""
        return {number: row.factor for number, row in self._rows.items()}

    def features(self, taught: Sequence[TrainingExample]) -> bytes:
        return b"".join([self._features[lesson.event.id] for lesson in taught])

    def read_anew(self) -> None:
        """The events have other vectors than before."""
        self._features.clear()

    def titles_came(self) -> None:
        """Other words may be typical of an interest now."""
        self._named.clear()

    async def prepare(self) -> list[TrainingExample]:
        """Every event has a vector, features by the pool of today, and, where it counts for one, an interest."""
        lacking = [event for event in self._learning if not event.vector]
        if lacking:
            said = [Candidate("", event.title, event.text).said for event in lacking]
            vectors = await self._stock.pool.pack(said)
            self._learning.replace(
                [replace(event, vector=vector) for event, vector in zip(lacking, vectors, strict=True)]
            )
        taught = self._learning.lessons()
        if self._generation != self._stock.pool.generation:
            self._features.clear()
            self._generation = self._stock.pool.generation
        new = [lesson.event for lesson in taught if lesson.event.id not in self._features]
        if new:
            rows = await self._stock.pool.featured(b"".join([event.vector for event in new]))
            for number, event in enumerate(new):
                self._features[event.id] = rows[number * WIDTH : (number + 1) * WIDTH]
        return await self._with_interests(taught)

    async def _with_interests(self, taught: list[TrainingExample]) -> list[TrainingExample]:
        those = [lesson.event for lesson in taught if lesson.liked or lesson.asked]
        if all(event.interest for event in those):
            return taught
        # No number is given twice, lest what is brought back lands among others.
        self._last = max([self._last, *self._rows, *[event.interest for event in self._learning]])
        fresh = self._last + 1
        belongs, founded = await interests.assign(
            self._models, [self._features[event.id] for event in those], [event.interest for event in those], fresh
        )
        self._last += len(founded)
        for interest in founded:
            self._set(InterestSettings(interest, "", 1.0))
        changed = {
            event.id: replace(event, interest=interest)
            for event, interest in zip(those, belongs, strict=True)
            if event.interest != interest
        }
        self._learning.replace(list(changed.values()))
        return [
            replace(lesson, event=changed[lesson.event.id]) if lesson.event.id in changed else lesson
            for lesson in taught
        ]

    async def all(self, now: float) -> list[Interest]:
        """What the reader seems to like, strongest first, and what they asked to see less of."""
        await self.prepare()
        members: dict[int, list[TrainingExample]] = {}
        for lesson in sorted(self._learning.all_lessons(), key=lambda lesson: lesson.event.at):
            if lesson.event.interest and (lesson.liked or lesson.asked):
                members.setdefault(lesson.event.interest, []).append(lesson)
        strength = {
            interest: sum(_signed(lesson, now) for lesson in those)
            * (self._rows[interest].factor if interest in self._rows else 1.0)
            for interest, those in members.items()
        }
        most = max((abs(value) for value in strength.values()), default=1.0) or 1.0
        found = []
        for interest, those in members.items():
            row = self._rows.get(interest, InterestSettings(interest, "", 1.0))
            found.append(
                Interest(
                    id=interest,
                    name=self._name(interest, [lesson.event for lesson in those]),
                    weight=strength[interest] / most,
                    count=len(those),
                    since=min(lesson.event.at for lesson in those),
                    last=max(lesson.event.at for lesson in those),
                    factor=row.factor,
                    own=any(lesson.event.kind in {"wish", "unwish"} for lesson in those),
                    titles=tuple(lesson.event.title for lesson in reversed(those))[:5],
                )
            )
        return sorted(found, key=lambda interest: (-interest.weight, interest.id))

    def names(self, taught: Sequence[TrainingExample]) -> dict[str, str]:
        """Of the interests' columns (see ranking.column)."""
        members: dict[int, list[Event]] = {}
        for lesson in sorted(taught, key=lambda lesson: lesson.event.at):
            if lesson.event.interest and (lesson.liked or lesson.asked):
                members.setdefault(lesson.event.interest, []).append(lesson.event)
        columns = {column(lesson) for lesson in taught}
        return {str(each): self._name(number, members[number]) for each in columns if (number := interest_of(each))}

    def _name(self, interest: int, those: Sequence[Event]) -> str:
        row = self._rows.get(interest)
        if row is not None and row.name:
            return row.name
        wish = next((event for event in those if event.kind in {"wish", "unwish"}), None)
        if wish:
            return wish.title
        ids = tuple(event.id for event in those)
        known = self._named.get(interest)
        if known is None or known[0] != ids:
            known = self._named[interest] = (ids, interests.name(those, self._stock.common, len(self._stock.pool)))
        return known[1]

    def rename(self, interest: int, name: str) -> Revert:
        before = self._rows.get(interest, InterestSettings(interest, "", 1.0))
        self._set(replace(before, name=" ".join(name.split())[:80]))
        return lambda: self._set(before)

    def strengthen(self, interest: int, steps: int) -> Revert:
        """Raise it, or with fewer than 0 steps lower it, until it counts the other way. Raises NotFound.

        Of what is asked to be less, more is a smaller say, and less a larger one.
        """
        if interest not in self._rows and not any(event.interest == interest for event in self._learning):
            raise NotFound(Message("preferences.interest_gone"))
        before = self._rows.get(interest, InterestSettings(interest, "", 1.0))
        if self._unwanted(interest):
            steps = -steps
        factor = min(max(before.factor + steps * _STEP, _FACTORS[0]), _FACTORS[1])
        self._set(replace(before, factor=factor))
        return lambda: self._set(before)

    def _unwanted(self, interest: int) -> bool:
        """Whether what was said of it comes to less, all in all, before the reader's own say."""
        those = [lesson for lesson in self._learning.all_lessons() if lesson.event.interest == interest]
        now = max((lesson.event.at for lesson in those), default=0.0)
        return sum(_signed(lesson, now) for lesson in those) < 0

    def forget(self, interest: int) -> Revert:
        """Forget an interest, and all that it was learned from. Raises NotFound."""
        row = self._rows.get(interest)
        gone = [event for event in self._learning if event.interest == interest]
        if row is None and not gone:
            raise NotFound(Message("preferences.interest_gone"))
        self._learning.remove(gone)
        if row is not None:
            del self._rows[interest]
            self._store.remove_interest(interest)

        def revert() -> None:
            self._learning.bring_back(gone)
            if row is not None:
                self._set(row)

        return revert

    def clear(self) -> list[InterestSettings]:
        """Forget what the reader said of all of them; answers it for `restore`."""
        return self._clear(self._rows.keys())

    def clear_unused(self) -> list[InterestSettings]:
        """As `clear`, of those that nothing is left of: their names are the reader's words."""
        return self._clear(self._rows.keys() - {event.interest for event in self._learning})

    def _clear(self, interests: Iterable[int]) -> list[InterestSettings]:
        rows = [self._rows[number] for number in interests]
        for row in rows:
            self._store.remove_interest(row.id)
            del self._rows[row.id]
        return rows

    def restore(self, rows: Sequence[InterestSettings]) -> None:
        for row in rows:
            self._set(row)

    def _set(self, row: InterestSettings) -> None:
        self._rows[row.id] = row
        self._store.set_interest(row)
