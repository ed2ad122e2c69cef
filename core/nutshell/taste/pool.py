"""The reader's pool: every item that could be shown, as rows that the ranking graph takes in one piece.

Vectors come from the static encoder, are kept as 256 bytes each, and become features by what the pool is about
(models/topics): its mean, and its topics by k-means over a sample. Both are made anew when the pool has changed much.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..ports import Models, Progress, Tensor
from ..text.static import WIDTH, embed_static
from ..text.wordpiece import WordPiece
from . import tone

_TOPICS, _ROUNDS, _SAMPLE = 256, 8, 5000
_ROWS_FOR_A_TOPIC = 6
_CHUNK = 4000
_EMPTY = memoryview(b"")
_EPOCH = 1_577_836_800.0  # 2020; float32 hours are exact to seconds from there
_LONG_AGO = -1e6
TEXT = 400
"""Characters of an item's text that its vector is made of, beside its title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that could be shown. `id` is unique among all feeds; `source` is a key with a `source_name`."""

    id: str
    title: str
    text: str = ""
    source: str = ""
    published: float | None = None
    source_name: str = ""

    @property
    def said(self) -> str:
        return f"{self.title}. {self.text[:TEXT]}" if self.text else self.title


def hours(at: float | None) -> float:
    return _LONG_AGO if at is None else (at - _EPOCH) / 3600


