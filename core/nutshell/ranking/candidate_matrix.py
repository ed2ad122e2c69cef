"""The candidate matrix: vectors, features and times of every item that could be ranked, as columns.

The ranking graph (models/ranking) reads the columns as they are. Vectors come from the static encoder and are packed
into 256 bytes each; features depend on the topics of all candidates (topics.py), which are fitted again when the
candidates have changed much. Everything is stored in pages, so that 20,000 rows load at once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nutshell.ports import Models, Progress
from nutshell.records.ranking import EXTRAS_STORED, MatrixPage
from nutshell.storage.matrix_pages import PageRows, decode_page, encode_page
from nutshell.text.static_encoder import WIDTH, embed_static
from nutshell.text.wordpiece import WordPiece

from .candidates import Candidate
from .page_layout import PageLayout
from .tone import calm_and_depth
from .topics import Topics, compute_features, fit_topics, pack_vectors

_EPOCH = 1_577_836_800.0  # 2020; float32 hours are exact to seconds from there
_UNDATED = -1e6
_NOVELTY = 2
_REFIT_SHARE, _REFIT_LEAST = 0.25, 8
"""Topics are fitted again after so many new items, as a share of those they were fitted on, and some more."""


def hours(at: float | None) -> float:
    """Returns Unix seconds as hours since 2020, as the matrix stores them."""
    return _UNDATED if at is None else (at - _EPOCH) / 3600


@dataclass(frozen=True, slots=True)
class MatrixRows:
    """All rows at one moment, as columns. A change creates new columns, so a ranking under way keeps its own.

    `packed` and `features` are int8 [rows, 256]; `sources` are numbers of CandidateMatrix.sources; `extras` are calm,
    depth and novelty, float32 [rows, 3], of which only novelty changes in place; `times` are hours since 2020.
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

    def packed_vector(self, row: int) -> bytes:
        return self.packed[row * WIDTH : (row + 1) * WIDTH]

    def extras_at(self, row: int, at: float, half_life: float) -> tuple[float, ...]:
        """Returns freshness (with a half-life in hours), calm, depth and novelty of a row at a moment."""
        age = max(0.0, hours(at) - self.times[row])
        stored = self.extras[EXTRAS_STORED * row : EXTRAS_STORED * (row + 1)]
        return (round(2.0 ** (-age / half_life), 4), *(round(value, 4) for value in stored))


