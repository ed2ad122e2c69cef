"""The requests about news, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nutshell.feeds.subscriptions import FeedService
from nutshell.messages import Message
from nutshell.ports import Clock, Database, Fetch, Fetched, Fetcher, FetchError, Models, Progress
from nutshell.ranking.feedback import Feedback
from nutshell.ranking.news_index import NewsIndex
from nutshell.storage.front_page import FrontPageStore
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.storage.settings import SettingsStore
from nutshell.text.wordpiece import WordPiece
from nutshell.undo import UndoStack

from .news_context import NewsContext, NewsState, ShownStories
from .preferences import Preferences
from .story_actions import StoryActions
from .story_lists import FOR_YOU, ListRequest, StoryLists
from .subscriptions import SubscriptionRequests, first_catalogue_html, refresh_message
from .types import Answer, Handler
from .validation import boolean, text


class NewsRequests:
    """`handlers` has the handler of each request; every handler may raise ValueError, ModelError or sqlite3.Error.

    Nothing here loads the news index before the first list: following, fetching and the badge do without it.
    """

    def __init__(
        self,
        *,
        models: Models,
        wordpiece: WordPiece,
        database: Database,
        clock: Clock,
        pages: PageStore,
        fetcher: Fetcher | None,
        not_saved_reason: str = "",
    ) -> None:
        self._clock = clock
        self._undo = UndoStack("news:")
        self._shown = ShownStories()
        self._settings = SettingsStore(database)
        self._feeds = FeedService(database, fetcher or _NoFetcher(), clock)
        self._index = NewsIndex(models, wordpiece, database, self._feeds.store)
        self._state = NewsState(self._feeds, self._settings, RankingStore(database), clock)
        context = NewsContext(
            feeds=self._feeds,
            index=self._index,
            pages=pages,
            settings=self._settings,
            clock=clock,
            undo=self._undo,
            state=self._state,
            shown=self._shown,
        )
        self._lists = StoryLists(context, FrontPageStore(database))
        subscriptions = SubscriptionRequests(
            self._feeds, self._index, self._state, self._settings, clock, not_saved_reason
        )
        preferences = Preferences(context)
        self.handlers: Mapping[str, Handler] = {
            "news.list": self._list,
            "news.event": StoryActions(context).run,
            "news.preferences": preferences.show,
            "news.preferences.set": preferences.change,
            "news.undo": self._undo_change,
            "news.refresh": self._refresh,
            "news.feeds": subscriptions.sources,
            "news.catalogue": subscriptions.catalogue,
            "news.discover": subscriptions.discover,
            "news.subscribe": subscriptions.subscribe,
            "news.unsubscribe": subscriptions.unsubscribe,
            "news.restore": subscriptions.restore,
            "news.page_feeds": subscriptions.page_feeds,
            "news.address": subscriptions.address,
            "news.hosts": subscriptions.hosts,
            "news.opml.read": subscriptions.opml_read,
            "news.opml.export": subscriptions.opml_export,
        }

    def clear_cache(self) -> None:
        """Drops what is in memory: another part of Nutshell changed the stored rows."""
        self._index.reset()
        self._shown.clear()

    def cancel(self) -> None:
        """Everything is about to be erased: no change can be undone."""
        self._undo.clear()
        self.clear_cache()

    def record_summary(self, url: str, title: str, gist: str, site: str) -> None:
        """Records that the user summarized a page, as feedback on the item with its address or on the page itself."""
        item = self._feeds.store.find_item(url)
        now = self._clock.now()
        if item is not None:
            feedback = Feedback("summary", str(item.id), now, 0.0, item.headline, item.text, str(item.feed))
        elif title:
            # The event has the page's address, so that erasing the page erases the event (library/erasure.py).
            feedback = Feedback("summary", url, now, 0.0, title, gist, site)
        else:
            return
        self._index.recommender.record([feedback])

    async def _list(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Without sources, "for you" is the catalogue to choose some from."""
        request = ListRequest.parse(payload)
        if self._settings.load_news().badge:
            self._settings.save_news(looked=self._clock.now())
        if request.tab == FOR_YOU and not self._feeds.store.list_subscriptions():
            return {"html": first_catalogue_html(), "state": self._state.get()}
        return await self._lists.show(request, progress)

    async def _undo_change(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        self._undo.undo(text(payload, "undo"))
        return {"state": self._state.get()}

    async def _refresh(self, payload: Mapping[str, Any], progress: Progress) -> Answer:
        """Fetches the feeds that are `due`, or all, or the one at `url`, and updates the news index if it is loaded.

        `fetched` in the answer says whether any feed was fetched, `new` how many items are new.
        """
        due, url = boolean(payload, "due", False), text(payload, "url", "")
        subscription = self._feeds.store.find_subscription(url) if url else None
        if url and subscription is None:
            raise ValueError(Message("feed.not_followed"))
        feeds = [subscription.id] if subscription else None
        try:
            result = await self._feeds.refresh(due_only=due, progress=progress, feeds=feeds)
        except BaseException:
            self._index.mark_changed()  # what was fetched until then is stored
            raise
        await self._index.apply_changes(result.changed, progress)
        titles = {subscription.id: subscription.title for subscription in self._feeds.store.list_subscriptions()}
        failed = [titles[feed] for feed in result.failed if feed in titles]
        return {
            "message": refresh_message(result, failed),
            "fetched": bool(result.answered or result.failed),
            "new": len(result.new),
            "state": self._state.get(),
        }


class _NoFetcher:
    async def fetch(self, request: Fetch) -> Fetched:
        raise FetchError("refused", "this host has no network")
