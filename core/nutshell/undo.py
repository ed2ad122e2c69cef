"""What can be taken back: the last things that the reader did to the news, until the engine ends."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 50


class UndoStack:
    def __init__(self) -> None:
        self._backs: OrderedDict[str, tuple[Callable[[], object], ...]] = OrderedDict()
        self._numbers = itertools.count(1)

    def keep(self, *backs: Callable[[], object]) -> str:
        """A token for what these undo, called in this order."""
        token = f"news:{next(self._numbers)}"
        self._backs[token] = backs
        while len(self._backs) > _KEPT:
            self._backs.popitem(last=False)
        return token

    def clear(self) -> None:
        self._backs.clear()

    def take(self, token: str) -> None:
        """Raises ValueError for what cannot be taken back any more."""
        backs = self._backs.pop(token, None)
        if backs is None:
            raise ValueError("That cannot be taken back any more.")
        for back in backs:
            back()
