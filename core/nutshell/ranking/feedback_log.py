"""The feedback log: every event that ranking learns from, stored and indexed by item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from nutshell.records.events import SAID, Event
from nutshell.records.message import Message
from nutshell.records.ranking import NotFound
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import PAUSED

from .candidate_store import CandidateStore
from .candidates import MAX_TEXT, Candidate
from .feedback import THUMBS, Feedback, TrainingExample, TrainingSet, kind_of
from .scoring import EXTRAS

_MAX_EXPLICIT, _MAX_SKIPPED = 300, 400
"""The newest training examples that are used; older ones have faded."""


class FeedbackLog:
    def __init__(self, store: RankingStore, candidates: CandidateStore) -> None:
        self._store = store
        self._candidates = candidates
        self._events = TrainingSet(store.list_events())
        self.paused: bool = bool(store.settings.get(PAUSED))
        for event in self._events:
            self._count_skip(event, 1)

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def pause(self, paused: bool) -> None:
        """While paused no feedback is recorded, except interests in words; what is known still ranks."""
        self.paused = paused
        self._store.settings.set(PAUSED, paused)

    def training_examples(self) -> list[TrainingExample]:
        """Returns the examples that ranking uses today."""
        return self._events.examples(_MAX_EXPLICIT, _MAX_SKIPPED)

    def all_training_examples(self) -> list[TrainingExample]:
        return self._events.examples()

    def newest(self, limit: int | None = None) -> list[Event]:
        return sorted(self._events, key=lambda event: (event.at, event.id), reverse=True)[:limit]

    def thumb_events(self, items: Iterable[str]) -> list[Event]:
        """Returns the thumbs on these items, oldest first."""
        events = [event for item in items for event in self._events.events_of(item) if event.kind in THUMBS]
        return sorted(events, key=lambda event: (event.at, event.id))

    def has_interaction(self, item: str) -> bool:
        """Returns whether the user did anything with the item but skip it."""
        return any(event.kind != "shown" for event in self._events.events_of(item))

    def last_skipped(self, item: str) -> float | None:
        """Returns when the item was skipped last, in Unix seconds."""
        return max((event.at for event in self._events.events_of(item) if event.kind == "shown"), default=None)

    def record(self, feedback: Sequence[Feedback], half_life: float) -> list[int]:
        """Stores feedback in one transaction and returns the ids of its events; none while learning is paused.

        Each event keeps the extras of its item as they are now, with freshness of this half-life (hours). Raises
        ValueError for an unknown kind.
        """
        self._candidates.load()
        rows = self._candidates.matrix.rows
        known = self._candidates.source.get([act.item for act in feedback if act.item in rows.index])
        new = []
        for act in feedback:
            kind = kind_of(act.kind)
            if self.paused and kind not in SAID:
                continue
            row = rows.index.get(act.item)
            extras = rows.extras_at(row, act.at, half_life) if row is not None else (0.0,) * len(EXTRAS)
            vector = rows.packed_vector(row) if row is not None else b""
            item = known.get(act.item) or Candidate("", act.title, act.text, act.source)
            new.append(
                Event(
                    id=0,
                    at=act.at,
                    kind=kind,
                    item=act.item,
                    source=item.source,
                    title=item.title,
                    text=item.text[:MAX_TEXT],
                    seconds=act.seconds,
                    explored=act.explored,
                    extras=extras,
                    vector=vector,
                    interest=0,
                )
            )
        return self._add(new) if new else []

    def remove_ids(self, ids: Iterable[int]) -> None:
        """Removes those of the events that are still there."""
        self.remove([event for number in ids if (event := self._events.get(number)) is not None])

    def forget(self, ids: Iterable[int]) -> list[Event]:
        """Removes events and returns them. Raises NotFound when none of them is there."""
        wanted = set(ids)
        removed = [event for event in self._events if event.id in wanted]
        if not removed:
            raise NotFound(Message("preferences.nothing_to_forget"))
        self.remove(removed)
        return removed

    def remove(self, events: Sequence[Event]) -> None:
        self._store.delete_events([event.id for event in events])
        self._drop(events)

    def restore(self, events: Sequence[Event]) -> None:
        self._add(events)

    def update(self, changed: Sequence[Event]) -> None:
        """Stores events with another vector or interest, where they are still there."""
        existing = [event for event in changed if event.id in self._events]
        for event in existing:
            self._events.put(event)
        self._store.update_events(existing)

    def reload(self) -> None:
        """Reads all events again: their vectors in the store changed."""
        for event in self._store.list_events():
            self._events.put(event)

    def _add(self, events: Sequence[Event]) -> list[int]:
        ids = self._store.add_events(events)
        for event, number in zip(events, ids, strict=True):
            self._events.put(replace(event, id=number))
            self._count_skip(event, 1)
        trimmed = map(self._events.get, self._store.trim_events())
        self._drop([event for event in trimmed if event is not None])
        return ids

    def _drop(self, events: Sequence[Event]) -> None:
        for event in events:
            self._events.remove(event)
            self._count_skip(event, -1)

    def _count_skip(self, event: Event, change: int) -> None:
        if event.kind == "shown":
            self._candidates.count_skips(event.item, change)
