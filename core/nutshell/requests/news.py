"""The news desk: every request about the news, by name. Nothing of it is loaded before the first of them comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from nutshell.feeds.subscriptions import FeedService
from nutshell.ports import Clock, Database, Fetch, Fetched, Fetcher, FetchError, Models, Progress
from nutshell.ranking.mutes import hidden
from nutshell.ranking.news_index import NewsIndex, StoredCandidates, candidate
from nutshell.ranking.recommender import Recommender
from nutshell.storage.front_page import FrontPageStore
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import UndoStack

from .news_context import Answer, NewsContext
from .preferences import Preferences
from .story_actions import StoryActions
from .story_lists import StoryLists
from .subscriptions import SubscriptionRequests, told
from .validation import text, truth

Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]

_MOST_COUNTED = 99
_MOST_LOOKED_THROUGH = 1_000


class NewsRequests:
    """`handlers` leads from a request's name to its answer; each raises ValueError, ModelError or sqlite3.Error."""

    def __init__(
        self,
        *,
        models: Models,
        wordpiece: WordPiece,
        database: Database,
        clock: Clock,
        pages: PageStore,
        fetcher: Fetcher | None,
        unkept: str = "",
    ) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._database = database
        self._clock = clock
        self._pages = pages
        self._switches = NewsSettingsStore(database)
        self._undo = UndoStack()
        self._feeds = FeedService(database, fetcher or _NoFetcher(), clock)
        self._following = SubscriptionRequests(
            self._feeds, self._switches, clock, self._mark_changed, self._state, unkept
        )
        self.handlers: Mapping[str, Handler] = {
            "news.list": self._list,
            "news.event": self._event,
            "news.taste": self._show_taste,
            "news.taste.set": self._change_taste,
            "news.undo": self._take_back,
            "news.refresh": self._refresh,
            "news.feeds": self._following.sources,
            "news.catalogue": self._following.catalogue,
            "news.discover": self._following.discover,
            "news.subscribe": self._following.subscribe,
            "news.unsubscribe": self._following.unsubscribe,
            "news.restore": self._following.restore,
            "news.rename": self._following.rename,
            "news.known": self._following.known,
            "news.hosts": self._following.hosts,
            "news.opml.read": self._following.opml_read,
            "news.opml.export": self._following.opml_export,
            "news.ledger": self._following.ledger,
        }

    # What needs the reader's taste is made when it is first wanted: following, fetching and the badge do without.

    @cached_property
    def _room(self) -> NewsIndex:
        store = self._feeds.store
        return NewsIndex(store, Recommender(self._models, self._wordpiece, self._database, StoredCandidates(store)))

    @cached_property
    def _work(self) -> NewsContext:
        return NewsContext(self._feeds, self._room, self._clock, self._undo, self._state)

    @cached_property
    def _lists(self) -> StoryLists:
        return StoryLists(self._work, FrontPageStore(self._database), self._following.first_html)

    @cached_property
    def _acts(self) -> StoryActions:
        return StoryActions(self._work, self._lists, self._pages)

    @cached_property
    def _learning(self) -> Preferences:
        return Preferences(self._work, self._switches)

    def drop(self) -> None:
        """Forget what is in memory: the rows below it were changed by another way."""
        for made in ("_room", "_work", "_lists", "_acts", "_learning"):
            self.__dict__.pop(made, None)

    def end(self) -> None:
        """All will be erased: nothing of it can be taken back."""
        self._undo.clear()
        self.drop()

    def learn(self, url: str, title: str, said: str, source: str) -> None:
        """A page was put in a nutshell, and the reader wants such pages to be learned from."""
        item = self._feeds.store.item_at(url)
        now = self._clock.now()
        if item is not None:
            self._room.taste.record(
                "summary", str(item.id), now, title=item.headline, text=item.text, source=str(item.feed)
            )
        elif title:
            # Known by its address: erased with the page (library/erasure.py).
            self._room.taste.record("summary", url, now, title=title, text=said, source=source)

    async def _list(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        if self._switches.load().badge:
            self._switches.set(looked=self._clock.now())
        return await self._lists.show(payload, progress)

    async def _event(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return await self._acts.event(payload, progress)

    async def _show_taste(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return await self._learning.show(payload, progress)

    async def _change_taste(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        return await self._learning.change(payload, progress)

    async def _take_back(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        self._undo.take(text(payload, "undo"))
        return {"state": self._state()}

    async def _refresh(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Fetch the feeds that are `due`, or all; or the one at `url`. Answers in `fetched` whether any was."""
        due, url = truth(payload, "due", False), text(payload, "url", "")
        one = self._feeds.store.at(url) if url else None
        if url and one is None:
            raise ValueError("You do not follow this feed.")
        try:
            done = await self._feeds.refresh(due_only=due, progress=progress, feeds=[one.id] if one else None)
        except BaseException:
            self._mark_changed(())  # what was fetched before it was stopped is there
            raise
        self._mark_changed(done.changed)
        titles = {each.id: each.title for each in self._feeds.all()}
        failed = [titles[feed] for feed in done.failed if feed in titles]
        return {
            "message": told(done, failed),
            "fetched": bool(done.answered or done.failed),
            "new": len(done.new),
            "state": self._state(),
        }

    def _mark_changed(self, changed: Sequence[int]) -> None:
        if "_room" in self.__dict__:  # a room that is not there yet will see all
            self._room.mark_changed(changed)

    def _state(self) -> Answer:
        """`badge`: what stands on the button; `wake`: seconds until feeds are due, null for no fetching by itself."""
        switches = self._switches.load()
        unread = self._unread(switches.looked) if switches.badge else 0
        badge = f"{_MOST_COUNTED}+" if unread > _MOST_COUNTED else str(unread or "")
        due = self._feeds.next_due() if switches.background else None
        return {"badge": badge, "wake": None if due is None else max(0.0, due - self._clock.now())}

    def _unread(self, since: float) -> int:
        """What came since then, and would be shown: counted while nobody looks, and without the pool."""
        mutes = RankingStore(self._database).mutes()
        if not mutes:
            return self._feeds.store.unread(since)
        new = self._feeds.store.unseen(since, _MOST_LOOKED_THROUGH)
        return sum(not hidden(mutes, candidate(item)) for item in new)


class _NoFetcher:
    async def fetch(self, request: Fetch) -> Fetched:
        raise FetchError("refused", "Nothing is fetched here.")
