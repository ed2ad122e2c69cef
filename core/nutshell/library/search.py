"""Search in the library: by words (FTS5) and by meaning (the static encoder's vectors), merged.

The two rankings are merged by reciprocal rank fusion (Cormack, Clarke, Buettcher 2009, "Reciprocal rank fusion
outperforms Condorcet and individual rank learning methods"): a page's score is the sum of 1 / (60 + its rank) over the
rankings that contain it.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.ports import Database, Models, Progress, Tensor
from nutshell.records.pages import Page, PageFilter
from nutshell.storage.pages import PageStore
from nutshell.storage.vectors import HEAD, WIDTH
from nutshell.storage.word_index import PassageHighlighter, has_phrase
from nutshell.text.static_encoder import embed_static
from nutshell.text.wordpiece import WordPiece

MIN_COSINE = 0.45
"""The least cosine of texts on the same subject: one pair in fifty on different subjects has more."""

_FUSION = 60
_MAX_SIMILAR = 50
_LIMIT = 200
_BATCH = 400
_SHORTLIST = 2_000
"""Rows that are compared in full: those that pass the filter or, of many, the best by their first dimensions."""
_MAX_FULL = 8_192
"""Up to this many rows, all are compared in full."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page found by a query. `title` and `snippet` have `word_index.MARK` around matching words.

    `cosine` is that of its vector with the query's, None if it was found by words alone.
    """

    page: Page
    title: str
    snippet: str
    cosine: float | None


class LibrarySearch:
    """Searches the pages of a PageStore. New pages are indexed by the first search after them."""

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
        """Returns the best results first. Raises ModelError.

        `words` searches by words alone, which needs no model; so does a query with a part in quotation marks.
        """
        which = which or PageFilter()
        words = words or has_phrase(query) or not _encoder_can_read(query)
        if words:
            await self._index_words()
        else:
            await self.index(progress)
        by_words = self._pages.search_words(query, which, _LIMIT)
        similar = {} if words else await self._search_vectors(query, which)
        scores: dict[int, float] = {}
        for ranking in (by_words, list(similar)):
            for rank, page in enumerate(ranking, start=1):
                scores[page] = scores.get(page, 0.0) + 1 / (_FUSION + rank)
        best = sorted(scores, key=lambda page: (-scores[page], -page))[:limit]
        return self._results(query, self._pages.get_many(best), similar)

    async def index(self, progress: Progress | None = None) -> None:
        """Indexes new and changed pages. Raises ModelError."""
        await self._index_words()
        total = self._pages.count_without_vector()
        done = 0
        while done < total:
            pages = self._pages.list_without_vector(_BATCH)
            if not pages:
                return
            vectors = await embed_static(self._models, self._wordpiece, [embedded_text(page) for page in pages])
            packed = await self._run(vectors.data, b"", array("f"))
            rows, scales = memoryview(packed["kept"].data).cast("B"), packed["scale"].data
            self._pages.save_vectors(
                {
                    page.id: (bytes(rows[row * WIDTH : (row + 1) * WIDTH]), float(scales[row]))
                    for row, page in enumerate(pages)
                }
            )
            done += len(pages)
            if progress is not None:
                progress("recall", min(done, total), total)

    async def _index_words(self) -> None:
        while self._pages.index_words(_BATCH):
            await asyncio.sleep(0)

    async def _search_vectors(self, query: str, which: PageFilter) -> dict[int, float]:
        """Returns page id -> cosine, the most similar first."""
        matrix = self._pages.vectors.matrix()
        if not matrix.chunks:
            return {}
        query_vector = await embed_static(self._models, self._wordpiece, [query])
        if not any(query_vector.data):
            return {}
        scales = matrix.scales
        rows: list[int] | None = None
        if which != PageFilter():
            rows = matrix.rows(self._pages.list_ids(which))
            if len(rows) > _SHORTLIST:
                filtered = array("f", bytes(4 * len(scales)))
                for row in rows:
                    filtered[row] = scales[row]
                scales, rows = filtered, None
        if rows is None and len(scales) > _MAX_FULL:
            shortlist = await self._run(query_vector.data, self._pages.vectors.heads(), scales, _SHORTLIST, HEAD)
            rows = list(shortlist["best"].data)
        packed: bytes | bytearray = matrix.packed
        if rows is not None:
            view = memoryview(packed)
            packed = b"".join([view[row * WIDTH : (row + 1) * WIDTH] for row in rows])
            scales = array("f", [scales[row] for row in rows])
        found = await self._run(query_vector.data, packed, scales)
        pairs = zip(found["best"].data, found["cosines"].data, strict=True)
        similar = [(row, cosine) for row, cosine in pairs if cosine >= MIN_COSINE][:_MAX_SIMILAR]
        return {matrix.page(row if rows is None else rows[row]): float(cosine) for row, cosine in similar}

    async def _run(
        self,
        vectors: memoryview,
        packed: bytes | bytearray,
        scales: array[float],
        most: int = _LIMIT,
        width: int = WIDTH,
    ) -> dict[str, Tensor]:
        """Runs models/recall: packs `vectors`, and compares the first of them with `packed`."""
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

    def _results(self, query: str, pages: Sequence[Page], similar: dict[int, float]) -> list[SearchResult]:
        """Adds to each page its highlighted title and its best passage."""
        texts: list[str] = []
        positions: list[tuple[int, range]] = []
        for page in pages:
            title = len(texts)
            texts += [page.article.title, *page.passages, *([page.note] if page.note else [])]
            positions.append((title, range(title + 1, len(texts))))
        marked = PassageHighlighter(self._database, query).highlight(texts)
        results = []
        for page, (title, passages) in zip(pages, positions, strict=True):
            best = max((n for n in passages if n in marked), key=lambda n: (marked[n][1], -n), default=None)
            snippet = page.gist if best is None else marked[best][0]
            highlighted = marked[title][0] if title in marked else page.article.title
            results.append(SearchResult(page, highlighted, snippet, similar.get(page.id)))
        return results


def _encoder_can_read(query: str) -> bool:
    """The encoder knows Latin letters alone: all texts in other scripts would look the same to it."""
    letters = [letter for letter in query if letter.isalpha()]
    return bool(letters) and max(letters) < "\u0250"


def embedded_text(page: Page) -> str:
    """Returns the text of a page's vector, the most specific parts first: a long text's vector is that of its start."""
    return ". ".join([page.article.title, *page.tags, page.note, *page.passages])