class CandidateMatrix:
    """Adds, removes and restores rows."""

    def __init__(self, models: Models, wordpiece: WordPiece) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self.rows = MatrixRows()
        self.sources: list[str] = []
        self.source_names: dict[str, str] = {}
        self._source_numbers: dict[str, int] = {}
        self._topics = Topics()
        self._fitted_rows = 0
        self.added_since_fit = 0
        self.generation = 0
        """Increases whenever the features of existing rows change."""
        self._removals = 0
        self._layout = PageLayout()

    def __len__(self) -> int:
        return len(self.rows)

    async def add(self, items: Iterable[Candidate], progress: Progress | None = None) -> None:
        """Adds the items that have no row yet, all at once when their vectors are ready. Raises ModelError."""
        new = list({item.id: item for item in items if item.id not in self.rows.index}.values())
        if not new:
            return
        texts = [item.indexed_text for item in new]
        vectors = await embed_static(self._models, self._wordpiece, texts, progress)
        packed = await pack_vectors(self._models, vectors.data)
        calm, depth = await calm_and_depth(self._models, self._wordpiece, new, vectors)
        extras = array("f", [value for tone in zip(calm, depth, strict=True) for value in (*tone, 1.0)])
        features, topics = await compute_features(self._models, packed, self._topics)
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
        self._layout.append(len(new))
        self.added_since_fit += len(new)
        if self.added_since_fit >= _REFIT_SHARE * self._fitted_rows + _REFIT_LEAST:
            await self._refit()

    def retain(self, ids: set[str]) -> list[str]:
        """Removes every item that is not in `ids`; returns the removed ones."""
        old = self.rows
        kept = [item in ids for item in old.ids]
        removed = [item for item, stays in zip(old.ids, kept, strict=True) if not stays]
        if not removed:
            return []
        runs = _runs([row for row, stays in enumerate(kept) if stays])

        def column(values: bytes, width: int) -> bytes:
            return b"".join([values[start * width : end * width] for start, end in runs])

        left = [item for start, end in runs for item in old.ids[start:end]]
        self.rows = MatrixRows(
            ids=left,
            index={item: row for row, item in enumerate(left)},
            packed=column(old.packed, WIDTH),
            features=column(old.features, WIDTH),
            sources=array("i", column(old.sources.tobytes(), 4)),
            extras=array("f", column(old.extras.tobytes(), 4 * EXTRAS_STORED)),
            times=array("f", column(old.times.tobytes(), 4)),
            topics=array("i", column(old.topics.tobytes(), 4)),
        )
        self._layout.retain(kept)
        self._removals += 1
        return removed

    def set_novelty(self, row: int, novelty: float) -> None:
        self.rows.extras[EXTRAS_STORED * row + _NOVELTY] = novelty

    def reset_novelty(self) -> None:
        """Treats every item as never shown."""
        self.rows.extras[_NOVELTY::EXTRAS_STORED] = array("f", [1.0]) * len(self.rows)

    def source_number(self, source: str) -> int:
        number = self._source_numbers.setdefault(source, len(self.sources))
        if number == len(self.sources):
            self.sources.append(source)
        return number

    def source_name(self, source: str) -> str:
        return self.source_names.get(source, source)

    async def pack(self, texts: Sequence[str], progress: Progress | None = None) -> list[bytes]:
        """Returns the packed vector of each text, 256 bytes. Raises ModelError."""
        if not texts:
            return []
        vectors = await embed_static(self._models, self._wordpiece, texts, progress)
        packed = await pack_vectors(self._models, vectors.data)
        return [packed[number * WIDTH : (number + 1) * WIDTH] for number in range(len(texts))]

    async def features_of(self, packed: bytes) -> bytes:
        """Returns the features of packed vectors by today's topics."""
        return (await compute_features(self._models, packed, self._topics))[0]

    async def topics_of(self, packed: bytes) -> Sequence[int]:
        """Returns which of today's topics each packed vector is nearest to."""
        return (await compute_features(self._models, packed, self._topics))[1]

    # Storage

    def pop_changed_pages(self, stories: Mapping[str, str]) -> list[MatrixPage]:
        """Returns the pages that changed since this was called last; one without a head is to be deleted.

        `stories` are those of the items that joined an earlier one.
        """
        return [
            encode_page(number, self._page_rows(start, end, stories)) if end > start else MatrixPage(number, "", b"")
            for number, start, end in self._layout.pop_changed()
        ]

    def mark_changed(self, items: Iterable[str]) -> None:
        """The pages of these items must be written again: something stored with them changed."""
        self._layout.mark_changed({self.rows.index[item] for item in items if item in self.rows.index})

    def topics_bytes(self) -> bytes:
        return self._topics.to_bytes()

    def restore(self, pages: Sequence[MatrixPage], topics: bytes) -> dict[str, str]:
        """Replaces all rows by stored ones; returns the stories of the items that joined an earlier one."""
        stories: dict[str, str] = {}
        decoded = [decode_page(page) for page in pages]
        for page, rows in zip(pages, decoded, strict=True):
            stories |= rows.stories
            self._layout.restore(page.number, len(rows.ids))
        ids = [item for rows in decoded for item in rows.ids]
        self.rows = MatrixRows(
            ids=ids,
            index={item: row for row, item in enumerate(ids)},
            packed=b"".join([rows.packed for rows in decoded]),
            features=b"".join([rows.features for rows in decoded]),
            sources=array("i", [self.source_number(source) for rows in decoded for source in rows.sources]),
            extras=array("f", b"".join([rows.extras for rows in decoded])),
            times=array("f", b"".join([rows.times for rows in decoded])),
            topics=array("i", b"".join([rows.topics for rows in decoded])),
        )
        self._topics = Topics.from_bytes(topics)
        self._fitted_rows = len(ids)
        self.generation += 1
        return stories

    def _page_rows(self, start: int, end: int, stories: Mapping[str, str]) -> PageRows:
        rows = self.rows
        ids = rows.ids[start:end]
        return PageRows(
            ids=ids,
            sources=[self.sources[source] for source in rows.sources[start:end]],
            stories={item: stories[item] for item in ids if item in stories},
            packed=rows.packed[start * WIDTH : end * WIDTH],
            features=rows.features[start * WIDTH : end * WIDTH],
            extras=rows.extras[EXTRAS_STORED * start : EXTRAS_STORED * end].tobytes(),
            times=rows.times[start:end].tobytes(),
            topics=rows.topics[start:end].tobytes(),
        )

    async def _refit(self) -> None:
        """Fits the topics to today's rows and computes all features by them."""
        before, removals = self.rows, self._removals
        topics = await fit_topics(self._models, before.packed)
        features, nearest = await compute_features(self._models, before.packed, topics)
        if self._removals != removals:  # rows were removed meanwhile; the next items that are added refit
            return
        self.rows = replace(self.rows, features=features, topics=nearest)
        self._topics = topics
        self._fitted_rows, self.added_since_fit = len(before), 0
        self.generation += 1
        self._layout.rebuild(len(self.rows))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Returns ascending numbers as ranges (first, after the last)."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][1] == row:
            runs[-1][1] = row + 1
        else:
            runs.append([row, row + 1])
    return [(start, end) for start, end in runs]
