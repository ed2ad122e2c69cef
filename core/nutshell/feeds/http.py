"""The only place in the core that sends requests: a few at a time, one per host, each in the ledger."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from nutshell.ports import Clock, Fetch, Fetched, Fetcher, FetchError
from nutshell.records.message import Message
from nutshell.storage.ledger import RequestLedger
from nutshell.urls import host, http_address

MAX_CONCURRENT = 4
MAX_BYTES, TIMEOUT_SECONDS = 10_000_000, 20.0
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class HttpClient:
    """Fetches feeds, and the pages that the user wants searched for feeds."""

    def __init__(self, fetcher: Fetcher, ledger: RequestLedger, clock: Clock) -> None:
        self._fetcher = fetcher
        self._ledger = ledger
        self._clock = clock
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)
        self._host_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, url: str, purpose: str, headers: tuple[tuple[str, str], ...] = ()) -> Fetched:
        """Sends one GET request and returns the response, whatever its status. Raises FetchError."""
        if not http_address(url):
            raise FetchError("refused", "not an http or https address")
        lock = self._host_locks.setdefault(host(url), asyncio.Lock())
        async with lock, self._slots:
            request = Fetch(url, (("Accept", ACCEPT), *headers), MAX_BYTES, TIMEOUT_SECONDS)
            sent = _request_size(request)
            # The entry is written first, so that a request is on record even if the engine ends during it.
            entry = self._ledger.begin(self._clock.now(), url, purpose, sent)
            try:
                fetched = await self._fetcher.fetch(request)
                if len(fetched.body) > MAX_BYTES:
                    raise FetchError(
                        "too-big",
                        "the response is too large",
                        sent=fetched.sent,
                        received=fetched.received,
                    )
            except FetchError as error:
                # The target is the host that was asked too, when the request was redirected.
                result = f"{error.reason} {error.target}".rstrip()
                self._ledger.end(entry, status=0, sent=error.sent, received=error.received, result=result)
                raise
            except asyncio.CancelledError:
                self._ledger.end(entry, status=0, sent=sent, received=0, result="cancelled")
                raise
            result = f"moved to {fetched.url}" if fetched.redirected else ""
            self._ledger.end(entry, status=fetched.status, sent=fetched.sent, received=fetched.received, result=result)
            return fetched


_PROBLEMS = {
    "timeout": Message("fetch.timeout"),
    "too-big": Message("fetch.too_large", {"megabytes": MAX_BYTES // 1_000_000}),
    "network": Message("fetch.network"),
    "refused": Message("fetch.refused"),
}


def fetch_problem(error: FetchError) -> Message:
    """Explains a failed request to the user."""
    if error.reason in _PROBLEMS:
        return _PROBLEMS[error.reason]
    return Message("fetch.redirects", {"host": host(error.target)})


def content_type(fetched: Fetched) -> str:
    return fetched.headers.get("content-type", "")


def _request_size(request: Fetch) -> int:
    """Returns the bytes of the request line and our own headers; the browser adds more that it does not report."""
    return len(f"GET {request.url} HTTP/1.1\r\n") + sum(len(name) + len(value) + 4 for name, value in request.headers)
