"""The reading room: the reader's items as taste knows them, brought in when the news are first wanted, and kept up."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from nutshell.ports import Progress
from nutshell.records.items import StoredItem
from nutshell.storage.feeds import FeedStore

from .candidates import Candidate
from .explanation import Mix, RankedStory
from .recommender import Recommender

_AT_ONCE = 1_000
"""Items that are read, and kept, at a time."""


class StoredCandidates:
    """The items' words, for taste: it keeps none (ranking/candidates.py)."""

    def __init__(self, store: FeedStore) -> None:
        self._store = store

    def candidates(self, ids: Sequence[str]) -> Mapping[str, Candidate]:
        found = self._store.by_id([int(item) for item in ids if item.isdigit()])
        return {str(number): candidate(item) for number, item in found.items()}

    def saying(self, said: str) -> Iterable[Candidate]:
        # The store looks for words apart, and in more than title and text: more than these do no harm.
        return map(candidate, self._store.items(query=said, limit=None))


class NewsIndex:
    """What the store holds and what taste has seen of it differ after each refresh: `settle` evens it out.

    One at a time: taste must not be asked for an order while items are still being read.
    """

    def __init__(self, store: FeedStore, load: Callable[[], Recommender]) -> None:
        self._load = load
        self._store = store
        self._lock = asyncio.Lock()
        self._outdated = True
        self._changed: set[int] = set()
        self._read: set[str] = set()
        self.loaded = False

    @cached_property
    def taste(self) -> Recommender:
        """Loaded when it is first used: subscribing and refreshing do without it."""
        return self._load()

    def mark_changed(self, item_ids: Iterable[int] = ()) -> None:
        """Records that items were added or removed; `item_ids` are those whose text changed."""
        self._outdated = True
        self._changed.update(item_ids)

    async def settle(self, progress: Progress | None = None) -> None:
        """Let taste know of exactly the items that there are. Raises ModelError, and then tries again next time."""
        async with self._lock:
            await self._settle(progress)

    async def rank(self, now: float, limit: int, progress: Progress | None = None) -> list[RankedStory]:
        """The unread stories in the reader's own order, at most `limit`. Raises ModelError."""
        async with self._lock:
            await self._settle(progress)
            if progress is not None:
                progress("rank", 0, 1)
            return await self.taste.rank(now, limit=limit, zone=local_zone())

    async def mix(self, now: float) -> Mix:
        """What the first stories of the list are made of."""
        await self.rank(now, 60)
        return self.taste.mix()

    def told(self, story: str) -> list[int]:
        """The items of a story, by the number that its card has."""
        return [int(item) for item in self.taste.stories.get(story).items if item.isdigit()]

    def story(self, item: int) -> str:
        return self.taste.stories.get(str(item)).id

    def muted(self, item: int) -> bool:
        return self.taste.muted(str(item))

    def read(self, items: Iterable[int], read: bool) -> None:
        """These were read, or are unread again: "for you" follows."""
        for item in map(str, items):
            (self._read.add if read else self._read.discard)(item)
            self.taste.done(item, read)

    async def _settle(self, progress: Progress | None) -> None:
        while self._outdated:
            self._outdated = False
            changed, self._changed = self._changed, set()
            try:
                await self._even_out({str(item) for item in changed}, progress)
            except BaseException:
                self._outdated = True
                self._changed |= changed
                raise
        self.loaded = True

    async def _even_out(self, changed: set[str], progress: Progress | None) -> None:
        there = self._store.ids()
        known = self.taste.known
        if known - there.keys() or known & changed:
            self.taste.keep_items(there.keys() - changed)
        if not self.loaded:
            self._read = {item for item, read in there.items() if read}
            self.taste.done_many(self._read)
        new = [int(item) for item in self.taste.missing(there)]
        for start in range(0, len(new), _AT_ONCE):
            rows = self._store.by_id(new[start : start + _AT_ONCE]).values()
            await self.taste.add_items(map(candidate, rows), progress and _told(progress, start, len(new)))
        for item in map(str, new):
            story = self.taste.stories.get(item)
            # The same event told once more is no news to somebody who has read of it.
            if there[item] or self._read.intersection(story.items):
                self.taste.done(item)
                if item not in self._read:
                    self._read.add(item)
                    self._store.follow_read(int(item), [int(other) for other in story.items])


def candidate(item: StoredItem) -> Candidate:
    return Candidate(str(item.id), item.headline, item.text, str(item.feed), item.at, item.source)


def _told(progress: Progress, before: int, of: int) -> Progress:
    """The stage under the name that the panel has words for, with those that were done before."""

    def tell(stage: str, done: int, total: int, part: object = None) -> None:
        progress("embed", before + done, of)

    return tell


def newest(items: Sequence[StoredItem]) -> StoredItem:
    return max(items, key=lambda item: (item.at, item.id))


def local_zone() -> datetime.tzinfo | None:
    """The reader's own: days are theirs, not Greenwich's."""
    return datetime.datetime.now().astimezone().tzinfo
