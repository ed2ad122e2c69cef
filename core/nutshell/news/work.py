"""What every kind of request about the news works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nutshell.ports import Clock

from .feeds import Feeds
from .room import Room
from .undo import Undo

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """`state` is what the shell is told to do next, with every answer."""

    feeds: Feeds
    room: Room
    clock: Clock
    undo: Undo
    state: Callable[[], Answer]
