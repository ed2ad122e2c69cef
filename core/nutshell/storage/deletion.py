"""Rows that are taken out: pages, and whatever else says that something was read."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .ledger import let_go
from .pages import host_of
from .settings import FRONT

_QUICKLY = 1


@dataclass(slots=True)
class DeletionRecord:
    """What an erasure took: pages in packed lots, other rows by table, and the marks on news items that stay as items.

    What nobody can bring back is only counted.
    """

    at: float
    kept: bool = True
    pages: list[bytes] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    marks: list[tuple[Any, ...]] = field(default_factory=list)
    count: int = 0


def unpacked(lot: bytes) -> list[list[Any]]:
    """The rows of a lot of pages."""
    rows: list[list[Any]] = json.loads(zlib.decompress(lot))
    return rows


class Deletion:
    """Within one change of the database: what is taken is written down in `erased`."""

    def __init__(self, connection: sqlite3.Connection, erased: DeletionRecord) -> None:
        self._connection = connection
        self._erased = erased

    def pages(self, rows: list[tuple[Any, ...]]) -> None:
        """These were taken out (storage/pages.py)."""
        self._erased.count += len(rows)
        if self._erased.kept and rows:
            # Of 100,000 pages this is 220 MB less than the rows; and the engine's memory never shrinks again.
            self._erased.pages.append(zlib.compress(json.dumps(rows).encode(), _QUICKLY))

    def rows(self, table: str, where: str, *values: object) -> None:
        """Rows of another table."""
        found = self._connection.execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()
        if not found:
            return
        self._connection.execute(f"DELETE FROM {table} WHERE {where}", values)
        self._erased.count += len(found)
        if self._erased.kept:
            self._erased.rows.setdefault(table, []).extend(found)
        if table == "taste_event":  # the kept front page says what each story is like
            self._connection.execute("DELETE FROM setting WHERE name = ?", (FRONT,))

    def requests(self, where: str, *values: object) -> None:
        """Lines of the ledger whose time is over: how many they were is still known."""
        self._erased.count += let_go(self._connection, where, *values)

    def marks(self, where: str, *values: object) -> None:
        """Items stay with their feed; that they were read or saved goes."""
        marked = f"(read IS NOT NULL OR saved IS NOT NULL) AND ({where})"
        found = self._connection.execute(f"SELECT id, read, saved FROM item WHERE {marked}", values).fetchall()
        if not found:
            return
        self._connection.execute(f"UPDATE item SET read = NULL, saved = NULL WHERE {marked}", values)
        self._erased.count += len(found)
        if self._erased.kept:
            self._erased.marks += found

    def taught(self, urls: Iterable[str], titles: Iterable[str]) -> None:
        """What pages taught goes with them, and that their stories were read; what was saved stays saved.

        A story is known by its item's address; where the item is gone, by its title.
        """
        addresses, names = json.dumps([url for url in urls if url]), json.dumps([name for name in titles if name])
        items = "SELECT id FROM item WHERE url IN (SELECT value FROM json_each(?))"
        self.rows(
            "taste_event",
            f"item IN (SELECT value FROM json_each(?)) OR item IN (SELECT CAST(id AS TEXT) FROM ({items}))"
            f" OR title IN (SELECT value FROM json_each(?)) AND ({_GONE}"
            # Of before pages were learned from by their address.
            " OR item = '' AND kind = 'summary')",
            *(addresses, addresses, names),
        )
        self.marks(f"saved IS NULL AND id IN ({items})", addresses)

    def site(self, host: str) -> None:
        """Marks on a site's stories, what was learned from them, requests to it."""
        run = self._connection.execute
        like = f"%{host}%"
        items = {row[0] for row in run("SELECT id, url FROM item WHERE url LIKE ?", (like,)) if of_site(row[1], host)}
        self.marks(f"id IN ({_list(items)})")
        named = {str(number) for number in items}
        feeds = run("SELECT id, url, site FROM feed WHERE url LIKE ? OR site LIKE ?", (like, like))
        sources = {str(row[0]) for row in feeds if of_site(row[1], host) or of_site(row[2], host)}
        events = [
            number
            for number, item, source, gone in run(f"SELECT id, item, source, {_GONE} FROM taste_event")
            if item in named or of_site(item, host) or of_site(source, host) or (gone and source in sources)
        ]
        self.rows("taste_event", f"id IN ({_list(events)})")
        asked = [
            row[0] for row in run("SELECT id, url FROM request WHERE url LIKE ?", (like,)) if of_site(row[1], host)
        ]
        self.rows("request", f"id IN ({_list(asked)})")


# Of an event: its story is among no source's items any more.
_GONE = (
    "(item GLOB '[0-9]*' AND NOT EXISTS"
    " (SELECT 1 FROM item AS there WHERE there.id = CAST(taste_event.item AS INTEGER)))"
)


def of_site(url: str, host: str) -> bool:
    """Whether an address is at a host or below it."""
    own = host_of(url)
    return own == host or own.endswith("." + host)


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers) or "NULL"
