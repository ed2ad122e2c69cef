"""Deletes rows so that they can be restored: pages, and everything else that shows that something was read."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Database
from nutshell.urls import hostname

from .integrity import delete_aside
from .ledger import delete_requests
from .pages import PageStore
from .settings import FRONT_PAGE, delete_setting
from .transaction import transaction

_FAST = 1  # zlib level
_DATED = ("page", "taste_event", "request")


@dataclass(slots=True)
class DeletionRecord:
    """Deleted rows: pages in compressed batches, other rows by table, and the read and saved times of news items.

    `restorable` False only counts them.
    """

    at: float
    restorable: bool = True
    pages: list[bytes] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    marks: list[tuple[Any, ...]] = field(default_factory=list)
    count: int = 0


class Deletion:
    """Deletes within one transaction and writes what it deletes into `record`."""

    def __init__(self, connection: sqlite3.Connection, record: DeletionRecord) -> None:
        self._connection = connection
        self._record = record

    def add_pages(self, rows: list[tuple[Any, ...]]) -> None:
        """Records rows that PageStore.delete returned."""
        self._record.count += len(rows)
        if self._record.restorable and rows:
            # For 100,000 pages this saves 220 MB, and the engine's memory never shrinks.
            self._record.pages.append(zlib.compress(json.dumps(rows).encode(), _FAST))

    def delete_rows(self, table: str, where: str, *values: object) -> None:
        found = self._connection.execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()
        if not found:
            return
        self._connection.execute(f"DELETE FROM {table} WHERE {where}", values)
        self._record.count += len(found)
        if self._record.restorable:
            self._record.rows.setdefault(table, []).extend(found)
        if table == "taste_event":
            delete_setting(self._connection, FRONT_PAGE)  # its explanations quote events

    def delete_before(self, until: float) -> None:
        """Deletes events, ledger entries (which stay counted) and read marks from before a time."""
        self.delete_rows("taste_event", "at < ?", until)
        self._record.count += delete_requests(self._connection, "at < ?", until)
        self._clear_marks("saved IS NULL AND read < ?", until)

    def delete_between(self, since: float, until: float) -> None:
        """Deletes events, ledger entries and marks of a span of time."""
        self._clear_marks("read >= ? AND read < ? OR saved >= ? AND saved < ?", *[since, until] * 2)
        for table in ("taste_event", "request"):
            self.delete_rows(table, "at >= ? AND at < ?", since, until)

    def delete_feedback_on(self, urls: Iterable[str], titles: Iterable[str]) -> None:
        """Deletes the events of pages, and the read marks of their stories; saved stories stay saved.

        An event names its story by item id or address; if the item is gone, by title.
        """
        addresses, names = json.dumps([url for url in urls if url]), json.dumps([name for name in titles if name])
        items = "SELECT id FROM item WHERE url IN (SELECT value FROM json_each(?))"
        self.delete_rows(
            "taste_event",
            f"item IN (SELECT value FROM json_each(?)) OR item IN (SELECT CAST(id AS TEXT) FROM ({items}))"
            f" OR title IN (SELECT value FROM json_each(?)) AND ({_ITEM_IS_GONE}"
            # Events of pages had no address in earlier versions.
            " OR item = '' AND kind = 'summary')",
            *(addresses, addresses, names),
        )
        self._clear_marks(f"saved IS NULL AND id IN ({items})", addresses)

    def delete_site(self, host: str) -> None:
        """Deletes the marks on a site's stories, their events, and the ledger entries of requests to it."""
        run = self._connection.execute
        like = f"%{host}%"
        items = {
            row[0] for row in run("SELECT id, url FROM item WHERE url LIKE ?", (like,)) if is_on_site(row[1], host)
        }
        self._clear_marks(f"id IN ({_sql_list(items)})")
        item_names = {str(number) for number in items}
        feeds = run("SELECT id, url, site FROM feed WHERE url LIKE ? OR site LIKE ?", (like, like))
        sources = {str(row[0]) for row in feeds if is_on_site(row[1], host) or is_on_site(row[2], host)}
        events = [
            number
            for number, item, source, gone in run(f"SELECT id, item, source, {_ITEM_IS_GONE} FROM taste_event")
            if item in item_names or is_on_site(item, host) or is_on_site(source, host) or (gone and source in sources)
        ]
        self.delete_rows("taste_event", f"id IN ({_sql_list(events)})")
        requests = [
            row[0] for row in run("SELECT id, url FROM request WHERE url LIKE ?", (like,)) if is_on_site(row[1], host)
        ]
        self.delete_rows("request", f"id IN ({_sql_list(requests)})")

    def _clear_marks(self, where: str, *values: object) -> None:
        """Clears the read and saved times of items; the items stay."""
        marked = f"(read IS NOT NULL OR saved IS NOT NULL) AND ({where})"
        found = self._connection.execute(f"SELECT id, read, saved FROM item WHERE {marked}", values).fetchall()
        if not found:
            return
        self._connection.execute(f"UPDATE item SET read = NULL, saved = NULL WHERE {marked}", values)
        self._record.count += len(found)
        if self._record.restorable:
            self._record.marks += found


_ITEM_IS_GONE = (
    "(item GLOB '[0-9]*' AND NOT EXISTS"
    " (SELECT 1 FROM item AS existing WHERE existing.id = CAST(taste_event.item AS INTEGER)))"
)


def restore_rows(connection: sqlite3.Connection, record: DeletionRecord) -> None:
    """Restores everything but the pages."""
    for table, rows in record.rows.items():
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)
    connection.executemany(
        "UPDATE item SET read = ?, saved = ? WHERE id = ?", [(read, saved, item) for item, read, saved in record.marks]
    )


def unpack_pages(batch: bytes) -> list[list[Any]]:
    """Returns the rows of a batch in DeletionRecord.pages."""
    rows: list[list[Any]] = json.loads(zlib.decompress(batch))
    return rows


def delete_everything(database: Database, pages: PageStore) -> None:
    """Deletes every row of every table, and a damaged file that was set aside.

    Ids continue where they were: a request that is still running must not find another row under an old id.
    """
    connection = database.connection
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'page_words%'"
    ).fetchall()
    with transaction(database):
        pages.words.clear(connection)
        for (table,) in tables:
            connection.execute(f'DELETE FROM "{table}"')
    pages.vectors.clear_cache()
    connection.execute("VACUUM")
    delete_aside(connection)
    database.sync()


@dataclass(frozen=True, slots=True)
class OldRows:
    """How many rows are older than a time: pages, those of them with a note or tags, events, ledger entries."""

    pages: int = 0
    noted: int = 0
    learned: int = 0
    requests: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.learned or self.requests)


def count_before(database: Database, until: float) -> OldRows:
    def count(rows: str) -> int:
        return int(database.connection.execute(f"SELECT count(*) FROM {rows} AND at < ?", (until,)).fetchone()[0])

    return OldRows(
        pages=count("page WHERE true"),
        noted=count("page WHERE (note <> '' OR tags <> '')"),
        learned=count("taste_event WHERE true"),
        requests=count("request WHERE true"),
    )


def exists_before(database: Database, until: float) -> bool:
    """Whether a page, an event or a ledger entry is older than a time."""
    run = database.connection.execute
    return any(run(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE at < ?)", (until,)).fetchone()[0] for table in _DATED)


def is_on_site(url: str, host: str) -> bool:
    """Whether an address is on a host or one of its subdomains."""
    own = hostname(url)
    return own == host or own.endswith("." + host)


def _sql_list(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers) or "NULL"
