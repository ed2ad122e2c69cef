"""The stock: the items that could be shown, taken in, grouped into stories, kept, and let go."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set

from nutshell.ports import Models, Progress
from nutshell.records.ranking import MatrixPage
from nutshell.storage.ranking import RankingStore
from nutshell.stories.clustering import StoryIndex
from nutshell.text.static_encoder import WIDTH
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import words

from .candidate_matrix import CandidateMatrix, hours
from .candidates import Candidate, CandidateSource, MemoryCandidateSource
from .mutes import MuteList

_COUNTED = 30_000
"""Titles whose words are counted until what is old begins to count less."""

_REST = 100
"""Items after which others get a turn."""

_PROBE = "Ferries return to the harbour after the storm"


class CandidateStore:
    """The pool, its stories, the words of its titles, what is muted, and what was read.

    `library` has the items' words; without one they stay in memory as they come.
    """

    def __init__(
        self, models: Models, wordpiece: WordPiece, store: RankingStore, library: CandidateSource | None = None
    ) -> None:
        self._store = store
        self._shelf = MemoryCandidateSource() if library is None else None
        self.library: CandidateSource = library or self._shelf or MemoryCandidateSource()
        self.pool = CandidateMatrix(models, wordpiece)
        self.stories = StoryIndex(models, wordpiece.place)
        self.mutes = MuteList(store, self.library, self.pool)
        self.common: Counter[str] = Counter()
        """In how many titles each word was."""
        self._counted = 0
        self._done: set[str] = set()
        self.shown: Counter[str] = Counter()
        """How often each item was passed over."""
        self._probed = False
        self._opened = False
        self._taking = asyncio.Lock()

    def open(self) -> None:
        """Take up the pool as it was kept, in one piece. Whatever needs it does so; to do it early saves the wait."""
        if self._opened:
            return
        self._opened = True
        pages, about = self._store.pages()
        if about is not None:
            head = json.loads(about.head)
            self.stories.restore(self.pool.restore(pages, about.body))
            self.pool.source_names.update(head["source_names"])
            self.common.update(head["common"])
            self._counted = head["counted"]
            self.pool.came = head.get("came", 0)
            self.pool.forget_novelty()  # passes that were forgotten since may still stand in the pages
            for item in self.shown:
                self.mark_novelty(item)
        self.mutes.catch_up()

    @property
    def known(self) -> Set[str]:
        """The items in the pool, in the order of its rows."""
        self.open()
        return self.pool.rows.index.keys()

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Those that are not in the pool yet."""
        self.open()
        index = self.pool.rows.index
        return [item for item in ids if item not in index]

    async def add(self, items: Iterable[Candidate], progress: Progress | None, stale: Callable[[], None]) -> int:
        """Take items in that are not there yet; answers how many. What was made of them is kept. Raises ModelError.

        It rests now and then, so that other requests are answered meanwhile. `stale` is told when another encoder than
        today's made the vectors that there were.
        """
        self.open()
        given = {item.id: item for item in items}
        if self._shelf is not None:
            self._shelf.put(given.values())
        async with self._taking:
            again = await self._probe(stale)
            new = [item for item in (again | given).values() if item.id not in self.pool.rows.index]
            if new:
                await self._take(new, progress)
        return len(new)

    def keep(self, ids: Iterable[str]) -> None:
        """Forget the items that are not named: they were aged out. What was learned from them stays."""
        self.open()
        wanted = set(ids)
        gone = self.pool.keep(wanted)
        if not gone:
            return
        if self._shelf is not None:
            self._shelf.keep(wanted)
        self.mutes.drop(gone)
        self._done.difference_update(gone)
        self.stories.retain(wanted)
        self._keep_pages()

    def done(self, items: Iterable[str], done: bool) -> None:
        """The items' stories were read (or are unread again): they leave "for you", and nothing is learned."""
        self.open()
        those = {other for item in items for other in self.stories.get(item).items}
        if done:
            self._done |= those
        else:
            self._done -= those

    def hidden(self, include_done: bool) -> set[int]:
        """Rows of the pool that are not to be shown."""
        rows = self.pool.rows
        hidden = self.mutes.rows()
        if not include_done:
            hidden |= {rows.index[item] for item in self._done if item in rows.index}
        return hidden

    def count_shown(self, item: str, step: int) -> None:
        self.shown[item] += step
        self.mark_novelty(item)

    def mark_novelty(self, item: str) -> None:
        row = self.pool.rows.index.get(item)
        if row is not None:
            self.pool.set_novelty(row, 2.0 ** -self.shown[item])

    async def _take(self, new: Sequence[Candidate], progress: Progress | None) -> None:
        await self.pool.add(new, progress)
        for number, item in enumerate(new):
            if number % _REST == _REST - 1:
                await asyncio.sleep(0)
            self.common.update({word for word in words(item.title) if len(word) > 2})
            if item.id in self.shown:
                self.mark_novelty(item.id)
        self._counted += len(new)
        if self._counted > _COUNTED:  # of items long gone as well: what was common then counts less and less
            self._counted //= 2
            self.common = Counter({word: count // 2 for word, count in self.common.items() if count > 1})
        self.mutes.mark(new)
        await self.stories.add(new, self._packed_of, self._recent)
        self._keep_pages()

    def _packed_of(self, item: str) -> bytes:
        rows = self.pool.rows
        row = rows.index.get(item)
        return bytes(WIDTH) if row is None else rows.packed_at(row)

    def _recent(self, since: float, most: int) -> list[Candidate]:
        """The newest items of the pool that are not older than `since`, or have no date."""
        rows = self.pool.rows
        first = hours(since)
        those = [item for item, at in zip(rows.ids, rows.times, strict=True) if at >= first or at < 0]
        return list(self.library.candidates(those[-most:]).values())

    def _keep_pages(self) -> None:
        about = {
            "source_names": self.pool.source_names,
            "common": {word: count for word, count in self.common.items() if count > 1},
            "counted": self._counted,
            "came": self.pool.came,
        }
        self.pool.touch(self.stories.changed)
        self.stories.changed.clear()
        self._store.keep_pages(
            self.pool.unsaved(self.stories.joined), MatrixPage(-1, json.dumps(about), self.pool.about())
        )

    async def _probe(self, stale: Callable[[], None]) -> dict[str, Candidate]:
        """Vectors of another encoder than today's are no use: it answers what is to be read anew from its words."""
        if self._probed:
            return {}
        (made,) = await self.pool.pack([_PROBE])
        again: dict[str, Candidate] = {}
        if self._store.setting("probe") != made.hex():
            again = dict(self.library.candidates(self.pool.rows.ids))
            self._store.clear_vectors()
            self.pool.keep(set())
            self.pool.unsaved({})
            stale()
            self._store.set_setting("probe", made.hex())
        self._probed = True
        return again
