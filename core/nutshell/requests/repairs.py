"""Requests about a damaged database, and the full check of a large one between requests."""

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
    """`problem` is why the file could not be opened, "" if it was."""

    def __init__(self, database: Database, problem: str = "") -> None:
        self._database = database
        self._problem = problem
        self._unchecked: list[str] | None = None
        self._found_damage = False

    def handlers(self) -> dict[str, Handler]:
        return {"history.state": self._state, "history.told": self._dismiss}

    async def _state(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        damage = integrity.damage(self._database.connection)
        return {"html": render_damage(damage, problem=self._problem, found=self._found_damage)}

    async def _dismiss(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        integrity.dismiss_damage(self._database.connection)
        self._database.sync()
        return {"html": render_damage(None, problem=self._problem, found=self._found_damage)}

    @property
    def waiting(self) -> bool:
        """Whether a file that was too large to check on opening still has unchecked tables."""
        return self._unchecked != [] and integrity.is_large(self._database.connection)

    async def run_maintenance(self) -> None:
        """Checks the tables one at a time."""
        if not self.waiting:
            return
        connection = self._database.connection
        if self._unchecked is None:
            self._unchecked = integrity.tables(connection)
        while self._unchecked:
            self._found_damage = not integrity.check_fully(connection, self._unchecked.pop()) or self._found_damage
            await asyncio.sleep(0)
