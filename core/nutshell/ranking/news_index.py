"""The news index: keeps the recommender's items the same as those in the feed store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from nutshell.local_days import local_zone
from nutshell.ports import Database, ModelError, Models, Progress
from nutshell.storage.feeds import FeedStore
from nutshell.text.wordpiece import WordPiece

from .candidates import Candidate, StoredCandidates
from .explanation import RankedStory
from .mix import Mix, mix
from .ranker import RankingOptions
from .recommender import Recommender

_BATCH = 1_000
"""Items that are read and indexed at a time."""
_MIX_RANKED, _MIX_SHOWN = 60, 50


class NewsIndex:
    """Has the vectors, stories and features of every stored item, from the first list on.

    A handler that changes the items of the feed store calls `apply_changes`, or `mark_changed` when it was cancelled. A
    list that finds the index out of date (not loaded yet, or the last update failed) updates it first.
    """

    def __init__(self, models: Models, wordpiece: WordPiece, database: Database, store: FeedStore) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._database = database
        self._store = store
        self._lock = asyncio.Lock()
        self._clear()

    def _clear(self) -> None:
        self.loaded = False
        self._current = False
        self._edited: set[str] = set()

    @cached_property
    def recommender(self) -> Recommender:
        """Created when it is first used: following, fetching and the badge work without it."""
        return Recommender(self._models, self._wordpiece, self._database, StoredCandidates(self._store))

    def reset(self) -> None:
        """Drops everything in memory: another part of Nutshell changed the stored rows."""
        self.__dict__.pop("recommender", None)
        self._lock = asyncio.Lock()
        self._clear()

    def mark_changed(self, item_ids: Iterable[int] = ()) -> None:
        """Records that items were added or removed; `item_ids` are those whose text changed."""
        self._current = False
        self._edited.update(map(str, item_ids))

    async def apply_changes(self, item_ids: Iterable[int] = (), progress: Progress | None = None) -> None:
        """Records changes and indexes them now, unless no list was loaded yet: loading indexes everything.

        Never raises ModelError. The next list tries again and reports it.
        """
        self.mark_changed(item_ids)
        if self.loaded:
            with suppress(ModelError):
                await self.load(progress)

    async def load(self, progress: Progress | None = None) -> None:
        """Makes the recommender's items the stored ones, if they are not. Raises ModelError."""
        async with self._lock:
            await self._load(progress)

    async def rank(self, now: float, limit: int, progress: Progress | None = None) -> list[RankedStory]:
        """Returns at most `limit` unread stories, best first. Raises ModelError."""
        async with self._lock:  # no ranking while items are being added
            await self._load(progress)
            if progress is not None:
                progress("rank", 0, 1)
            return await self.recommender.rank(now, RankingOptions(limit=limit, zone=local_zone()))

    async def mix(self, now: float) -> Mix:
        """Returns what the first stories of the list come from. Raises ModelError."""
        return mix((await self.rank(now, _MIX_RANKED))[:_MIX_SHOWN])

    def items_of(self, story: str) -> list[int]:
        return [int(item) for item in self.recommender.stories.get(story).items if item.isdigit()]

    def story_of(self, item: int) -> str:
        return self.recommender.stories.get(str(item)).id

    def is_muted(self, item: int) -> bool:
        return self.recommender.is_muted(str(item))

    def mark_read(self, items: Iterable[int], read: bool) -> None:
        self.recommender.mark_read(map(str, items), read)

    async def _load(self, progress: Progress | None) -> None:
        while not self._current:
            self._current = True
            edited, self._edited = self._edited, set()
            try:
                await self._apply(edited, progress)
            except BaseException:
                self._current = False
                self._edited |= edited
                raise
        self.loaded = True

    async def _apply(self, edited: set[str], progress: Progress | None) -> None:
        stored = self._store.list_read_flags()
        recommender = self.recommender
        indexed = recommender.item_ids
        if indexed - stored.keys() or indexed & edited:
            recommender.retain_items(stored.keys() - edited)
        if not self.loaded:
            recommender.mark_read([item for item, read in stored.items() if read])
        new = recommender.candidates.missing(stored)
        for start in range(0, len(new), _BATCH):
            rows = self._store.get_items(map(int, new[start : start + _BATCH])).values()
            batch_progress = progress and _offset(progress, start, len(new))
            await recommender.add_items(map(Candidate.from_item, rows), batch_progress)
        for item in new:
            self._follow_read(item, stored[item])

    def _follow_read(self, item: str, read: bool) -> None:
        """A new item of a story that was read is read as well."""
        told = self.recommender.stories.get(item).items
        if read or any(map(self.recommender.candidates.is_read, told)):
            self.recommender.mark_read([item])
            if not read:
                self._store.copy_read_time(int(item), [int(other) for other in told])


def _offset(progress: Progress, before: int, count: int) -> Progress:
    """Returns a Progress that reports the items of a batch as part of all items, under the name the panel knows."""

    def report(stage: str, done: int, total: int, part: Mapping[str, Any] | None = None) -> None:
        progress("embed", before + done, count)

    return report
