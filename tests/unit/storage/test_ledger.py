"""The ledger records every request before it is sent and counts requests that are no longer listed."""

import asyncio

import pytest

from nutshell.feeds.http import HttpClient
from nutshell.library.erasure import Erasure
from nutshell.library.retention import Retention
from nutshell.ports import Fetched, FetchError
from nutshell.records.ledger import LedgerEntry, LedgerTotals
from nutshell.storage import ledger as module
from nutshell.storage.ledger import PENDING, RequestLedger, parse_totals
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import prepare
from support.fakes import FakeClock, MemoryDatabase

NOW = FakeClock().now()
URL = "https://paper.example/feed"
SENT = len(f"GET {URL} HTTP/1.1\r\n")


@pytest.fixture
def database():
    database = MemoryDatabase()
    prepare(database)
    return database


class Slow:
    """Records the ledger's entries during a fetch, then returns or raises `outcome`."""

    def __init__(self, ledger, outcome):
        self.ledger, self.outcome, self.seen = ledger, outcome, []

    async def fetch(self, request):
        self.seen += self.ledger.list_entries()
        await asyncio.sleep(0)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def ask(database, outcome):
    ledger = RequestLedger(database)
    fetcher = Slow(ledger, outcome)
    return fetcher, HttpClient(fetcher, ledger, FakeClock()).get(URL, "refresh")


ANSWER = Fetched(200, URL, False, None, {}, b"news", sent=300, received=4)


def test_a_request_is_saved_before_it_is_sent(run, database):
    fetcher, work = ask(database, ANSWER)
    run(work)
    [before] = fetcher.seen
    assert (before.url, before.why, before.status, before.result) == (URL, "refresh", 0, PENDING)
    assert before.sent > SENT
    assert RequestLedger(database).list_entries() == [LedgerEntry(NOW, URL, "refresh", 200, 300, 4, "")]


def test_a_request_interrupted_by_the_engines_end_is_listed(run, database):
    _, work = ask(database, ANSWER)
    work.send(None)
    work.close()
    [request] = RequestLedger(database).list_entries()
    assert (request.result, request.received) == (PENDING, 0)
    assert request.sent > SENT


SLOW = FetchError("timeout", "Slow.", sent=70, received=9)
REFUSED = FetchError("refused", "No.")


@pytest.mark.parametrize(
    ("outcome", "result", "sent"),
    [(asyncio.CancelledError(), "cancelled", None), (SLOW, "timeout", 70), (REFUSED, "refused", 0)],
)
def test_the_result_of_a_request_is_saved(run, database, outcome, result, sent):
    _, work = ask(database, outcome)
    with pytest.raises(type(outcome)):
        run(work)
    [request] = RequestLedger(database).list_entries()
    assert request.result == result
    assert request.sent == sent if sent is not None else request.sent > SENT, "it may have been sent, so it counts"


def test_a_request_erased_while_pending_is_not_saved_again(run, database):
    _, work = ask(database, ANSWER)
    work.send(None)
    database.connection.execute("DELETE FROM request")
    run(work)
    assert RequestLedger(database).list_entries() == []


def test_requests_beyond_the_limits_are_still_counted(run, database, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 50)
    ledger, pages, retention = RequestLedger(database), PageStore(database), Retention(database)
    for number in range(70):
        ledger.add(LedgerEntry(NOW + number, URL, "refresh", 200, 100, 1000, ""))
    assert len(ledger.list_entries()) == 50
    assert ledger.unlisted_totals() == LedgerTotals(20, 2000, 20_000)
    assert ledger.totals() == LedgerTotals(70, 7000, 70_000)
    retention.set("day")
    eraser = Erasure(database, pages, retention, [])
    assert run(eraser.expire(NOW + 60 + 86_400)) == 40
    assert (len(ledger.list_entries()), ledger.totals()) == (10, LedgerTotals(70, 7000, 70_000))
    eraser.erase_everything()
    assert ledger.totals() == LedgerTotals()


GOOD = {"requests": 1, "sent": 2, "received": 3}
BAD = [None, 7, [], {}, {"requests": 1, "sent": 2}, GOOD | {"more": 1}]
BAD += [GOOD | {"sent": value} for value in (-1, True, 1e3, 10**400, "7", None)]


@pytest.mark.parametrize("bad", BAD)
def test_invalid_imported_totals_are_refused(bad):
    with pytest.raises(ValueError, match="ledger"):
        parse_totals(bad)
    assert parse_totals(GOOD) == LedgerTotals(1, 2, 3)
