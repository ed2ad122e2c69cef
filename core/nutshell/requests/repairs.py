"""What the panel asks about a damaged database, and the whole check of a large one while nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nutshell.ports import Database, Progress
from nutshell.storage import integrity
from nutshell.views.damage import render_damage

Answer = dict[str, Any]
Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]


class RepairRequests:
    """`problem` says why the file could not be opened at all, "" when it was."""

    def __init__(self, database: Database, problem: str = "") -> None:
        self._database = database
        self._problem = problem
        self._unread: list[str] | None = None
        self._found = False

    def handlers(self) -> dict[str, Handler]:
        return {"history.state": self._state, "history.told": self._told}

    async def _state(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        damage = integrity.damage(self._database.connection)
        return {"html": render_damage(damage, problem=self._problem, found=self._found)}

    async def _told(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        integrity.told(self._database.connection)
        self._database.sync()
        return {"html": render_damage(None, problem=self._problem, found=self._found)}

    @property
    def waiting(self) -> bool:
        """Whether a file too large to be checked when it opened is still to be read."""
        return self._unread != [] and integrity.is_large(self._database.connection)

    async def tend(self) -> None:
        """A table at a time."""
        if not self.waiting:
            return
        connection = self._database.connection
        if self._unread is None:
            self._unread = integrity.tables(connection)
        while self._unread:
            self._found = not integrity.check_whole(connection, self._unread.pop()) or self._found
            await asyncio.sleep(0)
