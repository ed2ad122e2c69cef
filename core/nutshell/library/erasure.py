"""Erasure: deletes a page, a site, a span of time, everything, or what is older than the user's retention.

`secure_delete` (storage/schema.py) overwrites the rows. The full-text index still contains deleted words until it is
merged, which happens once an erasure can no longer be undone. That a merge is due is stored, in case the engine ends
first. Many pages are deleted in batches with pauses between, so that the engine answers other requests meanwhile.
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
from nutshell.records.pages import PageFilter
from nutshell.storage.deletion import (
    Deletion,
    DeletionRecord,
    OldRows,
    count_before,
    delete_everything,
    exists_before,
    restore_rows,
    unpack_pages,
)
from nutshell.storage.pages import PageStore
from nutshell.storage.transaction import transaction
from nutshell.undo import UndoStack

from .retention import Retention

UNDO_SECONDS = 12.0
"""How long an erasure can be undone; the panel offers it for ten seconds."""

_MAX_UNDO = 20
_EXPIRY_INTERVAL = 60.0  # seconds between checks for pages that are too old
_MERGE_PAGES = 400  # pages of the index at a time
_BATCH = 500  # pages of the library at a time


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """`undo` is the token that restores the erased rows, `count` how many there are."""

    undo: str
    count: int


class Erasure:
    """`cache_clearers` are called when rows were deleted or restored: they clear what is cached of any rows."""

    def __init__(
        self,
        database: Database,
        pages: PageStore,
        retention: Retention,
        cache_clearers: list[Callable[[], None]],
    ) -> None:
        self._database = database
        self._pages = pages
        self._retention = retention
        self._cache_clearers = cache_clearers
        self._undo = UndoStack("erased-", _MAX_UNDO)
        self._last_expiry = 0.0
        self._running = 0

    def erase_page(self, page: int, now: float) -> ErasureResult:
        """Raises NoSuchPage."""
        article = self._pages.get(page).article
        record = DeletionRecord(now)
        with transaction(self._database) as connection:
            deletion = Deletion(connection, record)
            deletion.delete_feedback_on([article.url], [article.title])
            deletion.add_pages(self._pages.delete(connection, [page]))
        return self._finish(record)

    async def erase_pages(self, which: PageFilter, now: float) -> ErasureResult:
        """Erases pages and the feedback on them, and nothing else of those sites or times."""
        return await self._erase(which, now, lambda deletion: None)

    async def erase_site(self, host: str, now: float) -> ErasureResult:
        """Erases a site's pages, the marks on its stories, the feedback on them, and the requests to it.

        A subscription stays, with the items of its feed. Raises ValueError if `host` is not a site.
        """
        host = host.strip().lower().removeprefix("www.")
        if not host or "/" in host or " " in host:
            raise ValueError(Message("privacy.invalid_site"))
        return await self._erase(PageFilter(host=host), now, lambda deletion: deletion.delete_site(host))

    async def erase_span(self, since: float, until: float, now: float) -> ErasureResult:
        """Erases the pages, marks, feedback and requests of a span of time. Raises ValueError if it is empty."""
        if not since < until:
            raise ValueError("The span of time has no length.")
        return await self._erase(PageFilter(since, until), now, lambda deletion: deletion.delete_between(since, until))

    def erase_everything(self) -> None:
        """Erases every row of every table. This cannot be undone."""
        delete_everything(self._database, self._pages)
        self._undo.clear()
        self._clear_caches()

    async def undo(self, token: str) -> None:
        """Raises UnknownToken if it is too late."""
        (restore,) = self._undo.pop(token)
        await cast(Awaitable[None], restore())

    def postpone(self, token: str, now: float) -> None:
        """Restarts the time in which an erasure can be undone. Raises UnknownToken if it is too late."""
        self._undo.postpone(token, now)

    def count_expired(self, choice: str, now: float) -> OldRows:
        """Returns how much another retention would delete. Raises ValueError for an unknown choice."""
        cutoff = self._retention.cutoff(now, choice)
        return OldRows() if cutoff is None else count_before(self._database, cutoff)

    async def expire(self, now: float) -> int:
        """Deletes what is older than the user's retention. Returns how many rows."""
        self._last_expiry = now
        cutoff = self._retention.cutoff(now)
        if cutoff is None or not exists_before(self._database, cutoff):
            return 0
        record = DeletionRecord(now, restorable=False)
        await self._delete(PageFilter(until=cutoff), record, lambda deletion: deletion.delete_before(cutoff))
        self._clear_caches()
        return record.count

    def next_maintenance(self, now: float) -> float | None:
        """Returns the seconds until `run_maintenance` has work to do, None if nothing is waiting."""
        newest = self._undo.newest()
        if newest is not None:
            return max(0.0, newest + UNDO_SECONDS - now)
        if self._pages.words.has_residue():
            return 0.0
        due = now - self._last_expiry > _EXPIRY_INTERVAL and self._retention.cutoff(now) is not None
        return 0.0 if due else None

    async def run_maintenance(self, now: float) -> None:
        """Enforces retention, and removes deleted words from the index once they cannot be restored."""
        await self.expire(now)
        self._undo.expire(now - UNDO_SECONDS)
        words = self._pages.words
        start = True
        while not self._undo and not self._running and words.has_residue():
            if words.merge(_MERGE_PAGES, start=start):
                with transaction(self._database) as connection:
                    words.clear_residue(connection)
                return
            start = False
            await asyncio.sleep(0)  # if something is erased meanwhile, the next run starts over

    async def _erase(self, which: PageFilter, now: float, delete_more: Callable[[Deletion], None]) -> ErasureResult:
        record, begun = DeletionRecord(now), monotonic()
        await self._delete(which, record, delete_more)
        record.at = now + monotonic() - begun  # the time to undo begins when the erasure ends
        return self._finish(record)

    async def _delete(self, which: PageFilter, record: DeletionRecord, delete_more: Callable[[Deletion], None]) -> None:
        """Deletes the feedback and marks first, in one transaction; then the pages in batches."""
        titles = self._pages.list_titles(which)
        with self._in_progress():
            with transaction(self._database) as connection:
                deletion = Deletion(connection, record)
                deletion.delete_feedback_on([url for _, url, _ in titles], [title for _, _, title in titles])
                delete_more(deletion)
            for start in range(0, len(titles), _BATCH):
                with transaction(self._database) as connection:
                    ids = [page for page, _, _ in titles[start : start + _BATCH]]
                    Deletion(connection, record).add_pages(self._pages.delete(connection, ids))
                await asyncio.sleep(0)

    async def _restore(self, record: DeletionRecord) -> None:
        with transaction(self._database) as connection:
            restore_rows(connection, record)
        for batch in record.pages:
            with transaction(self._database) as connection:
                self._pages.restore(connection, unpack_pages(batch))
            await asyncio.sleep(0)
        self._clear_caches()

    @contextmanager
    def _in_progress(self) -> Iterator[None]:
        """The index is not merged while an erasure runs: it may still be undone."""
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1

    def _finish(self, record: DeletionRecord) -> ErasureResult:
        token = self._undo.add(lambda: self._restore(record), at=record.at)
        self._clear_caches()
        return ErasureResult(token, record.count)

    def _clear_caches(self) -> None:
        for clear in self._cache_clearers:
            clear()
