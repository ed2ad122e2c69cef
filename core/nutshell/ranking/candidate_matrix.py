"""The reader's pool: every item that could be shown, as rows that the ranking graph takes in one piece.

Vectors come from the static encoder, are kept as 256 bytes each, and become features by what the pool is about
(models/topics): its mean, and its topics by k-means over a sample. Both are made anew when the pool has changed much.
All of it is kept in pages of a few hundred rows, so that 20,000 of them are there again at once.
"""

from __future__ import annotations

import asyncio
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nutshell.ports import Models, Progress, Tensor
from nutshell.records.ranking import MATRIX_COLUMN_WIDTHS, MatrixPage
from nutshell.text.static_encoder import WIDTH, embed_static
from nutshell.text.wordpiece import WordPiece

from . import tone
from .candidates import TEXT, Candidate

_TOPICS, _ROUNDS, _SAMPLE = 256, 8, 5000
_ROWS_FOR_A_TOPIC = 6
_CHUNK = 2000
_REST = 250
_PAGE = 256
_EMPTY = memoryview(b"")
_EPOCH = 1_577_836_800.0  # 2020; float32 hours are exact to seconds from there
_LONG_AGO = -1e6
_EXTRAS = 3


def hours(at: float | None) -> float:
    return _LONG_AGO if at is None else (at - _EPOCH) / 3600


@dataclass(frozen=True, slots=True)
class MatrixRows:
    """All items at one moment, a column each; a change makes other columns, so whoever holds these can go on.

    `extras` are calm, depth and novelty; only novelty is ever set in place. `sources` are numbers of the pool's.
    """

    ids: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    packed: bytes = b""
    features: bytes = b""
    sources: array[int] = field(default_factory=lambda: array("i"))
    extras: array[float] = field(default_factory=lambda: array("f"))
    times: array[float] = field(default_factory=lambda: array("f"))
    topics: array[int] = field(default_factory=lambda: array("i"))

    def __len__(self) -> int:
        return len(self.ids)

    def packed_at(self, row: int) -> bytes:
        return self.packed[row * WIDTH : (row + 1) * WIDTH]


@dataclass(frozen=True, slots=True)
class _About:
    """What the pool is about: its mean, and the unit vectors of its topics (or one of zeros)."""

    center: array[float]
    topics: array[float]


