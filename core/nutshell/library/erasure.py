"""Erasing, for good: a page, a site, a span of time, everything, and what is older than the reader wants kept.

`secure_delete` (storage/schema.py) writes zeros over what a removed row leaves. The index of words keeps removed words
until it is merged, so what was erased is purged from it as soon as it cannot be brought back any more; that it still
has to be is itself written down, in case the engine ends before.

Many pages go in lots, with a pause between: whoever asks whether the engine still lives gets an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import cast

from nutshell.ports import Database
from nutshell.records.message import Message
from nutshell.storage.deletion import Deletion, DeletionRecord, unpacked
from nutshell.storage.integrity import forget_aside
from nutshell.storage.pages import PageFilter, PageStore
from nutshell.storage.transaction import transaction
from nutshell.undo import UndoStack, UnknownToken

from .retention import Retention

REGRET = 12.0
"""Seconds for which an erasure can be undone: the panel offers it for ten."""

_UNDOABLE = 20
_TOO_LATE = Message("undo.expired")
_SWEEP = 60.0  # seconds between looks for what is too old
_MERGED = 400  # pages of the index at a time
_LOT = 500  # pages of the memory at a time


@dataclass(frozen=True, slots=True)
class TooOld:
    """How much is older than the reader would keep it: pages, those of them with their own words, and what else."""

    pages: int = 0
    noted: int = 0
    learned: int = 0
    requests: int = 0

    def __bool__(self) -> bool:
        return bool(self.pages or self.learned or self.requests)


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """`undo` is the token that brings the erased rows back, `count` how many rows were erased."""

    undo: str
    count: int


class Erasure:
    """`changed` is told when rows went or came back, so that whoever holds them in memory looks again."""

    def __init__(self, database: Database, pages: PageStore, retention: Retention, changed: Callable[[], None]) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention
        self._changed = changed
        self._undo = UndoStack("erased-", _UNDOABLE)
        self._swept = 0.0
        self._busy = 0

    def page(self, page: int, now: float) -> ErasureResult:
        """Erases one page. Raises NoSuchPage."""
        kept = self._pages.open(page)
        erased = DeletionRecord(now)
        with transaction(self._database) as connection:
            removal = Deletion(connection, erased)
            removal.taught([kept.article.url], [kept.article.title])
            removal.pages(self._pages.take_out(connection, [page]))
        return self._remember(erased)

    async def pages(self, which: PageFilter, now: float) -> ErasureResult:
        """Pages, and what was learned from them: what else is known of those sites or times stays."""
        return await self._erase(which, now, lambda removal: None)

    async def site(self, host: str, now: float) -> ErasureResult:
        """All that says that a site was read: its pages, marks on its stories, what was learned there, requests to it.

        A subscription stays, and with it what its feed lists. Raises ValueError for no site.
        """
        host = host.strip().lower().removeprefix("www.")
        if not host or "/" in host or " " in host:
            raise ValueError(Message("privacy.invalid_site"))
        return await self._erase(PageFilter(host=host), now, lambda removal: removal.site(host))

    async def span(self, since: float, until: float, now: float) -> ErasureResult:
        """All that was read, learned and requested in a span of time."""
        if not since < until:
            raise ValueError("the span of time is empty")

        def more(removal: Deletion) -> None:
            removal.marks("read >= ? AND read < ? OR saved >= ? AND saved < ?", *[since, until] * 2)
            for table in ("taste_event", "request"):
                removal.rows(table, "at >= ? AND at < ?", since, until)

        return await self._erase(PageFilter(since, until), now, more)

    def everything(self) -> None:
        """Every row of every table, for good, at once; and a damaged file that was set aside.

        Ids are not given again: what still works on a row of before must not find another one.
        """
        connection = self._database.connection
        tables = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'page_words%'")]  # fmt: skip
        with transaction(self._database):
            self._pages.words.empty(connection)
            for table in tables:
                connection.execute(f'DELETE FROM "{table}"')
        self._undo.clear()
        self._pages.vectors.forget()
        connection.execute("VACUUM")
        forget_aside(connection)
        self._database.sync()
        self._changed()

    async def undo(self, token: str) -> None:
        """Bring back what an erasure took. Raises ValueError when it is too late."""
        try:
            (restore,) = self._undo.pop(token)
        except UnknownToken:
            raise ValueError(_TOO_LATE) from None
        await cast(Awaitable[None], restore())

    async def _restore(self, erased: DeletionRecord) -> None:
        with transaction(self._database) as connection:
            for table, rows in erased.rows.items():
                places = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", rows)
            connection.executemany(
                "UPDATE item SET read = ?, saved = ? WHERE id = ?",
                [(read, saved, one) for one, read, saved in erased.marks],
            )
        for lot in erased.pages:
            with transaction(self._database) as connection:
                self._pages.put_back(connection, unpacked(lot))
            await asyncio.sleep(0)
        self._changed()

    def hold(self, token: str, now: float) -> None:
        """The reader is still thinking about it. Raises ValueError when it is too late."""
        try:
            self._undo.postpone(token, now)
        except UnknownToken:
            raise ValueError(_TOO_LATE) from None

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

    async def expire(self, now: float) -> int:
        """Let go of what is older than the reader wants kept; answers how many rows."""
        self._swept = now
        until = self._retention.until(now)
        if until is None:
            return 0
        run = self._database.connection.execute
        old = [
            run(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE at < ?)", (until,)).fetchone()[0]
            for table in ("page", "taste_event", "request")
        ]
        if not any(old):
            return 0

        def more(removal: Deletion) -> None:
            removal.rows("taste_event", "at < ?", until)
            removal.requests("at < ?", until)
            removal.marks("saved IS NULL AND read < ?", until)

        erased = DeletionRecord(now, kept=False)
        await self._take(PageFilter(until=until), erased, more)
        self._changed()
        return erased.count

    def wants_tending(self, now: float) -> float | None:
        """Seconds until `tend` has something to do; None: nothing is waiting."""
        newest = self._undo.newest()
        if newest is not None:
            return max(0.0, newest + REGRET - now)
        if self._pages.words.soiled():
            return 0.0
        return 0.0 if now - self._swept > _SWEEP and self._retention.until(now) is not None else None

    async def tend(self, now: float) -> None:
        """Whatever time has made due: retention, and purging what cannot be brought back any more."""
        await self.expire(now)
        self._undo.expire(now - REGRET)
        words = self._pages.words
        start = True
        while not self._undo and not self._busy and words.soiled():
            if words.purge(_MERGED, start=start):
                with transaction(self._database) as connection:
                    words.clean(connection)
                return
            start = False
            await asyncio.sleep(0)  # something else may be erased meanwhile: from the beginning, later

    async def _erase(self, which: PageFilter, now: float, more: Callable[[Deletion], None]) -> ErasureResult:
        erased, begun = DeletionRecord(now), monotonic()
        await self._take(which, erased, more)
        erased.at = now + monotonic() - begun  # there is as long to regret much as to regret little
        return self._remember(erased)

    async def _take(self, which: PageFilter, erased: DeletionRecord, more: Callable[[Deletion], None]) -> None:
        """First all that says what was read, at once; then the pages, a lot at a time."""
        named = self._pages.named(which)
        with self._working():
            with transaction(self._database) as connection:
                removal = Deletion(connection, erased)
                removal.taught([url for _, url, _ in named], [title for _, _, title in named])
                more(removal)
            for start in range(0, len(named), _LOT):
                with transaction(self._database) as connection:
                    ids = [page for page, _, _ in named[start : start + _LOT]]
                    Deletion(connection, erased).pages(self._pages.take_out(connection, ids))
                await asyncio.sleep(0)

    @contextmanager
    def _working(self) -> Iterator[None]:
        """What is being erased cannot be purged yet."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def _remember(self, erased: DeletionRecord) -> ErasureResult:
        token = self._undo.add(lambda: self._restore(erased), at=erased.at)
        self._changed()
        return ErasureResult(token, erased.count)
