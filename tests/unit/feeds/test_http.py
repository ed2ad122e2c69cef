"""Requests go out a few at a time, one per host, each in the ledger."""

import asyncio

import pytest

from nutshell.feeds import http
from nutshell.feeds.http import HttpClient, content_type
from nutshell.ports import Fetched, FetchError
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.schema import prepare
from support.fakes import FakeClock, MemoryDatabase
from support.newsroom import HOST, Web

URL = f"{HOST}/feed"


@pytest.fixture
def ledger():
    database = MemoryDatabase()
    prepare(database)
    return RequestLedger(database)


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def client(web, ledger):
    return HttpClient(web, ledger, FakeClock())


def test_request_has_our_headers_and_limits(client, web, run):
    web.put("/feed", "news", content_type="text/xml")
    fetched = run(client.get(URL, "refresh", (("If-None-Match", '"a"'),)))
    (request,) = web.asked
    assert request.headers == (("Accept", http.ACCEPT), ("If-None-Match", '"a"'))
    assert (request.max_bytes, request.timeout_s) == (http.MAX_BYTES, http.TIMEOUT_SECONDS)
    assert content_type(fetched) == "text/xml"


def test_response_of_any_status_is_returned_and_recorded(client, web, ledger, run):
    web.put("/feed", "nothing", status=404)
    assert run(client.get(URL, "refresh")).status == 404
    (entry,) = ledger.list_entries()
    assert (entry.url, entry.why, entry.status, entry.received) == (URL, "refresh", 404, 7)


def test_address_of_another_scheme_is_refused_and_not_recorded(client, web, ledger, run):
    with pytest.raises(FetchError) as caught:
        run(client.get("file:///etc/passwd", "refresh"))
    assert caught.value.reason == "refused"
    assert (web.asked, ledger.list_entries()) == ([], [])


def test_failure_is_recorded_with_its_reason(client, web, ledger, run):
    web.fail("/feed", "elsewhere", "It redirects.", target="https://other.example/", sent=80)
    with pytest.raises(FetchError):
        run(client.get(URL, "refresh"))
    (entry,) = ledger.list_entries()
    assert (entry.status, entry.sent, entry.result) == (0, 80, "elsewhere https://other.example/")


def test_body_that_is_too_large_is_refused(client, web, ledger, run, monkeypatch):
    monkeypatch.setattr(http, "MAX_BYTES", 3)
    web.put("/feed", "long")
    with pytest.raises(FetchError) as caught:
        run(client.get(URL, "refresh"))
    assert caught.value.reason == "too-big"
    assert ledger.list_entries()[0].result == "too-big"


class Slow:
    """Answers after a few turns of the event loop; `running` are the requests under way, `most` their number."""

    def __init__(self):
        self.running = []
        self.most = 0

    async def fetch(self, request):
        assert request.url.split("/")[2] not in [url.split("/")[2] for url in self.running]
        self.running.append(request.url)
        self.most = max(self.most, len(self.running))
        for _ in range(3):
            await asyncio.sleep(0)
        self.running.remove(request.url)
        return Fetched(200, request.url, False, None, {}, b"", 0, 0)


@pytest.mark.skipif("sys.platform == 'emscripten'", reason="needs an event loop")
def test_few_hosts_are_asked_at_a_time_and_each_once(ledger):
    fetcher = Slow()
    client = HttpClient(fetcher, ledger, FakeClock())
    urls = [f"https://host{number % 8}.example/{number}" for number in range(24)]

    async def all_of_them():
        await asyncio.gather(*(client.get(url, "refresh") for url in urls))

    asyncio.run(all_of_them())
    assert fetcher.most == http.MAX_CONCURRENT
    assert len(ledger.list_entries(100)) == 24
