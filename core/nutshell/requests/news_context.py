"""What every kind of request about the news works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nutshell.feeds.subscriptions import FeedService
from nutshell.ports import Clock
from nutshell.ranking.news_index import NewsIndex
from nutshell.undo import UndoStack

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewsContext:
    """`state` is what the shell is told to do next, with every answer."""

    feeds: FeedService
    room: NewsIndex
    clock: Clock
    undo: UndoStack
    state: Callable[[], Answer]
