"""The interest model: finds interests in the training examples, names them, and applies what the user set for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nutshell.ports import Models
from nutshell.records.events import SAID, Event
from nutshell.records.message import Message
from nutshell.records.ranking import InterestSettings, NotFound
from nutshell.storage.ranking import RankingStore
from nutshell.text.static_encoder import WIDTH
from nutshell.undo import Revert

from .candidate_store import CandidateStore
from .candidates import Candidate
from .feedback import TrainingExample
from .feedback_log import FeedbackLog
from .interests import Interest, assign, name_of
from .scoring import column_of, interest_of

_MIN_FACTOR, _MAX_FACTOR = -2.0, 3.0
_STEP = 0.5
_MAX_NAME = 80
_TITLES = 5


class InterestModel:
    """Methods that change something return what reverts the change."""

    def __init__(self, models: Models, store: RankingStore, candidates: CandidateStore, log: FeedbackLog) -> None:
        self._models = models
        self._store = store
        self._candidates = candidates
        self._log = log
        self._settings = store.get_interest_settings()
        self._last_id = 0
        self._features: dict[int, bytes] = {}
        self._generation = -1
        self._names: dict[int, tuple[tuple[int, ...], str]] = {}

    @property
    def factors(self) -> dict[int, float]:
        """What the user multiplied each interest by."""
        return {number: settings.factor for number, settings in self._settings.items()}

    def features_of(self, examples: Sequence[TrainingExample]) -> bytes:
        """Returns the features of prepared examples, int8 rows of 256 bytes."""
        return b"".join([self._features[example.event.id] for example in examples])

    def clear_features(self) -> None:
        """The vectors of the events changed."""
        self._features.clear()

    def clear_names(self) -> None:
        """The counts of words changed: other words may be typical of an interest."""
        self._names.clear()

    async def prepare_examples(self) -> list[TrainingExample]:
        """Returns the training examples. Each has a vector, features by today's topics, and, if it counts for one, an
        interest. Raises ModelError.
        """
        await self._add_vectors()
        examples = self._log.training_examples()
        matrix = self._candidates.matrix
        if self._generation != matrix.generation:
            self._features.clear()
            self._generation = matrix.generation
        new = [example.event for example in examples if example.event.id not in self._features]
        if new:
            rows = await matrix.features_of(b"".join([event.vector for event in new]))
            for number, event in enumerate(new):
                self._features[event.id] = rows[number * WIDTH : (number + 1) * WIDTH]
        return await self._assign_interests(examples)

    async def _add_vectors(self) -> None:
        missing = [event for event in self._log if not event.vector]
        if missing:
            texts = [Candidate("", event.title, event.text).indexed_text for event in missing]
            vectors = await self._candidates.matrix.pack(texts)
            self._log.update([replace(event, vector=vector) for event, vector in zip(missing, vectors, strict=True)])

    async def _assign_interests(self, examples: list[TrainingExample]) -> list[TrainingExample]:
        events = [example.event for example in examples if _counts_for_interest(example)]
        if all(event.interest for event in events):
            return examples
        # No number is used twice, so that restored events do not join another interest.
        self._last_id = max([self._last_id, *self._settings, *[event.interest for event in self._log]])
        features = [self._features[event.id] for event in events]
        assigned, created = await assign(
            self._models, features, [event.interest for event in events], self._last_id + 1
        )
        self._last_id += len(created)
        for interest in created:
            self._set(InterestSettings(interest, "", 1.0))
        changed = {
            event.id: replace(event, interest=interest)
            for event, interest in zip(events, assigned, strict=True)
            if event.interest != interest
        }
        self._log.update(list(changed.values()))
        return [
            replace(example, event=changed[example.event.id]) if example.event.id in changed else example
            for example in examples
        ]

    async def list_interests(self, now: float) -> list[Interest]:
        """Returns all interests, strongest first; last those that the user wants less of. Raises ModelError."""
        await self.prepare_examples()
        members: dict[int, list[TrainingExample]] = {}
        for example in sorted(self._log.all_training_examples(), key=lambda example: example.event.at):
            if example.event.interest and _counts_for_interest(example):
                members.setdefault(example.event.interest, []).append(example)
        strength = {
            interest: sum(_signed_weight(example, now) for example in examples) * self._setting(interest).factor
            for interest, examples in members.items()
        }
        largest = max((abs(value) for value in strength.values()), default=1.0) or 1.0
        interests = [
            self._interest(interest, examples, strength[interest] / largest) for interest, examples in members.items()
        ]
        return sorted(interests, key=lambda interest: (-interest.weight, interest.id))

    def _interest(self, interest: int, examples: Sequence[TrainingExample], weight: float) -> Interest:
        events = [example.event for example in examples]
        return Interest(
            id=interest,
            name=self._name(interest, events),
            weight=weight,
            count=len(events),
            since=min(event.at for event in events),
            last=max(event.at for event in events),
            factor=self._setting(interest).factor,
            own=any(event.kind in SAID for event in events),
            titles=tuple(event.title for event in reversed(events))[:_TITLES],
        )

    def names(self, examples: Sequence[TrainingExample]) -> dict[str, str]:
        """Returns the names of the interests by their columns (scoring.column_of)."""
        members: dict[int, list[Event]] = {}
        for example in sorted(examples, key=lambda example: example.event.at):
            if example.event.interest and _counts_for_interest(example):
                members.setdefault(example.event.interest, []).append(example.event)
        columns = {column_of(example) for example in examples}
        return {
            str(column): self._name(interest, members[interest])
            for column in columns
            if (interest := interest_of(column))
        }

    def _name(self, interest: int, events: Sequence[Event]) -> str:
        settings = self._settings.get(interest)
        if settings is not None and settings.name:
            return settings.name
        in_words = next((event for event in events if event.kind in SAID), None)
        if in_words:
            return in_words.title
        ids = tuple(event.id for event in events)
        cached = self._names.get(interest)
        if cached is None or cached[0] != ids:
            name = name_of(events, self._candidates.title_words, len(self._candidates.matrix))
            cached = self._names[interest] = (ids, name)
        return cached[1]

    def rename(self, interest: int, name: str) -> Revert:
        before = self._setting(interest)
        self._set(replace(before, name=" ".join(name.split())[:_MAX_NAME]))
        return lambda: self._set(before)

    def strengthen(self, interest: int, steps: int) -> Revert:
        """Makes an interest count more, or with negative `steps` less, until it counts the other way.

        An interest in what the user wants less of grows weaker with positive steps. Raises NotFound.
        """
        if interest not in self._settings and not any(event.interest == interest for event in self._log):
            raise NotFound(Message("preferences.interest_gone"))
        before = self._setting(interest)
        if self._is_unwanted(interest):
            steps = -steps
        factor = min(max(before.factor + steps * _STEP, _MIN_FACTOR), _MAX_FACTOR)
        self._set(replace(before, factor=factor))
        return lambda: self._set(before)

    def _is_unwanted(self, interest: int) -> bool:
        """Returns whether all examples together count against it, before the user's factor."""
        examples = [example for example in self._log.all_training_examples() if example.event.interest == interest]
        now = max((example.event.at for example in examples), default=0.0)
        return sum(_signed_weight(example, now) for example in examples) < 0

    def delete(self, interest: int) -> Revert:
        """Deletes an interest and all events it comes from. Raises NotFound."""
        settings = self._settings.get(interest)
        removed = [event for event in self._log if event.interest == interest]
        if settings is None and not removed:
            raise NotFound(Message("preferences.interest_gone"))
        self._log.remove(removed)
        if settings is not None:
            self._delete_settings([interest])

        def revert() -> None:
            self._log.restore(removed)
            if settings is not None:
                self._set(settings)

        return revert

    def delete_all_settings(self) -> list[InterestSettings]:
        """Deletes what the user set for all interests; returns it for `restore_settings`."""
        return self._delete_settings(self._settings.keys())

    def delete_unused_settings(self) -> list[InterestSettings]:
        """Does so for interests without events: their names are the user's words."""
        return self._delete_settings(self._settings.keys() - {event.interest for event in self._log})

    def restore_settings(self, settings: Sequence[InterestSettings]) -> None:
        for row in settings:
            self._set(row)

    def _delete_settings(self, interests: Iterable[int]) -> list[InterestSettings]:
        deleted = [self._settings[number] for number in interests]
        for settings in deleted:
            self._store.delete_interest(settings.id)
            del self._settings[settings.id]
        return deleted

    def _setting(self, interest: int) -> InterestSettings:
        return self._settings.get(interest, InterestSettings(interest, "", 1.0))

    def _set(self, settings: InterestSettings) -> None:
        self._settings[settings.id] = settings
        self._store.save_interest(settings)


def _counts_for_interest(example: TrainingExample) -> bool:
    return example.liked or example.explicit


def _signed_weight(example: TrainingExample, now: float) -> float:
    """Returns what an example counts for its interest: above 0 when liked, below 0 when it is to be less."""
    return example.weight(now) * (example.liked or -example.explicit)
