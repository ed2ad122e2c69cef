"""Undo: the last changes, and what reverts each of them. Nothing of it outlives the engine."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from nutshell.records.message import Message

Revert = Callable[[], object]
"""Reverts one change. A change that takes time to revert returns an awaitable."""


class UnknownToken(ValueError):
    """The token was used, has expired, or was never issued."""


@dataclass(slots=True)
class _Change:
    reverts: tuple[Revert, ...]
    at: float


class UndoStack:
    """Issues an opaque token for each change and keeps the newest `limit` of them. A token works once.

    `prefix` begins each token, so that tokens of two stacks differ.
    """

    def __init__(self, prefix: str, limit: int = 50) -> None:
        self._prefix = prefix
        self._limit = limit
        self._changes: OrderedDict[str, _Change] = OrderedDict()
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        return len(self._changes)

    def add(self, *reverts: Revert, at: float = 0.0) -> str:
        """Returns the token of a change made `at` (Unix seconds), reverted by `reverts` in this order."""
        token = f"{self._prefix}{next(self._numbers)}"
        self._changes[token] = _Change(reverts, at)
        while len(self._changes) > self._limit:
            self._changes.popitem(last=False)
        return token

    def undo(self, token: str) -> None:
        """Raises UnknownToken."""
        for revert in self.pop(token):
            revert()

    def pop(self, token: str) -> tuple[Revert, ...]:
        """Removes a change without reverting it; returns its reverts. Raises UnknownToken."""
        if token not in self._changes:
            raise UnknownToken(Message("undo.expired"))
        return self._changes.pop(token).reverts

    def postpone(self, token: str, at: float) -> None:
        """Treats a change as made `at`, so that it expires later. Raises UnknownToken."""
        if token not in self._changes:
            raise UnknownToken(Message("undo.expired"))
        self._changes[token].at = at

    def newest(self) -> float | None:
        """When the newest change was made; None if there is none."""
        return max((change.at for change in self._changes.values()), default=None)

    def expire(self, before: float) -> None:
        """Drops the changes made at or before a time."""
        for token in [token for token, change in self._changes.items() if change.at <= before]:
            del self._changes[token]

    def clear(self) -> None:
        self._changes.clear()
