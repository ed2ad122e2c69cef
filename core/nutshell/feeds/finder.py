"""Finds the feeds at an address that the user gave: a feed, or a page that declares or links feeds."""

from __future__ import annotations

from collections.abc import Sequence

from nutshell.ports import Clock, Fetched, FetchError
from nutshell.records.message import Message, message_of
from nutshell.urls import typed_address

from .discovery import FeedLink, common_feed_urls, decode_page, find_feed_links
from .feed import Feed, NotAFeed
from .http import HttpClient, content_type, fetch_problem
from .parser import parse_async
from .schedule import status_problem


class CannotSubscribe(ValueError):
    """There is no feed at the address; its Message says why.

    `found` are the feeds of the page at the address. `answered` is False when no server answered. `redirect` is the
    address that the server redirects to, when the user has not allowed it yet.
    """

    def __init__(
        self, message: Message, found: Sequence[FeedLink] = (), answered: bool = True, redirect: str = ""
    ) -> None:
        super().__init__(message)
        self.found = tuple(found)
        self.answered = answered
        self.redirect = redirect


class FeedFinder:
    def __init__(self, http: HttpClient, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._found: dict[str, tuple[Fetched, Feed]] = {}

    async def find(self, url: str) -> list[FeedLink]:
        """Returns the feed at `url`; or the feeds that the page there declares or links; or else the first
        of the site's common feed addresses that is a feed.

        Raises CannotSubscribe when `url` is invalid or cannot be fetched.
        """
        address = valid_address(url)
        self._found.clear()
        fetched = await self._get(address, "look for feeds")
        try:
            feed = await self._parse(fetched)
        except NotAFeed:
            found = find_feed_links(decode_page(fetched.body, content_type(fetched)), fetched.url)
            return found or await self._try_common_urls(fetched.url)
        # The user subscribes to it next: it is not requested twice.
        self._found[address] = (fetched, feed)
        return [FeedLink(address, feed.title, declared=True)]

    async def fetch(self, address: str) -> tuple[Fetched, Feed]:
        """Fetches the feed at a valid address. Raises CannotSubscribe."""
        if address in self._found:
            return self._found.pop(address)
        fetched = await self._get(address, "subscribe")
        try:
            return fetched, await self._parse(fetched)
        except NotAFeed as error:
            found = find_feed_links(decode_page(fetched.body, content_type(fetched)), fetched.url)
            raise CannotSubscribe(_not_a_feed(error, found), found) from None

    async def _try_common_urls(self, page_url: str) -> list[FeedLink]:
        for link in common_feed_urls(page_url):
            try:
                feed = await self._parse(await self._get(link.url, "look for feeds"))
            except (NotAFeed, CannotSubscribe):
                continue
            return [FeedLink(link.url, feed.title, declared=False)]
        return []

    async def _get(self, address: str, purpose: str) -> Fetched:
        try:
            fetched = await self._http.get(address, purpose)
        except FetchError as error:
            raise CannotSubscribe(fetch_problem(error), answered=bool(error.target), redirect=error.target) from None
        if not 200 <= fetched.status < 300:
            raise CannotSubscribe(status_problem(fetched.status))
        return fetched

    async def _parse(self, fetched: Fetched) -> Feed:
        return await parse_async(
            fetched.body, url=fetched.url, content_type=content_type(fetched), now=self._clock.now()
        )


def valid_address(url: str) -> str:
    """Returns the address that the user typed, completed. Raises CannotSubscribe when it is not a web address."""
    address = typed_address(url)
    if not address:
        raise CannotSubscribe(Message("feed.invalid_address"))
    return address


def _not_a_feed(error: NotAFeed, found: Sequence[FeedLink]) -> Message:
    if not found:
        return Message("feed.none_here", {"problem": message_of(error)})
    return Message("feed.page_with_feeds", count=len(found))
