"""The news desk: every request about the news, by name. Nothing of it is loaded before the first of them comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Any

from nutshell.feeds.subscriptions import FeedService
from nutshell.messages import Message
from nutshell.ports import Clock, Database, Fetch, Fetched, Fetcher, FetchError, Models, Progress
from nutshell.ranking.news_index import NewsIndex, StoredCandidates
from nutshell.ranking.recommender import Recommender
from nutshell.storage.front_page import FrontPageStore
from nutshell.storage.news_settings import NewsSettingsStore
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import UndoStack

from .news_context import Answer, NewsContext, NewsState
from .preferences import Preferences
from .story_actions import StoryActions
from .story_lists import StoryLists
from .subscriptions import SubscriptionRequests, refresh_message
from .validation import boolean, text

Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]


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
        self._undo = UndoStack("news:")
        self._feeds = FeedService(database, fetcher or _NoFetcher(), clock)
        self._not_saved_reason = unkept
        self._state = NewsState(self._feeds, self._switches, RankingStore(database), clock)
        self.handlers: Mapping[str, Handler] = {
            "news.list": self._list,
            "news.event": self._event,
            "news.taste": self._show_taste,
            "news.taste.set": self._change_taste,
            "news.undo": self._take_back,
            "news.refresh": self._refresh,
            "news.feeds": self._subscription(SubscriptionRequests.sources),
            "news.catalogue": self._subscription(SubscriptionRequests.catalogue),
            "news.discover": self._subscription(SubscriptionRequests.discover),
            "news.subscribe": self._subscription(SubscriptionRequests.subscribe),
            "news.unsubscribe": self._subscription(SubscriptionRequests.unsubscribe),
            "news.restore": self._subscription(SubscriptionRequests.restore),
            "news.known": self._subscription(SubscriptionRequests.known),
            "news.hosts": self._subscription(SubscriptionRequests.hosts),
            "news.opml.read": self._subscription(SubscriptionRequests.opml_read),
            "news.opml.export": self._subscription(SubscriptionRequests.opml_export),
        }

    # What needs the reader's taste is made when it is first wanted: following, fetching and the badge do without.

    @cached_property
    def _room(self) -> NewsIndex:
        store = self._feeds.store
        return NewsIndex(
            store, lambda: Recommender(self._models, self._wordpiece, self._database, StoredCandidates(store))
        )

    @cached_property
    def _work(self) -> NewsContext:
        return NewsContext(self._feeds, self._room, self._clock, self._undo, self._state.get)

    @cached_property
    def _lists(self) -> StoryLists:
        return StoryLists(self._work, FrontPageStore(self._database))

    @cached_property
    def _acts(self) -> StoryActions:
        return StoryActions(self._work, self._lists, self._pages)

    @cached_property
    def _learning(self) -> Preferences:
        return Preferences(self._work, self._switches)

    @cached_property
    def _subscriptions(self) -> SubscriptionRequests:
        return SubscriptionRequests(
            self._feeds, self._room, self._state, self._switches, self._clock, self._not_saved_reason
        )

    def _subscription(
        self, method: Callable[[SubscriptionRequests, Mapping[str, Any], Progress], Awaitable[Answer]]
    ) -> Handler:
        """Looks up the object at each request: `drop` replaces it."""
        return lambda payload, progress: method(self._subscriptions, payload, progress)

    def drop(self) -> None:
        """Forget what is in memory: the rows below it were changed by another way."""
        for made in ("_room", "_work", "_lists", "_acts", "_learning", "_subscriptions"):
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
        self._undo.undo(text(payload, "undo"))
        return {"state": self._state.get()}

    async def _refresh(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Fetch the feeds that are `due`, or all; or the one at `url`. Answers in `fetched` whether any was."""
        due, url = boolean(payload, "due", False), text(payload, "url", "")
        one = self._feeds.store.at(url) if url else None
        if url and one is None:
            raise ValueError(Message("feed.not_followed"))
        try:
            done = await self._feeds.refresh(due_only=due, progress=progress, feeds=[one.id] if one else None)
        except BaseException:
            self._room.mark_changed()  # what was fetched before it was stopped is there
            raise
        self._room.mark_changed(done.changed)
        titles = {each.id: each.title for each in self._feeds.store.all()}
        failed = [titles[feed] for feed in done.failed if feed in titles]
        return {
            "message": refresh_message(done, failed),
            "fetched": bool(done.answered or done.failed),
            "new": len(done.new),
            "state": self._state.get(),
        }


class _NoFetcher:
    async def fetch(self, request: Fetch) -> Fetched:
        raise FetchError("refused", "this host has no network")
