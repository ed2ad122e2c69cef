"""The user's subscriptions: adding them, and refreshing their feeds."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from nutshell.ports import Clock, Database, Fetched, Fetcher, FetchError, Progress
from nutshell.records.items import Outline, Subscription
from nutshell.records.message import Message, message_of, to_json
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.unsubscribed import UNDO_SECONDS
from nutshell.urls import host, same_page, typed_address

from . import schedule
from .feed import BROKEN, Feed, NotAFeed
from .finder import FeedFinder, valid_address
from .http import HttpClient, content_type, fetch_problem
from .parser import parse_async

_MIN_INTERVAL = 60.0
"""Seconds between two fetches of a feed, even when the user asks for one."""


@dataclass(slots=True)
class RefreshResult:
    """What a refresh did: ids of the feeds that answered and that failed, and of new, changed and removed items."""

    answered: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)


class FeedService:
    """`random_fraction` returns a random number between 0 and 1; it spreads fetches over time."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        clock: Clock,
        random_fraction: Callable[[], float] | None = None,
    ) -> None:
        self.store = FeedStore(database)
        self.ledger = RequestLedger(database)
        self._http = HttpClient(fetcher, self.ledger, clock)
        self.finder = FeedFinder(self._http, clock)
        self._clock = clock
        self._random_fraction = random_fraction or random.SystemRandom().random
        self._refreshing: set[int] = set()

    async def subscribe(self, url: str, *, folder: str = "") -> Subscription:
        """Subscribes to the feed at an address and stores its items. Raises CannotSubscribe."""
        address = valid_address(url)
        subscription = self.store.find_same_subscription(address)
        if subscription is not None:
            return subscription
        fetched, feed = await self.finder.fetch(address)
        if fetched.redirected:
            target = typed_address(fetched.url) or address
            if subscription := self.store.find_same_subscription(target):
                return subscription
            address = target if fetched.moved_permanently else address
        feed_id = self.store.add_subscription(
            address, self._clock.now(), title=feed.title, site=feed.site, folder=folder
        )
        self._save(self.store.get_subscription(feed_id), fetched, feed, RefreshResult())
        return self.store.get_subscription(feed_id)

    def add_all(self, outlines: Iterable[Outline]) -> list[int]:
        """Subscribes to the feeds of an OPML file or the catalogue without fetching them: each is due at once.

        Returns the ids of the subscriptions that are new.
        """
        by_address = {address: outline for outline in outlines if (address := typed_address(outline.url))}
        subscribed = {same_page(subscription.url) for subscription in self.store.list_subscriptions()}
        new = []
        for address, outline in by_address.items():
            if same_page(address) not in subscribed:
                subscribed.add(same_page(address))
                new.append(replace(outline, url=address))
        return self.store.add_subscriptions(new, self._clock.now())

    def next_due(self) -> float | None:
        """Returns when the next feed is due, in Unix seconds, or None when no feed is fetched any more."""
        return min((feed.due for feed in self.store.list_subscriptions() if not feed.fetch_state.gone), default=None)

    async def refresh(
        self, due_only: bool = True, progress: Progress | None = None, feeds: Iterable[int] | None = None
    ) -> RefreshResult:
        """Fetches the feeds that are due, or all, or only those of `feeds`. A feed's failure raises nothing.

        With `due_only` False a feed is still left alone for a minute after a fetch, and after an error for as long as
        its server asked. A feed that is gone is fetched only when `feeds` names it.
        """
        now = self._clock.now()
        wanted = None if feeds is None else set(feeds)
        due = [
            feed
            for feed in self.store.list_subscriptions()
            if feed.id not in self._refreshing
            and (not feed.fetch_state.gone if wanted is None else feed.id in wanted)
            and (feed.due <= now if due_only else _may_fetch(feed, now))
        ]
        result = RefreshResult()
        # Feeds of one host are fetched one after the other, so that they do not keep other hosts' feeds waiting.
        by_host: dict[str, list[Subscription]] = {}
        for feed in sorted(due, key=lambda feed: feed.due):
            by_host.setdefault(host(feed.url), []).append(feed)
        counter = _Counter(progress, len(due))
        self._refreshing |= {feed.id for feed in due}
        try:
            if len(by_host) > 1:
                tasks = [self._refresh_host(chain, result, counter) for chain in by_host.values()]
                # Every task ends before an exception is raised: none goes on in the background.
                for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(outcome, BaseException):
                        raise outcome
            else:
                for chain in by_host.values():
                    await self._refresh_host(chain, result, counter)
        finally:
            self._refreshing -= {feed.id for feed in due}
        self.store.delete_unsubscribed(now - UNDO_SECONDS)
        if result.answered:  # without new items there is nothing to delete
            result.removed += self.store.delete_old_items(now)
        return result

    async def _refresh_host(self, chain: list[Subscription], result: RefreshResult, counter: _Counter) -> None:
        for feed in chain:
            try:
                await self._refresh_one(feed, result)
            except sqlite3.Error:
                raise  # the database failed, not the feed
            except Exception:
                # An unforeseen error is a failure of this feed only; the others are still refreshed.
                self._save_failure(feed, Message("feed.unreadable", {"problem": BROKEN}), result)
            counter.add_one()

    async def _refresh_one(self, subscription: Subscription, result: RefreshResult) -> None:
        if not self.store.is_subscribed(subscription.id):  # unsubscribed or deleted since
            return
        state = subscription.fetch_state
        try:
            fetched = await self._http.get(subscription.url, "refresh", schedule.conditional_headers(state))
        except FetchError as error:
            self._save_failure(
                subscription,
                fetch_problem(error),
                result,
                unreachable=error.reason in {"network", "timeout"},
                refused=subscription.url if error.reason == "refused" else error.target,
            )
            return
        if fetched.status == 304 or (fetched.status == 200 and schedule.body_digest(fetched.body) == state.digest):
            self._save(subscription, fetched, None, result)
        elif not 200 <= fetched.status < 300:
            self._save_failure(subscription, schedule.status_problem(fetched.status), result, fetched)
        else:
            try:
                feed = await parse_async(
                    fetched.body, url=fetched.url, content_type=content_type(fetched), now=self._clock.now()
                )
            except NotAFeed as error:
                self._save_failure(
                    subscription, Message("feed.unreadable", {"problem": message_of(error)}), result, fetched
                )
            else:
                self._save(subscription, fetched, feed, result)

    def _save(self, subscription: Subscription, fetched: Fetched, feed: Feed | None, result: RefreshResult) -> None:
        """Stores the items and the new fetch state of a feed that answered; `feed` is None when nothing changed."""
        if not self.store.is_subscribed(subscription.id):  # unsubscribed or deleted while it was fetched
            return
        now = self._clock.now()
        new: list[int] = []
        changed: list[int] = []
        if feed is not None:
            new, changed = self.store.save_items(
                subscription.id, feed.items, now, title=feed.title, site=feed.site, lang=feed.lang
            )
        state, new_url = schedule.after_redirect(subscription.fetch_state, fetched, subscription.url)
        after = schedule.after_success(state, fetched, feed, bool(new or changed), now, self._random_fraction())
        self.store.save_fetch_state(
            subscription.id, state=after.fetch_state, due=after.due, problem="", checked=now, url=new_url
        )
        result.answered.append(subscription.id)
        result.new += new
        result.changed += changed
        other = self.store.find_subscription(new_url) if new_url else None
        if other is not None and other.id != subscription.id:  # it moved to a feed that the user follows too
            doubled = self.store.merge_subscription(subscription.id, other.id)
            result.removed += doubled
            result.new = [item for item in result.new if item not in doubled]

    def _save_failure(
        self,
        subscription: Subscription,
        problem: Message,
        result: RefreshResult,
        fetched: Fetched | None = None,
        *,
        unreachable: bool = False,
        refused: str = "",
    ) -> None:
        after = schedule.after_failure(
            subscription.fetch_state,
            problem,
            fetched.status if fetched else 0,
            fetched.headers if fetched else {},
            self._clock.now(),
            self._random_fraction(),
            unreachable,
            refused,
        )
        stored = to_json(after.problem) if after.problem else ""
        self.store.save_fetch_state(subscription.id, state=after.fetch_state, due=after.due, problem=stored)
        result.failed.append(subscription.id)


class _Counter:
    """Reports how many feeds are done."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._done = 0
        self._total = total

    def add_one(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress("feeds", self._done, self._total)


def _may_fetch(subscription: Subscription, now: float) -> bool:
    """Whether the user may have a feed fetched that is not due."""
    if subscription.fetch_state.failures:
        return now >= subscription.fetch_state.patience
    return subscription.checked is None or now - subscription.checked >= _MIN_INTERVAL
