"""Page vectors: 256 bytes a page (models/recall), in chunks in which a page's place follows from its id.

Chunk c holds the pages with ids 256 c to 256 c + 255, so no ids are stored: 100,000 pages are 400 rows, read in one
query. A page without a vector is a row of zeros with scale 0, which is similar to nothing.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nutshell.ports import Database

WIDTH, CHUNK = 256, 256
HEAD = 64
"""The first dimensions of a vector carry most of it: of many pages, only these are compared first (models/recall)."""


@dataclass(frozen=True, slots=True)
class VectorMatrix:
    """All vectors: `packed` is int8 [n, 256] row by row, `scales` float32 [n]."""

    packed: bytearray
    scales: array[float]
    chunks: tuple[int, ...]

    def page(self, row: int) -> int:
        """Returns the page id of a row."""
        return self.chunks[row // CHUNK] * CHUNK + row % CHUNK

    def rows(self, pages: Iterable[int]) -> list[int]:
        """Returns the rows of those pages that have one."""
        place = {chunk: number * CHUNK for number, chunk in enumerate(self.chunks)}
        return [place[page // CHUNK] + page % CHUNK for page in pages if page // CHUNK in place]


class VectorStore:
    """Written within the transactions of PageStore. Caches the matrix and updates the cache with each write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._matrix: VectorMatrix | None = None
        self._heads: bytearray | None = None

    def heads(self) -> bytearray:
        """Returns int8 [n, HEAD]: the first dimensions of each row of the matrix."""
        if self._heads is None:
            self._heads = _heads(self.matrix().packed)
        return self._heads

    def matrix(self) -> VectorMatrix:
        if self._matrix is None:
            rows = self._database.connection.execute(
                "SELECT chunk, vectors, scales FROM page_vector ORDER BY chunk"
            ).fetchall()
            scales = array("f", b"".join([row[2] for row in rows]))
            packed = bytearray().join([row[1] for row in rows])
            self._matrix = VectorMatrix(packed, scales, tuple(row[0] for row in rows))
        return self._matrix

    def save(self, connection: sqlite3.Connection, vectors: Mapping[int, tuple[bytes, float]]) -> None:
        """Writes vectors: page id -> (int8 [256], scale)."""
        for chunk, pages in _by_chunk(vectors).items():
            packed, scales = self._load_chunk(connection, chunk)
            for page in pages:
                slot = page % CHUNK
                packed[slot * WIDTH : (slot + 1) * WIDTH], scales[slot] = vectors[page]
            connection.execute(
                "INSERT INTO page_vector VALUES (?, ?, ?)"
                " ON CONFLICT (chunk) DO UPDATE SET vectors = excluded.vectors, scales = excluded.scales",
                (chunk, bytes(packed), scales.tobytes()),
            )
            self._update_cache(chunk, packed, scales)

    def delete(self, connection: sqlite3.Connection, pages: Iterable[int]) -> None:
        for chunk, ids in _by_chunk(pages).items():
            packed, scales = self._load_chunk(connection, chunk)
            for page in ids:
                slot = page % CHUNK
                packed[slot * WIDTH : (slot + 1) * WIDTH] = bytes(WIDTH)
                scales[slot] = 0.0
            if any(scales):
                connection.execute(
                    "UPDATE page_vector SET vectors = ?, scales = ? WHERE chunk = ?",
                    (bytes(packed), scales.tobytes(), chunk),
                )
            else:
                connection.execute("DELETE FROM page_vector WHERE chunk = ?", (chunk,))
            self._update_cache(chunk, packed, scales)

    def clear_cache(self) -> None:
        self._matrix = self._heads = None

    def _update_cache(self, chunk: int, packed: bytearray, scales: array[float]) -> None:
        """If the transaction fails later, a page is compared needlessly or not found until the next start."""
        matrix = self._matrix
        if matrix is None:
            return
        if chunk in matrix.chunks:
            start = matrix.chunks.index(chunk) * CHUNK
            matrix.packed[start * WIDTH : (start + CHUNK) * WIDTH] = packed
            matrix.scales[start : start + CHUNK] = scales
            if self._heads is not None:
                self._heads[start * HEAD : (start + CHUNK) * HEAD] = _heads(packed)
        elif any(scales):
            self.clear_cache()

    def _load_chunk(self, connection: sqlite3.Connection, chunk: int) -> tuple[bytearray, array[float]]:
        row = connection.execute("SELECT vectors, scales FROM page_vector WHERE chunk = ?", (chunk,)).fetchone()
        if row is None:
            return bytearray(CHUNK * WIDTH), array("f", bytes(4 * CHUNK))
        return bytearray(row[0]), array("f", row[1])


def _by_chunk(pages: Iterable[int]) -> dict[int, list[int]]:
    by_chunk: dict[int, list[int]] = defaultdict(list)
    for page in pages:
        by_chunk[page // CHUNK].append(page)
    return by_chunk


def _heads(packed: bytearray) -> bytearray:
    rows = memoryview(packed)
    return bytearray().join([rows[start : start + HEAD] for start in range(0, len(rows), WIDTH)])
