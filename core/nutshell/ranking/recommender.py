"""Taste: what the news rooms ask of this one. Items in, the reader's acts in, an order with reasons out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence, Set
from dataclasses import asdict, replace

from nutshell.ports import Database, Models, Progress
from nutshell.records.events import Event
from nutshell.records.message import Message
from nutshell.records.ranking import Mute, NotFound
from nutshell.storage.ranking import RankingStore
from nutshell.stories.clustering import StoryIndex
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import Revert

from .candidate_store import CandidateStore
from .candidates import Candidate, CandidateSource
from .explanation import Mix, RankedStory, mix
from .feedback import Feedback
from .feedback_log import FeedbackLog
from .interest_model import InterestModel
from .interests import Interest
from .ranker import Ranker
from .scoring import Sliders


class Recommender:
    """One reader's taste over their stock of items. Methods that change something return what reverts the change.

    `library` has the items' words; without one they stay in memory as they come.
    """

    def __init__(
        self, models: Models, wordpiece: WordPiece, database: Database, library: CandidateSource | None = None
    ) -> None:
        self._store = RankingStore(database)
        self._stock = CandidateStore(models, wordpiece, self._store, library)
        self._learning = FeedbackLog(self._store, self._stock)
        self._liking = InterestModel(models, self._store, self._stock, self._learning)
        self._sliders = Sliders(**(self._store.setting("sliders") or {}))
        self._listing = Ranker(models, self._stock, self._learning, self._liking)
        self._last: list[RankedStory] = []

    # Items

    def open(self) -> None:
        """Take up the pool as it was kept, in one piece. Whatever needs it does so; to do it early saves the wait."""
        self._stock.open()

    @property
    def stories(self) -> StoryIndex:
        return self._stock.stories

    @property
    def known(self) -> Set[str]:
        """The items in the pool, in the order of its rows."""
        return self._stock.known

    def muted(self, item: str) -> bool:
        return self._stock.mutes.hides(item)

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Those that are not in the pool yet."""
        return self._stock.missing(ids)

    async def add_items(self, items: Iterable[Candidate], progress: Progress | None = None) -> int:
        """Take items in that are not there yet; answers how many. What was made of them is kept. Raises ModelError.

        It rests now and then, so that other requests are answered meanwhile.
        """
        count = await self._stock.add(items, progress, self._read_anew)
        if count:
            self._liking.titles_came()
        return count

    async def renew_items(self, items: Iterable[Candidate]) -> None:
        """Take in anew what is there under other words than today's."""
        given = list(items)
        self.keep_items(self.known - {item.id for item in given})
        await self.add_items(given)

    def keep_items(self, ids: Iterable[str]) -> None:
        """Forget the items that are not named: they were aged out. What was learned from them stays."""
        self._stock.keep(ids)

    def done(self, item: str, done: bool = True) -> None:
        """The item's story was read (or is unread again): it leaves "for you", and nothing is learned."""
        self._stock.done([item], done)

    def done_many(self, items: Iterable[str], done: bool = True) -> None:
        self._stock.done(items, done)

    def _read_anew(self) -> None:
        self._learning.read_anew()
        self._liking.read_anew()

    # Learning

    def record(
        self,
        kind: str,
        item: str = "",
        at: float = 0.0,
        *,
        seconds: float = 0.0,
        title: str = "",
        text: str = "",
        source: str = "",
    ) -> Revert | None:
        """Learn from one act (see events.KINDS); returns what reverts it, None while learning is paused.

        Raises ValueError for a kind that there is not. An item that is not in the pool is known by its title and text.
        """
        return self.record_many([Feedback(kind, item, at, seconds, title, text, source)])

    def record_many(self, many: Sequence[Feedback]) -> Revert | None:
        """`record` for several acts in one transaction: what one look at the list has shown, for one."""
        ids = self._learning.record(many, self._sliders.half_life, self._listing.explored)
        if not ids:
            return None

        def revert() -> None:
            self._learning.remove_ids(ids)
            self._liking.clear_unused()

        return revert

    def forget(self, events: Iterable[int]) -> Revert:
        """Forget single events, and what was said of interests that have none left; the rest of the forgetting methods
        come down to this. Raises NotFound.
        """
        gone = self._learning.forget(events)
        rows = self._liking.clear_unused()

        def revert() -> None:
            self._learning.bring_back(gone)
            self._liking.restore(rows)

        return revert

    def forget_since(self, at: float) -> Revert:
        """Forget what was learned since a moment: an hour ago, for one."""
        return self.forget(event.id for event in self._learning if event.at >= at)

    def forget_source(self, source: str) -> Revert:
        return self.forget(event.id for event in self._learning if event.source == source)

    def forget_interest(self, interest: int) -> Revert:
        """Forget an interest, and all that it was learned from. Raises NotFound."""
        return self._liking.forget(interest)

    def forget_all(self) -> Revert:
        """Forget every event, every interest, and every mute."""
        gone, mutes = list(self._learning), self.mutes
        self._learning.remove(gone)
        rows = self._liking.clear()
        for mute in mutes:
            self._stock.mutes.remove(mute)

        def revert() -> None:
            self._learning.bring_back(gone)
            self._liking.restore(rows)
            for mute in mutes:
                self._stock.mutes.restore(mute)

        return revert

    def lessons(self, limit: int = 200) -> list[Event]:
        """What was learned from, newest first."""
        return self._learning.newest(limit)

    @property
    def learned(self) -> int:
        return len(self._learning)

    @property
    def paused(self) -> bool:
        return self._learning.paused

    def pause(self, paused: bool) -> None:
        """While paused nothing new is learned; what is known still orders the list."""
        self._learning.pause(paused)

    @property
    def sliders(self) -> Sliders:
        return self._sliders

    def set_sliders(self, **values: float) -> Sliders:
        """Set some of adventurous, fresh, calm and deep. Raises ValueError for another name or value."""
        unknown = values.keys() - asdict(self._sliders).keys()
        if unknown or not all(isinstance(v, (int, float)) and 0 <= v <= 1 for v in values.values()):
            raise ValueError("a slider is adventurous, fresh, calm or deep, from 0 to 1")
        self._sliders = replace(self._sliders, **values)
        self._store.set_setting("sliders", asdict(self._sliders))
        return self._sliders

    # Mutes

    @property
    def mutes(self) -> list[Mute]:
        return list(self._stock.mutes.all)

    def mute(self, kind: str, name: str, at: float) -> Revert:
        """Keep out a source, or every story with these words in its title or text."""
        self.open()
        mute = self._stock.mutes.add(kind, name, at)
        return lambda: self._stock.mutes.remove(mute)

    def unmute(self, mute_id: int) -> Revert:
        self.open()
        mute = next((mute for mute in self._stock.mutes.all if mute.id == mute_id), None)
        if mute is None:
            raise NotFound(Message("preferences.mute_gone"))
        self._stock.mutes.remove(mute)
        return lambda: self._stock.mutes.restore(mute)

    # Interests

    async def interests(self, now: float) -> list[Interest]:
        """What the reader seems to like, strongest first, and what they asked to see less of."""
        return await self._liking.all(now)

    def raise_interest(self, interest: int) -> Revert:
        return self._liking.strengthen(interest, 1)

    def lower_interest(self, interest: int) -> Revert:
        return self._liking.strengthen(interest, -1)

    def rename_interest(self, interest: int, name: str) -> Revert:
        return self._liking.rename(interest, name)

    def add_interest(self, said: str, at: float, *, less: bool = False) -> Revert | None:
        """An interest in the reader's own words; `less` for what they want less of."""
        title = " ".join(said.split())[:200]
        if not title:
            raise ValueError("say in words what you like")
        return self.record("unwish" if less else "wish", "", at, title=title)

    # Ranking

    async def rank(
        self,
        now: float,
        *,
        limit: int | None = 200,
        zone: datetime.tzinfo | None = None,
        explore: bool = True,
        include_done: bool = False,
        by_story: bool = True,
    ) -> list[RankedStory]:
        """The stories in the reader's own order, at most `limit`. Raises ModelError.

        A story stands where the best of its items does; with `by_story` False every item is there by itself. `explore`
        False leaves out what is there to be tried; `limit` None ranks all there is.
        """
        self._last = await self._listing.rank(
            self._sliders,
            now,
            limit=limit,
            zone=zone,
            explore=explore,
            include_done=include_done,
            by_story=by_story,
        )
        return self._last

    def mix(self, first: int = 50) -> Mix:
        """What the first stories of the last ranking are made of."""
        return mix(self._last[:first])