class CandidateMatrix:
    """Items and their rows."""

    def __init__(self, models: Models, wordpiece: WordPiece) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self.rows = MatrixRows()
        self.sources: list[str] = []
        self.source_names: dict[str, str] = {}
        self._source_number: dict[str, int] = {}
        self._about = _About(array("f", bytes(4 * WIDTH)), array("f", bytes(4 * WIDTH)))
        self.settled = 0
        self.came = 0
        """Items since its topics were made."""
        self.generation = 0
        """Grows whenever features of old rows changed."""
        self._removals = 0
        self._sizes: list[int] = []
        self._unsaved: set[int] = set()

    def __len__(self) -> int:
        return len(self.rows)

    async def add(self, items: Iterable[Candidate], progress: Progress | None = None) -> None:
        """Take in items that are not there yet: all of them at once, when their vectors are made."""
        new = list({item.id: item for item in items if item.id not in self.rows.index}.values())
        if not new:
            return
        packed = b"".join(await self.pack([item.said for item in new], progress))
        extras = array("f")
        for number, item in enumerate(new):
            if number % _REST == _REST - 1:
                await asyncio.sleep(0)
            extras.extend((tone.calm(item.title), tone.depth(item.title, item.text[:TEXT]), 1.0))
        features, topics = await self._featured(packed, self._about)
        for item in new:
            if item.source_name:
                self.source_names[item.source] = item.source_name
        old, first = self.rows, len(self.rows)
        self.rows = MatrixRows(
            ids=[*old.ids, *(item.id for item in new)],
            index=old.index | {item.id: first + number for number, item in enumerate(new)},
            packed=old.packed + packed,
            features=old.features + features,
            sources=old.sources + array("i", [self.source_number(item.source) for item in new]),
            extras=old.extras + extras,
            times=old.times + array("f", [hours(item.published) for item in new]),
            topics=old.topics + topics,
        )
        self._fill(len(new))
        self.came += len(new)
        if self.came >= 0.25 * self.settled + 8:  # it grew, or others are there now than then
            await self._settle()

    def extras_at(self, row: int, at: float, half_life: float, rows: MatrixRows | None = None) -> tuple[float, ...]:
        """What the ranking graph saw of a row (of today's, or of `rows`) at a moment, freshness first (EXTRAS)."""
        rows = rows or self.rows
        age = max(0.0, hours(at) - rows.times[row])
        own = rows.extras[_EXTRAS * row : _EXTRAS * row + _EXTRAS]
        return (round(2.0 ** (-age / half_life), 4), *(round(value, 4) for value in own))

    def set_novelty(self, row: int, novelty: float) -> None:
        self.rows.extras[_EXTRAS * row + 2] = novelty

    def forget_novelty(self) -> None:
        """As if nothing had been shown."""
        self.rows.extras[2::_EXTRAS] = array("f", [1.0]) * len(self.rows)

    def source_number(self, source: str) -> int:
        number = self._source_number.setdefault(source, len(self.sources))
        if number == len(self.sources):
            self.sources.append(source)
        return number

    def source_name_at(self, rows: MatrixRows, row: int) -> str:
        source = self.sources[rows.sources[row]]
        return self.source_names.get(source, source)

    def keep(self, ids: set[str]) -> list[str]:
        """Forget every item that is not among `ids`; answers those."""
        old = self.rows
        gone = [item for item in old.ids if item not in ids]
        if not gone:
            return []
        runs = _runs([row for row, item in enumerate(old.ids) if item in ids])

        def kept(column: bytes, width: int) -> bytes:
            return b"".join([column[start * width : end * width] for start, end in runs])

        def column(values: array[int] | array[float], width: int = 1) -> bytes:
            return kept(values.tobytes(), 4 * width)

        left = [item for start, end in runs for item in old.ids[start:end]]
        self.rows = MatrixRows(
            ids=left,
            index={item: row for row, item in enumerate(left)},
            packed=kept(old.packed, WIDTH),
            features=kept(old.features, WIDTH),
            sources=array("i", column(old.sources)),
            extras=array("f", column(old.extras, _EXTRAS)),
            times=array("f", column(old.times)),
            topics=array("i", column(old.topics)),
        )
        start = 0
        for number, size in enumerate(self._sizes):
            stay = sum([item in ids for item in old.ids[start : start + size]])
            start += size
            if stay != size:
                self._sizes[number] = stay
                self._unsaved.add(number)
        self._removals += 1
        return gone

    async def pack(self, texts: Sequence[str], progress: Progress | None = None) -> list[bytes]:
        """Packed vectors of texts."""
        if not texts:
            return []
        vectors = (await embed_static(self._models, self._wordpiece, texts, progress)).data
        step = _CHUNK * WIDTH
        made = [await self._run(self._about, vectors=vectors[s : s + step]) for s in range(0, len(vectors), step)]
        kept = b"".join([bytes(answer["kept"].data) for answer in made])
        return [kept[number * WIDTH : (number + 1) * WIDTH] for number in range(len(texts))]

    async def featured(self, packed: bytes) -> bytes:
        """Features of packed vectors, by the pool's mean and topics."""
        return (await self._featured(packed, self._about))[0]

    async def topics_of(self, packed: bytes) -> Sequence[int]:
        """The topics of today that packed vectors are nearest to."""
        return (await self._featured(packed, self._about))[1]

    # What is kept

    def unsaved(self, stories: Mapping[str, str]) -> list[MatrixPage]:
        """The pages that changed since they were asked for last, an empty one for each that is no more.

        `stories` are those of items that did not begin their story.
        """
        pages, start = [], 0
        for number, size in enumerate(self._sizes):
            if number in self._unsaved:
                pages.append(self._page(number, start, start + size, stories) if size else MatrixPage(number, "", b""))
            start += size
        self._unsaved.clear()
        return pages

    def touch(self, items: Iterable[str]) -> None:
        """Something that is kept with these items changed."""
        rows = sorted({self.rows.index[item] for item in items if item in self.rows.index})
        end = number = 0
        for row in rows:
            while row >= end:
                end += self._sizes[number]
                number += 1
            self._unsaved.add(number - 1)

    def about(self) -> bytes:
        return self._about.center.tobytes() + self._about.topics.tobytes()

    def restore(self, pages: Sequence[MatrixPage], about: bytes) -> dict[str, str]:
        """Take up what was kept; answers the stories of the items that did not begin theirs."""
        stories: dict[str, str] = {}
        ids: list[str] = []
        columns: list[list[bytes]] = [[], [], [], [], [], []]
        for page in pages:
            head = json.loads(page.head)
            count = len(head["ids"])
            ids += head["ids"]
            stories |= head["stories"]
            start = 0
            for column, width in zip(columns, MATRIX_COLUMN_WIDTHS, strict=True):
                column.append(page.body[start : start + count * width])
                start += count * width
            numbers = [self.source_number(source) for source in head["sources"]]
            local = array("i", columns[2][-1])
            columns[2][-1] = array("i", [numbers[each] for each in local]).tobytes()
            while len(self._sizes) < page.number:
                self._sizes.append(0)
            self._sizes.append(count)
        packed, features, sources, extras, times, topics = (b"".join(column) for column in columns)
        self.rows = MatrixRows(
            ids,
            {item: row for row, item in enumerate(ids)},
            packed,
            features,
            array("i", sources),
            array("f", extras),
            array("f", times),
            array("i", topics),
        )
        self._about = _About(array("f", about[: 4 * WIDTH]), array("f", about[4 * WIDTH :]))
        self.settled = len(ids)
        self.generation += 1
        return stories

    def _page(self, number: int, start: int, end: int, stories: Mapping[str, str]) -> MatrixPage:
        rows = self.rows
        ids = rows.ids[start:end]
        used = rows.sources[start:end]
        local = {source: place for place, source in enumerate(dict.fromkeys(used))}
        head = {
            "ids": ids,
            "sources": [self.sources[source] for source in local],
            "stories": {item: stories[item] for item in ids if item in stories},
        }
        columns = (
            rows.packed[start * WIDTH : end * WIDTH],
            rows.features[start * WIDTH : end * WIDTH],
            array("i", [local[source] for source in used]).tobytes(),
            rows.extras[_EXTRAS * start : _EXTRAS * end].tobytes(),
            rows.times[start:end].tobytes(),
            rows.topics[start:end].tobytes(),
        )
        return MatrixPage(number, json.dumps(head, separators=(",", ":")), b"".join(columns))

    def _fill(self, count: int) -> None:
        """Count new rows at the end to the last page, and to further ones."""
        while count:
            if not self._sizes or self._sizes[-1] >= _PAGE:
                self._sizes.append(0)
            taken = min(count, _PAGE - self._sizes[-1])
            self._sizes[-1] += taken
            self._unsaved.add(len(self._sizes) - 1)
            count -= taken

    def _repage(self) -> None:
        """Every row anew into full pages: after many removals they are many and small."""
        before, left = len(self._sizes), len(self.rows)
        full = [_PAGE] * (left // _PAGE) + ([left % _PAGE] if left % _PAGE else [])
        self._sizes = full + [0] * max(0, before - len(full))
        self._unsaved = set(range(len(self._sizes)))

    # What it is about

    async def _featured(self, packed: bytes | memoryview, about: _About) -> tuple[bytes, array[int]]:
        rows, step = memoryview(packed), _CHUNK * WIDTH
        features, topics = [], array("i")
        for start in range(0, len(rows), step):
            answer = await self._run(about, packed=rows[start : start + step])
            features.append(bytes(answer["features"].data))
            topics.extend(answer["nearest"].data)
        return b"".join(features), topics

    async def _settle(self) -> None:
        """The mean and the topics of what is there now, and every feature by them."""
        before, removals = self.rows, self._removals
        count = len(before)
        rows = memoryview(before.packed)
        stride = -(-count // _SAMPLE)
        sample = b"".join([rows[row * WIDTH : (row + 1) * WIDTH] for row in range(0, count, stride)])
        size = len(sample) // WIDTH
        nothing = array("f", bytes(4 * WIDTH))
        about = _About(nothing, nothing)
        if count >= 8:  # the mean of a few says more of them than of what they have in common
            about = _About(array("f", (await self._run(about, packed=sample))["mean"].data), nothing)
        topics = min(_TOPICS, size // _ROWS_FOR_A_TOPIC)
        if topics >= 8:
            bare = memoryview((await self._run(about, packed=sample))["features"].data).cast("B").cast("b")
            first = [bare[row * WIDTH : (row + 1) * WIDTH] for row in range(0, size, size // topics)][:topics]
            about = _About(about.center, array("f", b"".join(array("f", row).tobytes() for row in first)))
            for _ in range(_ROUNDS):
                about = _About(about.center, array("f", (await self._run(about, packed=sample))["moved"].data))
        features, nearest = await self._featured(rows, about)
        if self._removals != removals:  # items went meanwhile; the next that come will settle it
            return
        self.rows = replace(self.rows, features=features, topics=nearest)
        self._about = about
        self.settled, self.came = count, 0
        self.generation += 1
        self._repage()

    async def _run(
        self, about: _About, vectors: memoryview | None = None, packed: memoryview | bytes = b""
    ) -> Mapping[str, Tensor]:
        new = vectors if vectors is not None else _EMPTY.cast("f")
        old = memoryview(packed).cast("b")
        return await self._models.run(
            "topics",
            {
                "vectors": Tensor("float32", (len(new) // WIDTH, WIDTH), new),
                "packed": Tensor("int8", (len(old) // WIDTH, WIDTH), old),
                "center": Tensor("float32", (WIDTH,), memoryview(about.center)),
                "topics": Tensor("float32", (len(about.topics) // WIDTH, WIDTH), memoryview(about.topics)),
            },
        )


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, after the last) of those that follow each other."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][1] == row:
            runs[-1][1] = row + 1
        else:
            runs.append([row, row + 1])
    return [(start, end) for start, end in runs]
