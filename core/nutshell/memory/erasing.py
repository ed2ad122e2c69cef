"""Erasing for good: rows, words, vectors, and the pages of the file they stood on; with ten seconds to think again.

`secure_delete` (memory/schema.py) writes zeros over what a removed row leaves. The index of words keeps removed words
until it is merged, so what was erased is purged from it as soon as it cannot be brought back any more; that it still
has to be is itself written down, in case the engine ends before.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Database

from .integrity import forget_aside
from .pages import COLUMNS, Filter, Pages, host_of
from .retention import Retention
from .settings import FRONT
from .transaction import changing

REGRET = 12.0
"""Seconds for which an erasure can be undone: the panel offers it for ten."""

_UNDOABLE = 20
_RESIDUE = "memory.residue"
_SWEEP = 60.0  # seconds between looks for what is too old
_MERGED = 400  # pages of the index at a time
_LOT = 500


@dataclass(slots=True)
class Erased:
    """What an erasure took: rows by table, and the marks on news items that stay as items."""

    at: float
    pages: list[tuple[Any, ...]] = field(default_factory=list)
    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    marks: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.pages) + sum(map(len, self.rows.values())) + len(self.marks)


@dataclass(frozen=True, slots=True)
class TooOld:
    """How much is older than the reader would keep it: pages, those of them with their own words, and what else."""

    pages: int = 0
    noted: int = 0
    learned: int = 0
    requests: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.learned or self.requests)


class Eraser:
    """`changed` is told when rows went or came back, so that whoever holds them in memory looks again."""

    def __init__(self, database: Database, pages: Pages, retention: Retention, changed: Callable[[], None]) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention
        self._changed = changed
        self._undo: OrderedDict[str, Erased] = OrderedDict()
        self._last = 0
        self._swept = 0.0

    def page(self, page: int, now: float) -> str:
        """One page. Answers what it is brought back with."""
        self._pages.open(page)  # raises NoSuchPage
        with changing(self._database) as connection:
            erased = Erased(now, pages=self._pages.take_out(connection, [page]))
            self._unlearn(connection, erased)
            self._soil(connection)
        return self._remember(erased)

    def pages(self, which: Filter, now: float) -> str:
        """Pages, and what was learned from them: what else is known of those sites or times stays."""
        with changing(self._database) as connection:
            erased = Erased(now, pages=self._take_pages(connection, which))
            self._unlearn(connection, erased)
            self._soil(connection)
        return self._remember(erased)

    def site(self, host: str, now: float) -> str:
        """All that says that a site was read: its pages, marks on its stories, what was learned there, requests to it.

        A subscription stays, and with it what its feed lists. Raises ValueError for no site.
        """
        host = host.strip().lower().removeprefix("www.")
        if not host or "/" in host or " " in host:
            raise ValueError("Name a site, such as example.org.")
        with changing(self._database) as connection:
            erased = Erased(now, pages=self._take_pages(connection, Filter(host=host)))
            items = [row for row in connection.execute(
                "SELECT id, url FROM item WHERE url LIKE ?", (f"%{host}%",)) if of_site(row[1], host)]  # fmt: skip
            ids = [row[0] for row in items]
            self._unmark(connection, erased, f"id IN ({_list(ids)})")
            named = {str(number) for number in ids} | {url for _, url in items}
            events = [row[0] for row in connection.execute("SELECT id, item, source FROM taste_event")
                      if row[1] in named or of_site(row[1], host) or of_site(row[2], host)]  # fmt: skip
            self._take(connection, erased, "taste_event", f"id IN ({_list(events)})")
            asked = [row[0] for row in connection.execute(
                "SELECT id, url FROM request WHERE url LIKE ?", (f"%{host}%",)) if of_site(row[1], host)]  # fmt: skip
            self._take(connection, erased, "request", f"id IN ({_list(asked)})")
            self._soil(connection)
        return self._remember(erased)

    def span(self, since: float, until: float, now: float) -> str:
        """All that was read, learned and requested in a span of time."""
        if not since < until:
            raise ValueError("The span of time has no length.")
        with changing(self._database) as connection:
            erased = Erased(now, pages=self._take_pages(connection, Filter(since, until)))
            self._unmark(connection, erased, "read >= ? AND read < ? OR saved >= ? AND saved < ?", *[since, until] * 2)
            for table in ("taste_event", "request"):
                self._take(connection, erased, table, "at >= ? AND at < ?", since, until)
            self._soil(connection)
        return self._remember(erased)

    def everything(self) -> None:
        """Every row of every table, for good, at once; and a damaged file that was set aside."""
        connection = self._database.connection
        tables = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'page_words%'")]  # fmt: skip
        with changing(self._database):
            self._pages.words.empty(connection)
            for table in tables:
                connection.execute(f'DELETE FROM "{table}"')
            connection.execute("DELETE FROM sqlite_sequence")
        self._undo.clear()
        self._pages.vectors.forget()
        connection.execute("VACUUM")
        forget_aside(connection)
        self._database.sync()
        self._changed()

    def undo(self, token: str) -> None:
        """Bring back what an erasure took. Raises ValueError when it is too late."""
        erased = self._undo.pop(token, None)
        if erased is None:
            raise ValueError("It is too late to bring that back: it is erased.")
        with changing(self._database) as connection:
            self._pages.put_back(connection, erased.pages)
            for table, rows in erased.rows.items():
                if rows:
                    places = ", ".join("?" * len(rows[0]))
                    connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)
            connection.executemany(
                "UPDATE item SET read = ?, saved = ? WHERE id = ?",
                [(read, saved, one) for one, read, saved in erased.marks],
            )
        self._changed()

    def count(self, token: str) -> int:
        """How much an erasure took that can still be undone."""
        return self._undo[token].count if token in self._undo else 0

    def too_old(self, choice: str, now: float) -> TooOld:
        """What would go if the reader chose so. Raises ValueError for what is no choice."""
        until = self._retention.until(now, choice)
        if until is None:
            return TooOld()
        old = (
            "page WHERE true",
            "page WHERE (note <> '' OR tags <> '')",
            "taste_event WHERE true",
            "request WHERE true",
        )
        run = self._database.connection.execute
        counts = [run(f"SELECT count(*) FROM {rows} AND at < ?", (until,)).fetchone()[0] for rows in old]
        return TooOld(*counts)

    def expire(self, now: float) -> int:
        """Let go of what is older than the reader wants kept; answers how many rows."""
        self._swept = now
        until = self._retention.until(now)
        if until is None:
            return 0
        connection = self._database.connection
        old = [connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE at < ?)", (until,)).fetchone()[0]
               for table in ("page", "taste_event", "request")]  # fmt: skip
        if not any(old):
            return 0
        with changing(self._database):
            erased = Erased(now, pages=self._take_pages(connection, Filter(until=until)))
            for table in ("taste_event", "request"):
                self._take(connection, erased, table, "at < ?", until)
            self._unmark(connection, erased, "saved IS NULL AND read < ?", until)
            self._soil(connection)
        self._changed()
        return erased.count

    def wants_tending(self, now: float) -> float | None:
        """Seconds until `tend` has something to do; None: nothing is waiting."""
        if self._undo:
            return max(0.0, next(reversed(self._undo.values())).at + REGRET - now)
        if self._soiled():
            return 0.0
        return 0.0 if now - self._swept > _SWEEP and self._retention.until(now) is not None else None

    async def tend(self, now: float) -> None:
        """Whatever time has made due: retention, and purging what cannot be brought back any more."""
        self.expire(now)
        for token in [token for token, erased in self._undo.items() if erased.at + REGRET <= now]:
            del self._undo[token]
        if self._undo or not self._soiled():
            return
        done = self._pages.words.purge(_MERGED, start=True)
        while not done:
            await asyncio.sleep(0)
            if self._undo:
                return  # something else was erased meanwhile: from the beginning, later
            done = self._pages.words.purge(_MERGED, start=False)
        with changing(self._database) as connection:
            connection.execute("DELETE FROM setting WHERE name = ?", (_RESIDUE,))

    def _take_pages(self, connection: sqlite3.Connection, which: Filter) -> list[tuple[Any, ...]]:
        condition, values = which.where()
        ids = [row[0] for row in connection.execute(
            f"SELECT id FROM page {'WHERE ' + condition if condition else ''}", values)]  # fmt: skip
        if which.host:  # rows of before there was a column for it
            ids += [row[0] for row in connection.execute("SELECT id, url FROM page WHERE host = ''")
                    if of_site(row[1], which.host)]  # fmt: skip
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(ids), _LOT):
            rows += self._pages.take_out(connection, ids[start : start + _LOT])
        return rows

    def _unlearn(self, connection: sqlite3.Connection, erased: Erased) -> None:
        """What the erased pages taught goes with them, and that their stories were read; what was saved stays saved."""
        read = [dict(zip(COLUMNS, row, strict=True)) for row in erased.pages]
        urls = json.dumps([page["url"] for page in read if page["url"]])
        titles = json.dumps([page["title"] for page in read if page["title"]])
        items = "SELECT id FROM item WHERE url IN (SELECT value FROM json_each(?))"
        self._take(
            connection,
            erased,
            "taste_event",
            f"item IN (SELECT value FROM json_each(?)) OR item IN (SELECT CAST(id AS TEXT) FROM ({items}))"
            # Of before pages were learned from by their address.
            " OR item = '' AND kind = 'summary' AND title IN (SELECT value FROM json_each(?))",
            *(urls, urls, titles),
        )
        self._unmark(connection, erased, f"saved IS NULL AND id IN ({items})", urls)

    def _take(self, connection: sqlite3.Connection, erased: Erased, table: str, where: str, *values: object) -> None:
        erased.rows[table] = connection.execute(f"SELECT * FROM {table} WHERE {where}", values).fetchall()
        connection.execute(f"DELETE FROM {table} WHERE {where}", values)
        if table == "taste_event" and erased.rows[table]:  # the kept front page says what each story is like
            connection.execute("DELETE FROM setting WHERE name = ?", (FRONT,))

    def _unmark(self, connection: sqlite3.Connection, erased: Erased, where: str, *values: object) -> None:
        """Items stay with their feed; that they were read or saved goes."""
        marked = f"(read IS NOT NULL OR saved IS NOT NULL) AND ({where})"
        erased.marks = connection.execute(f"SELECT id, read, saved FROM item WHERE {marked}", values).fetchall()
        connection.execute(f"UPDATE item SET read = NULL, saved = NULL WHERE {marked}", values)

    def _remember(self, erased: Erased) -> str:
        self._last += 1
        token = f"erased-{self._last}"
        self._undo[token] = erased
        while len(self._undo) > _UNDOABLE:
            self._undo.popitem(last=False)
        self._changed()
        return token

    def _soil(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, '1')", (_RESIDUE,))

    def _soiled(self) -> bool:
        row = self._database.connection.execute("SELECT 1 FROM setting WHERE name = ?", (_RESIDUE,)).fetchone()
        return row is not None


def of_site(url: str, host: str) -> bool:
    """Whether an address is at a host or below it."""
    own = host_of(url)
    return own == host or own.endswith("." + host)


def _list(numbers: Iterable[int] | Sequence[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers) or "NULL"
