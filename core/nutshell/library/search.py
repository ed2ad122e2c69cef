"""Search in the memory: by words (FTS5) and by meaning (the static encoder's vectors), merged.

The two lists are merged by reciprocal rank fusion: Cormack, Clarke, Buettcher 2009, "Reciprocal rank fusion outperforms
Condorcet and individual rank learning methods": a page's score is the sum of 1 / (60 + its place) over the lists that
hold it.
"""

from __future__ import annotations

import asyncio
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.ports import Database, Models, Progress, Tensor
from nutshell.records.pages import Page
from nutshell.storage.pages import PageFilter, PageStore
from nutshell.storage.transaction import transaction
from nutshell.storage.vectors import HEAD, WIDTH
from nutshell.storage.word_index import PassageHighlighter, exact
from nutshell.text.static_encoder import embed_static
from nutshell.text.wordpiece import WordPiece

_FUSION = 60
ALIKE = 0.45
"""The least cosine that counts as the same subject: of texts on different subjects one pair in fifty has more."""
_MOST_ALIKE = 50
_LIMIT = 200
_LOT = 400
_FEW = 2_000
"""So many rows are compared whole: those that a filter leaves, or the best of many by how they begin."""

_MANY = 8_192
"""Up to here all rows are compared whole at once."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page that answers a query. `title` and `snippet` hold `wordindex.MARK` around what was found; `cosine` is
    that of its meaning with the question's, or None when only its words were looked at.
    """

    page: Page
    title: str
    snippet: str
    cosine: float | None


