"""The one place that requests go out from: few at once, one at a host, each in the ledger."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from nutshell.ports import Clock, Fetch, Fetched, Fetcher, FetchError
from nutshell.storage.ledger import Ledger
from nutshell.urls import host, http_address

AT_ONCE = 4
MOST_BYTES, MOST_SECONDS = 10_000_000, 20.0
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class HttpClient:
    """Fetches feeds, and the pages that a reader asks to be searched for feeds."""

    def __init__(self, fetcher: Fetcher, ledger: Ledger, clock: Clock) -> None:
        self._fetcher = fetcher
        self._ledger = ledger
        self._clock = clock
        self._places = asyncio.Semaphore(AT_ONCE)
        self._hosts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, url: str, why: str, headers: tuple[tuple[str, str], ...] = ()) -> Fetched:
        """One request, whatever its status. Raises FetchError."""
        if not http_address(url):
            raise FetchError("refused", "Only http and https addresses are fetched.")
        lock = self._hosts.setdefault(host(url), asyncio.Lock())
        async with lock, self._places:
            request = Fetch(url, (("Accept", ACCEPT), *headers), MOST_BYTES, MOST_SECONDS)
            sent = _written(request)
            number = self._ledger.begin(self._clock.now(), url, why, sent)  # before it goes: should all end meanwhile
            try:
                fetched = await self._fetcher.fetch(request)
                if len(fetched.body) > MOST_BYTES:
                    raise FetchError(
                        "too-big",
                        f"It is larger than {MOST_BYTES // 1_000_000} MB.",
                        sent=fetched.sent,
                        received=fetched.received,
                    )
            except FetchError as error:
                self._end(number, 0, error.sent, error.received, _said(error))
                raise
            except asyncio.CancelledError:
                self._end(number, 0, sent, 0, "cancelled")
                raise
            result = f"moved to {fetched.url}" if fetched.redirected else ""
            self._end(number, fetched.status, fetched.sent, fetched.received, result)
            return fetched

    def _end(self, number: int, status: int, sent: int, received: int, result: str) -> None:
        self._ledger.end(number, status=status, sent=sent, received=received, result=result)


def _written(request: Fetch) -> int:
    """Bytes of a request as far as we write it: its first line and our own headers."""
    return len(f"GET {request.url} HTTP/1.1\r\n") + sum(len(name) + len(value) + 4 for name, value in request.headers)


def _said(error: FetchError) -> str:
    """Why nothing came; and who else was asked, where it sent on."""
    return f"{error.reason} {error.target}".rstrip()
