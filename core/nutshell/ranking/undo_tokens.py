"""What can be taken back: a token for each change, which holds until the engine ends."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 50


class NotFound(ValueError):
    """What was named is not there (any more); the message says what."""


class UndoTokens:
    """The last changes, and what takes each of them back."""

    def __init__(self) -> None:
        self._backs: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._tokens = itertools.count(1)

    def keep(self, back: Callable[[], None]) -> str:
        """A token for `take`."""
        token = f"change:{next(self._tokens)}"
        self._backs[token] = back
        while len(self._backs) > _KEPT:
            self._backs.popitem(last=False)
        return token

    def take(self, token: str) -> bool:
        """Take back what the token stands for; False when that cannot be done (any more)."""
        back = self._backs.pop(token, None)
        if back is not None:
            back()
        return back is not None
