"""What the handlers of news requests share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nutshell.feeds.subscriptions import FeedService
from nutshell.ports import Clock
from nutshell.ranking.candidates import Candidate
from nutshell.ranking.mutes import matches
from nutshell.ranking.news_index import NewsIndex
from nutshell.records.ranking import FrontPagePlace
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import SettingsStore
from nutshell.undo import UndoStack

from .types import Answer

_MAX_BADGE = 99
_MAX_ITEMS_CHECKED = 1_000


class NewsState:
    """What the shell needs after each news request."""

    def __init__(self, feeds: FeedService, settings: SettingsStore, rankings: RankingStore, clock: Clock) -> None:
        self._feeds = feeds
        self._settings = settings
        self._rankings = rankings
        self._clock = clock

    def get(self) -> Answer:
        """Returns `badge`, the text on the toolbar button, and `wake`, the seconds until feeds are due.

        `wake` is None when feeds are not fetched in the background.
        """
        settings = self._settings.load_news()
        unread = self._count_unread(settings.looked) if settings.badge else 0
        badge = f"{_MAX_BADGE}+" if unread > _MAX_BADGE else str(unread or "")
        due = self._feeds.next_due() if settings.background else None
        return {"badge": badge, "wake": None if due is None else max(0.0, due - self._clock.now())}

    def _count_unread(self, since: float) -> int:
        """Returns the number of unread items first seen after `since` that no mute hides.

        It runs in the background, so it reads the store only and does not load the news index.
        """
        mutes = self._rankings.list_mutes()
        if not mutes:
            return self._feeds.store.count_unread(since)
        items = map(Candidate.from_item, self._feeds.store.list_unread(since, _MAX_ITEMS_CHECKED))
        return sum(not any(matches(mute, item) for mute in mutes) for item in items)


class ShownStories:
    """The list that was sent last: feedback on a story depends on what was around it.

    StoryLists replaces it with each list; story actions read it.
    """

    def __init__(self) -> None:
        self._places: tuple[FrontPagePlace, ...] = ()
        self._explored: Mapping[str, str] = {}

    def replace(self, places: Sequence[FrontPagePlace], explored: Mapping[str, str]) -> None:
        """`explored` has the topic of each lead item that is shown to explore one."""
        self._places, self._explored = tuple(places), explored

    def clear(self) -> None:
        self.replace((), {})

    @property
    def places(self) -> tuple[FrontPagePlace, ...]:
        return self._places

    def find(self, story: str) -> FrontPagePlace | None:
        return next((place for place in self._places if place.story == story), None)

    def explored_topic(self, item: int) -> str:
        return self._explored.get(str(item), "")


@dataclass(frozen=True, slots=True)
class NewsContext:
    feeds: FeedService
    index: NewsIndex
    pages: PageStore
    settings: SettingsStore
    clock: Clock
    undo: UndoStack
    state: NewsState
    shown: ShownStories
