"""The candidate store: every item that could be ranked, with its vector, its story, and whether it is hidden."""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from nutshell.ports import Models, Progress
from nutshell.records.ranking import MatrixPage
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import ENCODER_PROBE
from nutshell.stories.clustering import StoryIndex
from nutshell.text.static_encoder import WIDTH
from nutshell.text.wordpiece import WordPiece
from nutshell.text.words import words

from .candidate_matrix import CandidateMatrix, hours
from .candidates import Candidate, CandidateSource, MemoryCandidates
from .mutes import MuteList

_MAX_TITLES = 30_000
"""Titles whose words are counted until old counts are halved."""

# How many titles the estimate of a word's frequency counts as; the probability that a title has a word of rank 0.
_ESTIMATED_TITLES, _ZIPF, _ZIPF_OFFSET = 1_000.0, 1.0, 20.0

_YIELD_EVERY = 100
"""Items after which other requests get a turn."""

_PROBE = "Ferries return to the harbour after the storm"
"""Its stored vector tells whether today's encoder made the stored vectors."""

_FORMAT = "tone 1"
"""Changes when rows are computed in another way: all of them are then computed again."""


class CandidateStore:
    """Holds the candidate matrix, the stories, the mutes, and which items were read or shown.

    `source` reads the text of candidates; without one, text stays in memory.
    """

    def __init__(
        self, models: Models, wordpiece: WordPiece, store: RankingStore, source: CandidateSource | None = None
    ) -> None:
        self._store = store
        self._memory = MemoryCandidates() if source is None else None
        self.source: CandidateSource = source or self._memory or MemoryCandidates()
        self.matrix = CandidateMatrix(models, wordpiece)
        self.stories = StoryIndex(models, wordpiece.place)
        self._rank = wordpiece.place
        self.mutes = MuteList(store, self.source, self.matrix)
        self.title_words: Counter[str] = Counter()
        """In how many titles each word was."""
        self._titles_counted = 0
        self._read: set[str] = set()
        self._skips: Counter[str] = Counter()
        self._encoder_checked = False
        self._loaded = False
        self._adding = asyncio.Lock()

    def load(self) -> None:
        """Restores what is stored. Every method that needs it calls this; calling it early saves the wait."""
        if self._loaded:
            return
        self._loaded = True
        pages, summary = self._store.load_matrix()
        if summary is not None:
            head = json.loads(summary.head)
            self.stories.restore(self.matrix.restore(pages, summary.body))
            self.matrix.source_names.update(head["source_names"])
            self.title_words.update(head["common"])
            self._titles_counted = head["counted"]
            self.matrix.added_since_fit = head.get("came", 0)
            self.matrix.reset_novelty()  # pages may hold skips that were deleted since
            for item in self._skips:
                self._update_novelty(item)
        self.mutes.apply_imported()

    @property
    def item_ids(self) -> Set[str]:
        """The candidates, in the order of the matrix."""
        self.load()
        return self.matrix.rows.index.keys()

    def missing(self, ids: Iterable[str]) -> list[str]:
        self.load()
        index = self.matrix.rows.index
        return [item for item in ids if item not in index]

    async def remove_outdated(self) -> list[Candidate] | None:
        """Removes everything when another encoder or version made the stored rows, also the vectors of feedback.

        Returns the candidates to add again, or None when the vectors are today's. Raises ModelError.
        """
        self.load()
        async with self._adding:
            if self._encoder_checked:
                return None
            (vector,) = await self.matrix.pack([_PROBE])
            outdated, probe = None, f"{vector.hex()} {_FORMAT}"
            if self._store.settings.get(ENCODER_PROBE) != probe:
                outdated = list(self.source.get(self.matrix.rows.ids).values())
                self._store.clear_vectors()
                self.matrix.retain(set())
                self.matrix.pop_changed_pages({})
                self._store.settings.set(ENCODER_PROBE, probe)
            self._encoder_checked = True
            return outdated

    async def add(self, items: Iterable[Candidate], progress: Progress | None = None) -> int:
        """Adds and stores the items that are not there yet; returns how many.

        Pauses often enough that other requests are answered meanwhile. Raises ModelError.
        """
        self.load()
        given = {item.id: item for item in items}
        if self._memory is not None:
            self._memory.add(given.values())
        async with self._adding:
            new = [item for item in given.values() if item.id not in self.matrix.rows.index]
            if new:
                await self._add(new, progress)
        return len(new)

    def retain(self, ids: Iterable[str]) -> None:
        """Removes the items that are not in `ids`. Feedback on them stays."""
        self.load()
        kept = set(ids)
        removed = self.matrix.retain(kept)
        if not removed:
            return
        if self._memory is not None:
            self._memory.retain(kept)
        self.mutes.remove_items(removed)
        self._read.difference_update(removed)
        self.stories.retain(kept)
        self._save_pages()

    def mark_read(self, items: Iterable[str], read: bool) -> None:
        """The stories of these items were read, or are unread again."""
        self.load()
        told = {other for item in items for other in self.stories.get(item).items}
        if read:
            self._read |= told
        else:
            self._read -= told

    def is_read(self, item: str) -> bool:
        return item in self._read

    def rarity(self, word: str) -> float:
        """Returns how rare a word (in lower case) is in titles, on a logarithmic scale: 3 is common, 7 unique.

        While there are few titles, it is estimated from the word's rank in the encoder's vocabulary (Zipf's law).
        """
        rank = self._rank(word)
        expected = 0.0 if rank is None else _ESTIMATED_TITLES * min(0.5, _ZIPF / (rank + _ZIPF_OFFSET))
        count = self.title_words.get(word, 0) + expected + 0.5
        return math.log((self._titles_counted + _ESTIMATED_TITLES + 1) / count)

    def read_rows(self) -> set[int]:
        index = self.matrix.rows.index
        return {index[item] for item in self._read if item in index}

    def hidden_rows(self, include_read: bool) -> set[int]:
        """Returns the rows that are not to be shown: muted ones, and read ones unless `include_read`."""
        hidden = self.mutes.rows()
        if not include_read:
            hidden |= self.read_rows()
        return hidden

    def count_skips(self, item: str, change: int) -> None:
        """Counts how often an item was shown and skipped; each time halves its novelty."""
        self._skips[item] += change
        self._update_novelty(item)

    def _update_novelty(self, item: str) -> None:
        row = self.matrix.rows.index.get(item)
        if row is not None:
            self.matrix.set_novelty(row, 2.0 ** -self._skips[item])

    async def _add(self, new: Sequence[Candidate], progress: Progress | None) -> None:
        await self.matrix.add(new, progress)
        for number, item in enumerate(new):
            if number % _YIELD_EVERY == _YIELD_EVERY - 1:
                await asyncio.sleep(0)
            self.title_words.update({word for word in words(item.title) if len(word) > 2})
            if item.id in self._skips:
                self._update_novelty(item.id)
        self._titles_counted += len(new)
        if self._titles_counted > _MAX_TITLES:  # counts include items removed long ago: they fade
            self._titles_counted //= 2
            self.title_words = Counter({word: count // 2 for word, count in self.title_words.items() if count > 1})
        self.mutes.apply(new)
        await self.stories.add(new, self._packed_vector, self._recent)
        self._save_pages()

    def _packed_vector(self, item: str) -> bytes:
        rows = self.matrix.rows
        row = rows.index.get(item)
        return bytes(WIDTH) if row is None else rows.packed_vector(row)

    def _recent(self, since: float, limit: int) -> list[Candidate]:
        """Returns the last `limit` candidates added that are not older than `since`, or have no date."""
        rows = self.matrix.rows
        first = hours(since)
        recent = [item for item, at in zip(rows.ids, rows.times, strict=True) if at >= first or at < 0]
        return list(self.source.get(recent[-limit:]).values())

    def _save_pages(self) -> None:
        summary = {
            "source_names": self.matrix.source_names,
            "common": {word: count for word, count in self.title_words.items() if count > 1},
            "counted": self._titles_counted,
            "came": self.matrix.added_since_fit,
        }
        self.matrix.mark_changed(self.stories.changed)
        self.stories.changed.clear()
        self._store.save_matrix(
            self.matrix.pop_changed_pages(self.stories.joined),
            MatrixPage(-1, json.dumps(summary), self.matrix.topics_bytes()),
        )