class LibrarySearch:
    """Search over `Pages`. What is new is taken into the indices when somebody searches, and not before."""

    def __init__(self, database: Database, pages: PageStore, models: Models, wordpiece: WordPiece) -> None:
        self._database = database
        self._pages = pages
        self._models = models
        self._wordpiece = wordpiece

    async def search(
        self,
        query: str,
        which: PageFilter | None = None,
        *,
        words: bool = False,
        limit: int = _LIMIT,
        progress: Progress | None = None,
    ) -> list[SearchResult]:
        """The best answers first. Words in quotation marks are looked for as they stand, and meaning is left out, as it
        is when `words` alone are asked for: they need no model. Raises ModelError.
        """
        which = which or PageFilter()
        words = words or exact(query) or not _readable(query)
        if words:
            await self._settle_words()
        else:
            await self.settle(progress)
        condition, values = which.where()
        by_words = self._pages.words.find(query, condition, values, _LIMIT)
        alike = {} if words else await self._alike(query, condition, values)
        scores: dict[int, float] = {}
        for ranking in (by_words, list(alike)):
            for place, page in enumerate(ranking, start=1):
                scores[page] = scores.get(page, 0.0) + 1 / (_FUSION + place)
        best = sorted(scores, key=lambda page: (-scores[page], -page))[:limit]
        return self._shown(query, self._pages.several(best), alike)

    async def settle(self, progress: Progress | None = None) -> None:
        """Take in what is not indexed yet. Raises ModelError."""
        await self._settle_words()
        connection = self._database.connection
        (total,) = connection.execute("SELECT count(*) FROM page WHERE placed = 0").fetchone()
        done = 0
        while done < total:
            ids = [row[0] for row in connection.execute("SELECT id FROM page WHERE placed = 0 LIMIT ?", (_LOT,))]
            if not ids:
                return
            pages = self._pages.several(ids)
            vectors = await embed_static(self._models, self._wordpiece, [said(page) for page in pages])
            answer = await self._run(vectors.data, b"", array("f"))
            kept, scale = memoryview(answer["kept"].data).cast("B"), answer["scale"].data
            with transaction(self._database) as change:
                # A page that was erased or rewritten meanwhile has no row, or is placed again.
                there = {
                    row[0]
                    for row in change.execute(
                        "SELECT id FROM page WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
                    )
                }
                made = {
                    page.id: (bytes(kept[row * WIDTH : (row + 1) * WIDTH]), float(scale[row]))
                    for row, page in enumerate(pages)
                    if page.id in there
                }
                self._pages.vectors.put(change, made)
                change.executemany("UPDATE page SET placed = 1 WHERE id = ?", [(number,) for number in ids])
            done += len(ids)
            if progress is not None:
                progress("recall", min(done, total), total)

    async def _settle_words(self) -> None:
        while self._pages.settle_words(_LOT):
            await asyncio.sleep(0)

    async def _alike(self, query: str, condition: str, values: Sequence[object]) -> dict[int, float]:
        """Page -> cosine, the closest first."""
        matrix = self._pages.vectors.matrix()
        if not matrix.chunks:
            return {}
        asked = await embed_static(self._models, self._wordpiece, [query])
        if not any(asked.data):
            return {}
        scales = matrix.scales
        rows: list[int] | None = None
        if condition:
            ids = [
                row[0] for row in self._database.connection.execute(f"SELECT id FROM page WHERE {condition}", values)
            ]
            rows = matrix.rows(ids)
            if len(rows) > _FEW:
                allowed = array("f", bytes(4 * len(scales)))
                for row in rows:
                    allowed[row] = scales[row]
                scales, rows = allowed, None
        if rows is None and len(scales) > _MANY:
            answer = await self._run(asked.data, self._pages.vectors.heads(), scales, _FEW, HEAD)
            rows = list(answer["best"].data)
        packed: bytes | bytearray = matrix.packed
        if rows is not None:
            view = memoryview(packed)
            packed = b"".join([view[row * WIDTH : (row + 1) * WIDTH] for row in rows])
            scales = array("f", [scales[row] for row in rows])
        answer = await self._run(asked.data, packed, scales)
        best, cosines = answer["best"].data, answer["cosines"].data
        close = [(row, cosine) for row, cosine in zip(best, cosines, strict=True) if cosine >= ALIKE][:_MOST_ALIKE]
        return {matrix.page(row if rows is None else rows[row]): float(cosine) for row, cosine in close}

    async def _run(
        self,
        vectors: memoryview,
        packed: bytes | bytearray,
        scales: array[float],
        most: int = _LIMIT,
        width: int = WIDTH,
    ) -> dict[str, Tensor]:
        return dict(
            await self._models.run(
                "recall",
                {
                    "vectors": Tensor("float32", (len(vectors) // WIDTH, WIDTH), vectors),
                    "packed": Tensor("int8", (len(packed) // width, width), memoryview(packed).cast("b")),
                    "scales": Tensor("float32", (len(scales),), memoryview(scales)),
                    "most": Tensor("int64", (1,), memoryview(array("q", [most]))),
                },
            )
        )

    def _shown(self, query: str, pages: Sequence[Page], alike: dict[int, float]) -> list[SearchResult]:
        """Each with its title and the passage that answers best, what was found marked."""
        texts: list[str] = []
        places: list[tuple[int, list[int]]] = []
        for page in pages:
            title = len(texts)
            own = [*page.passages, *([page.note] if page.note else [])]
            texts += [page.article.title, *own]
            places.append((title, list(range(title + 1, len(texts)))))
        marked = PassageHighlighter(self._database, query).marked(texts)
        found = []
        for page, (title, passages) in zip(pages, places, strict=True):
            best = max((n for n in passages if n in marked), key=lambda n: (marked[n][1], -n), default=None)
            snippet = page.gist if best is None else marked[best][0]
            shown = marked[title][0] if title in marked else page.article.title
            found.append(SearchResult(page, shown, snippet, alike.get(page.id)))
        return found


def _readable(query: str) -> bool:
    """Whether the encoder, which knows Latin letters, can make something of a query: else all such would be alike."""
    letters = [letter for letter in query if letter.isalpha()]
    return bool(letters) and max(letters) < "\u0250"


def said(page: Page) -> str:
    """What a page's vector is made of: the most telling first, since a long text is known by its beginning."""
    return ". ".join([page.article.title, *page.tags, page.note, *page.passages])
