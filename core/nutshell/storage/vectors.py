"""The memory's vectors: 256 bytes a page (models/recall), in chunks whose place says whose they are.

Chunk c holds the pages with ids 256 c to 256 c + 255, so that no list of ids goes with them: 100,000 pages are 400
rows, read in one piece. A page that is not there is a row of zeros with scale 0, which is like nothing.
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
"""The first numbers of a vector say most of it: of many, these are compared first (models/recall)."""


@dataclass(frozen=True, slots=True)
class VectorMatrix:
    """All of them: `packed` is int8 [n, 256] row by row, `scales` float32 [n]; `page` tells whose a row is."""

    packed: bytearray
    scales: array[float]
    chunks: tuple[int, ...]

    def page(self, row: int) -> int:
        return self.chunks[row // CHUNK] * CHUNK + row % CHUNK

    def rows(self, pages: Iterable[int]) -> list[int]:
        """The rows of those pages that have one."""
        place = {chunk: number * CHUNK for number, chunk in enumerate(self.chunks)}
        return [place[page // CHUNK] + page % CHUNK for page in pages if page // CHUNK in place]


class VectorStore:
    """Written within a change of `page`. What was read once is kept, and changed along."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._matrix: VectorMatrix | None = None
        self._heads: bytearray | None = None

    def heads(self) -> bytearray:
        """int8 [n, HEAD]: how each row of the matrix begins."""
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

    def put(self, connection: sqlite3.Connection, made: Mapping[int, tuple[bytes, float]]) -> None:
        """Vector and scale of each page."""
        by_chunk: dict[int, list[int]] = defaultdict(list)
        for page in made:
            by_chunk[page // CHUNK].append(page)
        for chunk, pages in by_chunk.items():
            vectors, scales = self._chunk(connection, chunk)
            for page in pages:
                slot = page % CHUNK
                vectors[slot * WIDTH : (slot + 1) * WIDTH], scales[slot] = made[page]
            connection.execute(
                "INSERT INTO page_vector VALUES (?, ?, ?)"
                " ON CONFLICT (chunk) DO UPDATE SET vectors = excluded.vectors, scales = excluded.scales",
                (chunk, bytes(vectors), scales.tobytes()),
            )
            self._learn(chunk, vectors, scales)

    def clear(self, connection: sqlite3.Connection, pages: Iterable[int]) -> None:
        wanted: dict[int, list[int]] = defaultdict(list)
        for page in pages:
            wanted[page // CHUNK].append(page)
        for chunk, several in wanted.items():
            vectors, scales = self._chunk(connection, chunk)
            for page in several:
                slot = page % CHUNK
                vectors[slot * WIDTH : (slot + 1) * WIDTH] = bytes(WIDTH)
                scales[slot] = 0.0
            if any(scales):
                connection.execute(
                    "UPDATE page_vector SET vectors = ?, scales = ? WHERE chunk = ?",
                    (bytes(vectors), scales.tobytes(), chunk),
                )
            else:
                connection.execute("DELETE FROM page_vector WHERE chunk = ?", (chunk,))
            self._learn(chunk, vectors, scales)

    def forget(self) -> None:
        """What was read is not what is there any more."""
        self._matrix = self._heads = None

    def _learn(self, chunk: int, vectors: bytearray, scales: array[float]) -> None:
        """Should the change fail after all, a page is looked at for nothing or not found until the next start."""
        matrix = self._matrix
        if matrix is None:
            return
        if chunk in matrix.chunks:
            start = matrix.chunks.index(chunk) * CHUNK
            matrix.packed[start * WIDTH : (start + CHUNK) * WIDTH] = vectors
            matrix.scales[start : start + CHUNK] = scales
            if self._heads is not None:
                self._heads[start * HEAD : (start + CHUNK) * HEAD] = _heads(vectors)
        elif any(scales):
            self.forget()

    def _chunk(self, connection: sqlite3.Connection, chunk: int) -> tuple[bytearray, array[float]]:
        row = connection.execute("SELECT vectors, scales FROM page_vector WHERE chunk = ?", (chunk,)).fetchone()
        if row is None:
            return bytearray(CHUNK * WIDTH), array("f", bytes(4 * CHUNK))
        return bytearray(row[0]), array("f", row[1])


def _heads(packed: bytearray) -> bytearray:
    rows = memoryview(packed)
    return bytearray().join([rows[start : start + HEAD] for start in range(0, len(rows), WIDTH)])
