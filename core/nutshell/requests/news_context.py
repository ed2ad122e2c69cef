"""What the handlers of news requests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nutshell.feeds.subscriptions import FeedService
from nutshell.ports import Clock
from nutshell.ranking.mutes import hidden
from nutshell.ranking.news_index import NewsIndex, candidate
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.storage.ranking import RankingStore
from nutshell.undo import UndoStack

Answer = dict[str, Any]

_MAX_BADGE = 99
_MAX_ITEMS_CHECKED = 1_000


class NewsState:
    """What the shell needs after each news request."""

    def __init__(self, feeds: FeedService, settings: NewsSettingsStore, rankings: RankingStore, clock: Clock) -> None:
        self._feeds = feeds
        self._settings = settings
        self._rankings = rankings
        self._clock = clock

    def get(self) -> Answer:
        """Returns `badge`, the text on the toolbar button, and `wake`, the seconds until feeds are due.

        `wake` is None when feeds are not fetched in the background.
        """
        settings = self._settings.load()
        unread = self._count_unread(settings.looked) if settings.badge else 0
        badge = f"{_MAX_BADGE}+" if unread > _MAX_BADGE else str(unread or "")
        due = self._feeds.next_due() if settings.background else None
        return {"badge": badge, "wake": None if due is None else max(0.0, due - self._clock.now())}

    def _count_unread(self, since: float) -> int:
        """Returns the number of unread items first seen after `since` that no mute hides.

        It runs in the background, so it reads the store only and does not load the news index.
        """
        mutes = self._rankings.mutes()
        if not mutes:
            return self._feeds.store.unread(since)
        items = self._feeds.store.unseen(since, _MAX_ITEMS_CHECKED)
        return sum(not hidden(mutes, candidate(item)) for item in items)


@dataclass(frozen=True, slots=True)
class NewsContext:
    """`state` is what the shell is told to do next, with every answer."""

    feeds: FeedService
    room: NewsIndex
    clock: Clock
    undo: UndoStack
    state: Callable[[], Answer]
