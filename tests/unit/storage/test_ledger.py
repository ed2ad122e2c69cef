"""The ledger: every request, from before it goes out; what is not listed any more is still counted."""

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
    """Says what the ledger holds while it is asked, and then does as it is told."""

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


def test_a_request_is_written_before_it_goes_out(run, database):
    fetcher, work = ask(database, ANSWER)
    run(work)
    [before] = fetcher.seen
    assert (before.url, before.why, before.status, before.result) == (URL, "refresh", 0, PENDING)
    assert before.sent > SENT
    assert RequestLedger(database).list_entries() == [LedgerEntry(NOW, URL, "refresh", 200, 300, 4, "")]


def test_one_that_was_under_way_when_the_engine_ended_is_listed(run, database):
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
def test_what_came_of_it_is_written_afterwards(run, database, outcome, result, sent):
    _, work = ask(database, outcome)
    with pytest.raises(type(outcome)):
        run(work)
    [request] = RequestLedger(database).list_entries()
    assert request.result == result
    assert request.sent == sent if sent is not None else request.sent > SENT, "it may have gone out: it counts"


def test_one_that_was_erased_meanwhile_is_not_written_again(run, database):
    _, work = ask(database, ANSWER)
    work.send(None)
    database.connection.execute("DELETE FROM request")
    run(work)
    assert RequestLedger(database).list_entries() == []


def test_what_is_too_much_or_too_old_is_still_counted(run, database, monkeypatch):
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
def test_totals_from_elsewhere_are_checked(bad):
    with pytest.raises(ValueError, match="ledger"):
        parse_totals(bad)
    assert parse_totals(GOOD) == LedgerTotals(1, 2, 3)
