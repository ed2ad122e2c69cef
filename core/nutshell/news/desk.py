"""The news desk: every request about the news, by name. Nothing of it is loaded before the first of them comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from nutshell.memory.pages import Pages
from nutshell.memory.taste import TasteStore
from nutshell.ports import Clock, Database, Fetch, Fetched, Fetcher, FetchError, Models, Progress
from nutshell.taste.mutes import hidden
from nutshell.taste.taste import Taste
from nutshell.text.wordpiece import WordPiece

from .acts import Acts
from .feeds import Feeds
from .following import Following, told
from .front import FrontPage
from .learning import Learning
from .lists import Lists
from .payload import text, truth
from .room import Room, Words, candidate
from .switches import SwitchStore
from .undo import Undo
from .work import Answer, Work

Handler = Callable[[Mapping[str, Any], Progress], Awaitable[Answer]]

_MOST_COUNTED = 99
_MOST_LOOKED_THROUGH = 1_000


class Desk:
    """`handlers` leads from a request's name to its answer; each raises ValueError, ModelError or sqlite3.Error."""

    def __init__(
        self,
        *,
        models: Models,
        wordpiece: WordPiece,
        database: Database,
        clock: Clock,
        pages: Pages,
        fetcher: Fetcher | None,
        unkept: str = "",
    ) -> None:
        self._models = models
        self._wordpiece = wordpiece
        self._database = database
        self._clock = clock
        self._pages = pages
        self._switches = SwitchStore(database)
        self._undo = Undo()
        self._feeds = Feeds(database, fetcher or _NoFetcher(), clock)
        self._following = Following(self._feeds, self._switches, clock, self._outdate, self._state, unkept)
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
            "news.page_feeds": self._following.page_feeds,
            "news.address": self._following.address,
            "news.hosts": self._following.hosts,
            "news.opml.read": self._following.opml_read,
            "news.opml.export": self._following.opml_export,
            "news.ledger": self._following.ledger,
        }

    # What needs the reader's taste is made when it is first wanted: following, fetching and the badge do without.

    @cached_property
    def _room(self) -> Room:
        store = self._feeds.store
        return Room(store, Taste(self._models, self._wordpiece, self._database, Words(store)))

    @cached_property
    def _work(self) -> Work:
        return Work(self._feeds, self._room, self._clock, self._undo, self._state)

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self._work, FrontPage(self._database), self._following.first_html)

    @cached_property
    def _acts(self) -> Acts:
        return Acts(self._work, self._lists, self._pages)

    @cached_property
    def _learning(self) -> Learning:
        return Learning(self._work, self._switches)

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
            # Known by its address: erased with the page (memory/erasing.py).
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
            self._outdate(())  # what was fetched before it was stopped is there
            raise
        self._outdate(done.changed)
        titles = {each.id: each.title for each in self._feeds.all()}
        failed = [titles[feed] for feed in done.failed if feed in titles]
        return {
            "message": told(done, failed),
            "fetched": bool(done.answered or done.failed),
            "new": len(done.new),
            "state": self._state(),
        }

    def _outdate(self, changed: Sequence[int]) -> None:
        if "_room" in self.__dict__:  # a room that is not there yet will see all
            self._room.outdate(changed)

    def _state(self) -> Answer:
        """`badge`: what stands on the button; `wake`: seconds until feeds are due, null for no fetching by itself."""
        switches = self._switches.load()
        unread = self._unread(switches.looked) if switches.badge else 0
        badge = f"{_MOST_COUNTED}+" if unread > _MOST_COUNTED else str(unread or "")
        due = self._feeds.next_due() if switches.background else None
        return {"badge": badge, "wake": None if due is None else max(0.0, due - self._clock.now())}

    def _unread(self, since: float) -> int:
        """What came since then, and would be shown: counted while nobody looks, and without the pool."""
        mutes = TasteStore(self._database).mutes()
        if not mutes:
            return self._feeds.store.unread(since)
        new = self._feeds.store.unseen(since, _MOST_LOOKED_THROUGH)
        return sum(not hidden(mutes, candidate(item)) for item in new)


class _NoFetcher:
    async def fetch(self, request: Fetch) -> Fetched:
        raise FetchError("refused", "Nothing is fetched here.")
