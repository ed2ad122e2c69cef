"""The reader's acts: learned from as they come, listed, and forgotten one by one, by time, by source, or all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from nutshell.records.events import SAID, Event
from nutshell.records.message import Message
from nutshell.records.ranking import NotFound
from nutshell.storage.ranking import RankingStore

from .candidate_store import CandidateStore
from .candidates import TEXT, Candidate
from .feedback import Feedback, TrainingExample, TrainingSet, kind_of
from .scoring import EXTRAS

_LESSONS_LIKED, _LESSONS_PASSED = 300, 400
"""The newest that are learned from at a time; older ones have faded anyway."""


class FeedbackLog:
    """Every act that counts."""

    def __init__(self, store: RankingStore, stock: CandidateStore) -> None:
        self._store = store
        self._stock = stock
        self._events = TrainingSet(store.events())
        self.paused: bool = bool(store.setting("paused"))
        stock.shown.update(event.item for event in self._events if event.kind == "shown")

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def pause(self, paused: bool) -> None:
        """While paused nothing new is learned; what is known still orders the list."""
        self.paused = paused
        self._store.set_setting("paused", paused)

    def lessons(self) -> list[TrainingExample]:
        """What is learned from today."""
        return self._events.lessons(_LESSONS_LIKED, _LESSONS_PASSED)

    def all_lessons(self) -> list[TrainingExample]:
        return self._events.lessons()

    def newest(self, limit: int) -> list[Event]:
        return sorted(self._events, key=lambda event: (event.at, event.id), reverse=True)[:limit]

    def record(
        self,
        many: Sequence[Feedback],
        half_life: float,
        explored: Mapping[str, str],
    ) -> list[int]:
        """Learn from several acts in one transaction; returns the ids of the new events.

        `explored` names the topic that each item on the list is there to try.
        """
        self._stock.open()
        pool, rows = self._stock.pool, self._stock.pool.rows
        known = self._stock.library.candidates([act.item for act in many if act.item in rows.index])
        new = []
        for act in many:
            kind = kind_of(act.kind)
            if self.paused and kind not in SAID:
                continue
            row = rows.index.get(act.item)
            extras = pool.extras_at(row, act.at, half_life) if row is not None else (0.0,) * len(EXTRAS)
            tried = explored.get(act.item, "")
            vector = rows.packed_at(row) if row is not None else b""
            about = known.get(act.item) or Candidate("", act.title, act.text, act.source)
            said = (about.source, about.title, about.text[:TEXT])
            new.append(Event(0, act.at, kind, act.item, *said, act.seconds, tried, extras, vector, 0))
        if not new:
            return []
        return self._add(new)

    def remove_ids(self, ids: Iterable[int]) -> None:
        """Remove those of the events that are still there."""
        self.remove([event for number in ids if (event := self._events.get(number)) is not None])

    def forget(self, events: Iterable[int]) -> list[Event]:
        """Forget single events; answers them. Raises NotFound."""
        ids = set(events)
        gone = [event for event in self._events if event.id in ids]
        if not gone:
            raise NotFound(Message("preferences.nothing_to_forget"))
        self.remove(gone)
        return gone

    def replace(self, changed: Sequence[Event]) -> None:
        """Events with another vector or interest than before, where they are still there."""
        there = [event for event in changed if event.id in self._events]
        for event in there:
            self._events.put(event)
        self._store.assign(there)

    def read_anew(self) -> None:
        """The store has other vectors than before."""
        for event in self._store.events():
            self._events.put(event)

    def remove(self, events: Sequence[Event]) -> None:
        self._store.remove_events([event.id for event in events])
        self._drop(events)

    def bring_back(self, events: Sequence[Event]) -> None:
        self._add(events)

    def _add(self, events: Sequence[Event]) -> list[int]:
        ids = self._store.add_events(events)
        for event, number in zip(events, ids, strict=True):
            self._events.put(replace(event, id=number))
            self._count_shown(event, 1)
        gone = map(self._events.get, self._store.trim_events())
        self._drop([event for event in gone if event is not None])
        return ids

    def _drop(self, events: Sequence[Event]) -> None:
        for event in events:
            self._events.remove(event)
            self._count_shown(event, -1)

    def _count_shown(self, event: Event, step: int) -> None:
        if event.kind == "shown":
            self._stock.count_shown(event.item, step)
