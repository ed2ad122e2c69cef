"""The reader's feeds: subscribing, refreshing, and the items there are."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nutshell.ports import Clock, Database, Fetched, Fetcher, FetchError, Progress
from nutshell.records.items import Outline, StoredItem, Subscription
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ledger import Ledger
from nutshell.storage.unfollowed import UNDOABLE
from nutshell.urls import host, typed_address

from . import schedule as upkeeping
from .discovery import FeedLink, candidates, guesses, page_text
from .http import HttpClient
from .parser import BROKEN, Feed, NotAFeed, parsing

# Sooner than this a feed is not fetched again, even when the reader asks for it.
_LEAST_WAIT = 60.0


class CannotSubscribe(ValueError):
    """There is no feed at the address; the message says why. `found` are the feeds of the page that is there.

    `answered` is false where nothing answered at all; `elsewhere` is where it sends on to, if that is not allowed yet.
    """

    def __init__(
        self, message: str, found: Sequence[FeedLink] = (), answered: bool = True, elsewhere: str = ""
    ) -> None:
        super().__init__(message)
        self.found = tuple(found)
        self.answered = answered
        self.elsewhere = elsewhere


@dataclass(slots=True)
class RefreshResult:
    """What a refresh did: ids of feeds that answered and that did not, of items that are new and that changed."""

    answered: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    aged: int = 0


class FeedService:
    """`chance` gives a random number between 0 and 1; left out, the system does."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        clock: Clock,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self.store = FeedStore(database)
        self.ledger = Ledger(database)
        self._fetching = HttpClient(fetcher, self.ledger, clock)
        self._clock = clock
        self._chance = chance or random.SystemRandom().random
        self._busy: set[int] = set()
        self._found: dict[str, Fetched] = {}

    # Subscriptions

    def all(self) -> list[Subscription]:
        return self.store.all()

    async def subscribe(self, url: str, *, folder: str = "") -> tuple[Subscription, RefreshResult]:
        """Subscribe to the feed at an address, and take in its items.

        Raises CannotSubscribe, with the feeds that were found when the address is that of a page.
        """
        address = _address(url)
        known = self.store.at(address)
        if known is not None:
            return known, RefreshResult()
        fetched = self._found.pop(address, None) or await self._get(address, "subscribe")
        if fetched.redirected and fetched.moved_permanently:
            address = typed_address(fetched.url) or address
        try:
            feed = await self._parse(fetched)
        except NotAFeed as error:
            found = candidates(page_text(fetched.body, _type(fetched)), fetched.url)
            raise CannotSubscribe(_not_a_feed(error, found), found) from None
        number = self.store.add(address, self._clock.now(), title=feed.title, site=feed.site, folder=folder)
        done = RefreshResult(answered=[number])
        self._take(self.store.get(number), fetched, feed, done)
        return self.store.get(number), done

    async def discover(self, url: str, *, guess: bool = False) -> list[FeedLink]:
        """The feeds of a page: those it declares or links; or, to `guess`, the first usual address that is a feed.

        Raises CannotSubscribe when the page cannot be fetched.
        """
        address = _address(url)
        self._found.clear()
        fetched = await self._get(address, "look for feeds")
        try:
            feed = await self._parse(fetched)
        except NotAFeed:
            found = candidates(page_text(fetched.body, _type(fetched)), fetched.url)
        else:
            self._found[address] = fetched  # who looked for it follows it next: it is not asked for twice
            return [FeedLink(address, feed.title, declared=True)]
        return found if found or not guess else await self._guess(fetched.url)

    async def _guess(self, page: str) -> list[FeedLink]:
        for one in guesses(page):
            try:
                feed = await self._parse(await self._get(one.url, "look for feeds"))
            except (NotAFeed, CannotSubscribe):
                continue
            return [FeedLink(one.url, feed.title, declared=False)]
        return []

    def add(self, outlines: Iterable[Outline]) -> list[int]:
        """Subscribe to what an OPML file or the catalogue lists, without fetching: each is due at once.

        Answers the ids of those that were not subscribed to before.
        """
        given = {address: outline for outline in outlines if (address := typed_address(outline.url))}
        followed = {one.url for one in self.store.all()}
        new = [replace(outline, url=address) for address, outline in given.items() if address not in followed]
        return self.store.add_all(new, self._clock.now())

    def outlines(self) -> list[Outline]:
        """The subscriptions as an OPML file lists them."""
        return [Outline(one.title, one.url, one.site, one.folder) for one in self.store.all()]

    def unsubscribe(self, feed: int) -> None:
        """Raises NoSuchFeed. `restore` brings it back, with all its items, for an hour."""
        self.store.remove(feed, self._clock.now())

    def restore(self, feed: int) -> None:
        """Undo `unsubscribe`. Raises NoSuchFeed."""
        self.store.restore(feed)

    def rename(self, feed: int, *, title: str = "", folder: str = "") -> None:
        self.store.rename(feed, title=" ".join(title.split())[:200], folder=" ".join(folder.split())[:100])

    # Items

    def items(
        self,
        *,
        feed: int | None = None,
        query: str = "",
        saved: bool = False,
        unread: bool = False,
        since: float | None = None,
        limit: int | None = 200,
        offset: int = 0,
    ) -> list[StoredItem]:
        """The newest first; saved ones: the last saved first."""
        return self.store.items(
            feed=feed, query=query, saved=saved, unread=unread, since=since, limit=limit, offset=offset
        )

    def by_id(self, ids: Iterable[int]) -> dict[int, StoredItem]:
        return self.store.by_id(ids)

    def save(self, ids: Iterable[int], saved: bool = True) -> None:
        self.store.mark(ids, column="saved", when=self._clock.now() if saved else None)

    def read(self, ids: Iterable[int], read: bool = True) -> None:
        self.store.mark(ids, column="read", when=self._clock.now() if read else None)

    def unread(self) -> int:
        return self.store.unread()

    # Refreshing

    def next_due(self) -> float | None:
        """When the next feed is due, in Unix seconds; None without feeds that are still fetched."""
        return min((one.due for one in self.store.all() if not one.upkeep.gone), default=None)

    async def refresh(
        self, due_only: bool = True, progress: Progress | None = None, feeds: Iterable[int] | None = None
    ) -> RefreshResult:
        """Fetch the feeds that are due, or all, or of `feeds` those; a few at once. Never raises for a feed's fault.

        What a reader asks for (`due_only` false) still leaves a minute between two fetches of a feed, and waits for
        as long as a server asked after an error. A feed that is gone is fetched only when it is named.
        """
        now = self._clock.now()
        wanted = None if feeds is None else set(feeds)
        due = [
            one
            for one in self.store.all()
            if one.id not in self._busy
            and (not one.upkeep.gone if wanted is None else one.id in wanted)
            and (one.due <= now if due_only else _may(one, now))
        ]
        done = RefreshResult()
        # One at a host: its feeds one after the other, so that they do not take the places of other hosts' feeds.
        hosts: dict[str, list[Subscription]] = {}
        for one in sorted(due, key=lambda one: one.due):
            hosts.setdefault(host(one.url), []).append(one)
        told = _Told(progress, len(due))
        self._busy |= {one.id for one in due}
        try:
            if len(hosts) > 1:
                chains = [self._refresh_host(chain, done, told) for chain in hosts.values()]
                # All of them to their ends, whatever one meets: none goes on unwatched.
                for met in await asyncio.gather(*chains, return_exceptions=True):
                    if isinstance(met, BaseException):
                        raise met
            else:
                for chain in hosts.values():
                    await self._refresh_host(chain, done, told)
        finally:
            self._busy -= {one.id for one in due}
        self.store.purge(now - UNDOABLE)
        if done.answered:  # nothing to look through thousands of items for where none came
            done.aged = self.store.age(now)
        return done

    async def _refresh_host(self, chain: list[Subscription], done: RefreshResult, told: _Told) -> None:
        for one in chain:
            try:
                await self._refresh_one(one, done)
            except sqlite3.Error:
                raise  # nothing can be kept: that is no feed's fault
            except Exception:
                # What nobody foresaw is this feed's failure as well, and delays it; the others have their turn.
                self._fail(one, f"It can not be read any more. {BROKEN}", 0, {}, done)
            told.one()

    async def _refresh_one(self, one: Subscription, done: RefreshResult) -> None:
        if not self.store.has(one.id):  # erased or unfollowed since
            return
        try:
            fetched = await self._fetching.get(one.url, "refresh", upkeeping.conditional_headers(one.upkeep))
        except FetchError as error:
            refused = one.url if error.reason == "refused" else error.target
            self._fail(one, str(error), 0, {}, done, error.reason in {"network", "timeout"}, refused)
            return
        if fetched.status == 304 or (
            fetched.status == 200 and upkeeping.body_digest(fetched.body) == one.upkeep.digest
        ):
            self._take(one, fetched, None, done)
        elif not 200 <= fetched.status < 300:
            self._fail(one, upkeeping.status_problem(fetched.status), fetched.status, fetched.headers, done)
        else:
            try:
                feed = await self._parse(fetched)
            except NotAFeed as error:
                self._fail(one, f"It can not be read any more. {error}", fetched.status, fetched.headers, done)
            else:
                self._take(one, fetched, feed, done)

    def _take(self, one: Subscription, fetched: Fetched, feed: Feed | None, done: RefreshResult) -> None:
        if not self.store.has(one.id):  # erased or unfollowed while it was fetched
            return
        now = self._clock.now()
        new: list[int] = []
        changed: list[int] = []
        if feed is not None:
            new, changed = self.store.take(one.id, feed.items, now, title=feed.title, site=feed.site, lang=feed.lang)
        upkeep, target = upkeeping.after_redirect(one.upkeep, fetched, one.url)
        after = upkeeping.after_success(upkeep, fetched, feed, bool(new or changed), now, self._chance())
        self.store.keep_up(one.id, upkeep=after.upkeep, due=after.due, problem="", checked=now, url=target)
        done.answered.append(one.id)
        done.new += new
        done.changed += changed

    def _fail(
        self,
        one: Subscription,
        problem: str,
        status: int,
        headers: Mapping[str, str],
        done: RefreshResult,
        unreachable: bool = False,
        refused: str = "",
    ) -> None:
        now, chance = self._clock.now(), self._chance()
        after = upkeeping.after_failure(one.upkeep, problem, status, headers, now, chance, unreachable, refused)
        self.store.keep_up(one.id, upkeep=after.upkeep, due=after.due, problem=after.problem)
        done.failed.append(one.id)

    async def _get(self, address: str, why: str) -> Fetched:
        try:
            fetched = await self._fetching.get(address, why)
        except FetchError as error:
            raise CannotSubscribe(str(error), answered=bool(error.target), elsewhere=error.target) from None
        if not 200 <= fetched.status < 300:
            raise CannotSubscribe(upkeeping.status_problem(fetched.status))
        return fetched

    async def _parse(self, fetched: Fetched) -> Feed:
        """Raises NotAFeed. Between its steps others have their turn."""
        work = parsing(fetched.body, url=fetched.url, content_type=_type(fetched), now=self._clock.now())
        while True:
            try:
                next(work)
            except StopIteration as done:
                feed: Feed = done.value
                return feed
            await asyncio.sleep(0)


class _Told:
    """Counts feeds off to the one who waits."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._done = 0
        self._total = total

    def one(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress("feeds", self._done, self._total)


def _may(one: Subscription, now: float) -> bool:
    if one.upkeep.failures:
        return now >= one.upkeep.patience
    return one.checked is None or now - one.checked >= _LEAST_WAIT


def _address(url: str) -> str:
    address = typed_address(url)
    if not address:
        raise CannotSubscribe("That is not an address of the web: it begins with http:// or https://.")
    return address


def _type(fetched: Fetched) -> str:
    return fetched.headers.get("content-type", "")


def _not_a_feed(error: NotAFeed, found: Sequence[FeedLink]) -> str:
    if not found:
        return f"There is no feed at this address. {error}"
    return "This is a page with a feed." if len(found) == 1 else f"This is a page with {len(found)} feeds."