class Pool:
    """Items and their rows. Rows of removed items are left out at the next `settle`."""

    def __init__(self, models: Models, wordpiece: WordPiece) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self.items: list[Candidate] = []
        self.row: dict[str, int] = {}
        self.sources: list[str] = []
        self._source_number: dict[str, int] = {}
        self.packed = bytearray()
        self.features = bytearray()
        self.source_column = array("i")
        self.extras = array("f")
        self.times = array("f")
        self.topic = array("i")
        self._center = array("f", bytes(4 * WIDTH))
        self._topics = array("f", bytes(4 * WIDTH))
        self.settled = 0
        self.generation = 0
        """Grows whenever features of old rows changed."""

    def __len__(self) -> int:
        return len(self.items)

    async def add(
        self, items: Iterable[Candidate], known: Mapping[str, bytes], progress: Progress | None = None
    ) -> dict[str, bytes]:
        """Take in items that are not there yet. `known` holds packed vectors; answers those that were made now."""
        new = list({item.id: item for item in items if item.id not in self.row}.values())
        if not new:
            return {}
        unknown = [item for item in new if item.id not in known]
        made = dict(
            zip((item.id for item in unknown), await self.pack([i.said for i in unknown], progress), strict=True)
        )
        self.packed += b"".join(made.get(item.id) or known[item.id] for item in new)
        for number, item in enumerate(new):
            if number % 500 == 499:
                await asyncio.sleep(0)
            self.row[item.id] = len(self.items)
            self.items.append(item)
            self.source_column.append(self.source_number(item.source))
            self.extras.extend((tone.calm(item.title), tone.depth(item.title, item.text[:TEXT]), 1.0))
            self.times.append(hours(item.published))
        if len(self.items) >= 1.25 * self.settled + 8:
            await self._settle()
        else:
            start = len(self.features)
            features, topic = await self._featured(bytes(self.packed[start:]))
            self.features += features
            self.topic += topic
        return made

    def packed_of(self, item: str) -> bytes:
        """The packed vector of an item that is there."""
        start = self.row[item] * WIDTH
        return bytes(self.packed[start : start + WIDTH])

    def extras_at(self, row: int, at: float, half_life: float) -> tuple[float, ...]:
        """What the ranking graph saw of a row at a moment, freshness first (ranking.EXTRAS)."""
        age = max(0.0, hours(at) - self.times[row])
        return (round(2.0 ** (-age / half_life), 4), *(round(value, 4) for value in self.extras[3 * row : 3 * row + 3]))

    def set_novelty(self, row: int, novelty: float) -> None:
        self.extras[3 * row + 2] = novelty

    def source_number(self, source: str) -> int:
        number = self._source_number.setdefault(source, len(self.sources))
        if number == len(self.sources):
            self.sources.append(source)
        return number

    def keep(self, ids: Iterable[str]) -> None:
        """Forget every item that is not among `ids`."""
        wanted = set(ids)
        rows = [row for row, item in enumerate(self.items) if item.id in wanted]
        if len(rows) == len(self.items):
            return
        packed, features = memoryview(bytes(self.packed)), memoryview(bytes(self.features))
        self.packed = bytearray(b"".join([packed[row * WIDTH : (row + 1) * WIDTH] for row in rows]))
        self.features = bytearray(b"".join([features[row * WIDTH : (row + 1) * WIDTH] for row in rows]))
        self.source_column = array("i", [self.source_column[row] for row in rows])
        self.extras = array("f", [value for row in rows for value in self.extras[3 * row : 3 * row + 3]])
        self.times = array("f", [self.times[row] for row in rows])
        self.topic = array("i", [self.topic[row] for row in rows])
        self.items = [self.items[row] for row in rows]
        self.row = {item.id: row for row, item in enumerate(self.items)}
        self.generation += 1

    async def pack(self, texts: Sequence[str], progress: Progress | None = None) -> list[bytes]:
        """Packed vectors of texts."""
        if not texts:
            return []
        vectors = await embed_static(self._models, self._wordpiece, texts, progress)
        kept = b"".join([bytes((await self._run(vectors=vectors.data[s : s + _CHUNK * WIDTH]))["kept"].data)
                         for s in range(0, len(texts) * WIDTH, _CHUNK * WIDTH)])  # fmt: skip
        return [kept[number * WIDTH : (number + 1) * WIDTH] for number in range(len(texts))]

    async def featured(self, packed: bytes) -> bytes:
        """Features of packed vectors, by the pool's mean and topics."""
        return (await self._featured(packed))[0]

    async def _featured(self, packed: bytes | memoryview) -> tuple[bytes, array[int]]:
        rows, step = memoryview(packed), _CHUNK * WIDTH
        features, topic = [], array("i")
        for start in range(0, len(rows), step):
            answer = await self._run(packed=rows[start : start + step])
            features.append(bytes(answer["features"].data))
            topic.extend(answer["nearest"].data)
        return b"".join(features), topic

    async def _settle(self) -> None:
        """The mean and the topics of what is there now, and every feature by them."""
        count = len(self.items)
        rows = memoryview(bytes(self.packed))
        stride = -(-count // _SAMPLE)
        sample = b"".join([rows[row * WIDTH : (row + 1) * WIDTH] for row in range(0, count, stride)])
        size = len(sample) // WIDTH
        self._topics = array("f", bytes(4 * WIDTH))
        self._center = array("f", bytes(4 * WIDTH))
        if count >= 8:  # the mean of a few says more of them than of what they have in common
            self._center = array("f", (await self._run(packed=sample))["mean"].data)
        topics = min(_TOPICS, size // _ROWS_FOR_A_TOPIC)
        if topics >= 8:
            bare = memoryview((await self._run(packed=sample))["features"].data).cast("B").cast("b")
            first = [number * size // topics for number in range(topics)]
            self._topics = array(
                "f", b"".join(array("f", bare[row * WIDTH : (row + 1) * WIDTH]).tobytes() for row in first)
            )
            for _ in range(_ROUNDS):
                self._topics = array("f", (await self._run(packed=sample))["moved"].data)
        features, self.topic = await self._featured(rows)
        self.features = bytearray(features)
        self.settled = count
        self.generation += 1

    async def _run(self, vectors: memoryview | None = None, packed: memoryview | bytes = b"") -> Mapping[str, Tensor]:
        new = vectors if vectors is not None else _EMPTY.cast("f")
        old = memoryview(packed).cast("b")
        return await self._models.run(
            "topics",
            {
                "vectors": Tensor("float32", (len(new) // WIDTH, WIDTH), new),
                "packed": Tensor("int8", (len(old) // WIDTH, WIDTH), old),
                "center": Tensor("float32", (WIDTH,), memoryview(self._center)),
                "topics": Tensor("float32", (len(self._topics) // WIDTH, WIDTH), memoryview(self._topics)),
            },
        )
