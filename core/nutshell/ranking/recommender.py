"""The recommender: items and feedback in, ranked stories with explanations out. The rest of Nutshell uses only this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict, replace

from nutshell.ports import Database, Models, Progress
from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.records.ranking import Mute, NotFound, Sliders
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import SLIDERS
from nutshell.stories.clustering import StoryIndex
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import Revert

from .candidate_store import CandidateStore
from .candidates import Candidate, CandidateSource
from .explanation import RankedStory
from .feedback import Feedback
from .feedback_log import FeedbackLog
from .interest_model import InterestModel
from .interests import Interest
from .ranker import Ranker, RankingOptions
from .scoring import freshness_half_life

_MAX_WORDS = 200


class Recommender:
    """Ranks the items of one user. Methods that change something return what reverts the change.

    `source` reads the text of items; without one, text stays in memory.
    """

    def __init__(
        self, models: Models, wordpiece: WordPiece, database: Database, source: CandidateSource | None = None
    ) -> None:
        self._store = RankingStore(database)
        self.candidates = CandidateStore(models, wordpiece, self._store, source)
        self.log = FeedbackLog(self._store, self.candidates)
        self._interests = InterestModel(models, self._store, self.candidates, self.log)
        self._sliders = Sliders(**self._store.settings.get(SLIDERS))
        self._ranker = Ranker(models, self.candidates, self.log, self._interests)

    # Items

    @property
    def stories(self) -> StoryIndex:
        return self.candidates.stories

    @property
    def item_ids(self) -> Set[str]:
        return self.candidates.item_ids

    async def add_items(self, items: Iterable[Candidate], progress: Progress | None = None) -> int:
        """Adds and stores the items that are not there yet; returns how many.

        Pauses often enough that other requests are answered meanwhile. Raises ModelError.
        """
        outdated = await self.candidates.remove_outdated()
        if outdated is not None:
            self.log.reload()
            self._interests.clear_features()
        count = await self.candidates.add([*(outdated or ()), *items], progress)
        if count:
            self._interests.clear_names()
        return count

    def retain_items(self, ids: Iterable[str]) -> None:
        """Removes the items that are not in `ids`. Feedback on them stays."""
        self.candidates.retain(ids)

    def mark_read(self, items: Iterable[str], read: bool = True) -> None:
        """Hides the stories of these items from the ranking, or shows them again. It is no feedback."""
        self.candidates.mark_read(items, read)

    # Feedback

    def record(self, feedback: Sequence[Feedback]) -> Revert | None:
        """Stores feedback in one transaction; returns None while learning is paused.

        Raises ValueError for an unknown kind (records/events.py).
        """
        ids = self.log.record(feedback, freshness_half_life(self._sliders))
        if not ids:
            return None

        def revert() -> None:
            self.log.remove_ids(ids)
            self._interests.delete_unused_settings()

        return revert

    def forget(self, events: Iterable[int]) -> Revert:
        """Deletes events, and what the user set for interests that have none left. Raises NotFound."""
        removed = self.log.forget(events)
        settings = self._interests.delete_unused_settings()

        def revert() -> None:
            self.log.restore(removed)
            self._interests.restore_settings(settings)

        return revert

    def forget_since(self, at: float) -> Revert:
        """Deletes the events since a moment in Unix seconds. Raises NotFound."""
        return self.forget(event.id for event in self.log if event.at >= at)

    def forget_source(self, source: str) -> Revert:
        """Deletes the events on items of a source. Raises NotFound."""
        return self.forget(event.id for event in self.log if event.source == source)

    def forget_all(self) -> Revert:
        """Deletes every event, interest and mute."""
        removed, mutes = list(self.log), self.mutes
        self.log.remove(removed)
        settings = self._interests.delete_all_settings()
        for mute in mutes:
            self.candidates.mutes.remove(mute)

        def revert() -> None:
            self.log.restore(removed)
            self._interests.restore_settings(settings)
            for mute in mutes:
                self.candidates.mutes.restore(mute)

        return revert

    def events(self) -> list[Event]:
        """Returns all events, newest first."""
        return self.log.newest()

    # Settings

    @property
    def paused(self) -> bool:
        return self.log.paused

    def pause(self, paused: bool) -> None:
        """While paused no feedback is recorded, except interests in words; what is known still ranks."""
        self.log.pause(paused)

    @property
    def sliders(self) -> Sliders:
        return self._sliders

    def set_sliders(self, **values: float) -> Sliders:
        """Sets some of the sliders. Raises ValueError for another name or value."""
        unknown = values.keys() - asdict(self._sliders).keys()
        if unknown or not all(isinstance(value, (int, float)) and 0 <= value <= 1 for value in values.values()):
            raise ValueError("a slider is adventurous, fresh, calm or deep, from 0 to 1")
        self._sliders = replace(self._sliders, **values)
        self._store.settings.set(SLIDERS, asdict(self._sliders))
        return self._sliders

    # Mutes

    @property
    def mutes(self) -> list[Mute]:
        return list(self.candidates.mutes.all)

    def is_muted(self, item: str) -> bool:
        return self.candidates.mutes.hides(item)

    def mute(self, kind: str, name: str, at: float) -> Revert:
        """Hides a source, or every story with these words in its title or text. Raises ValueError."""
        self.candidates.load()
        mute = self.candidates.mutes.add(kind, name, at)
        return lambda: self.candidates.mutes.remove(mute)

    def unmute(self, mute_id: int) -> Revert:
        """Raises NotFound."""
        self.candidates.load()
        mute = next((mute for mute in self.candidates.mutes.all if mute.id == mute_id), None)
        if mute is None:
            raise NotFound(Message("preferences.mute_gone"))
        self.candidates.mutes.remove(mute)
        return lambda: self.candidates.mutes.restore(mute)

    # Interests

    async def list_interests(self, now: float) -> list[Interest]:
        """Returns all interests, strongest first; last those that the user wants less of. Raises ModelError."""
        return await self._interests.list_interests(now)

    def add_interest(self, words: str, at: float, *, less: bool = False) -> Revert | None:
        """Adds an interest in the user's own words; with `less`, what the user wants less of. Raises ValueError."""
        title = " ".join(words.split())[:_MAX_WORDS]
        if not title:
            raise ValueError("say in words what you like")
        return self.record([Feedback("unwish" if less else "wish", at=at, title=title)])

    def raise_interest(self, interest: int) -> Revert:
        """Raises NotFound."""
        return self._interests.strengthen(interest, 1)

    def lower_interest(self, interest: int) -> Revert:
        """Raises NotFound."""
        return self._interests.strengthen(interest, -1)

    def rename_interest(self, interest: int, name: str) -> Revert:
        return self._interests.rename(interest, name)

    def delete_interest(self, interest: int) -> Revert:
        """Deletes an interest and all events it comes from. Raises NotFound."""
        return self._interests.delete(interest)

    # Ranking

    async def rank(self, now: float, options: RankingOptions | None = None) -> list[RankedStory]:
        """Returns the stories, best first; a story is where the best of its items is. Raises ModelError."""
        return await self._ranker.rank(self._sliders, now, options or RankingOptions())
