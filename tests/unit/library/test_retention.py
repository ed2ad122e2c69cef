"""Retention as set in the panel: a choice that would erase data needs confirmation."""

import pytest

from nutshell.app import RequestError
from nutshell.records.ledger import LedgerEntry
from nutshell.storage.ledger import RequestLedger
from support.library_rig import NOW, Rig
from tests import wording

DAY = 86_400


@pytest.fixture
def rig(run):
    """Two pages from years ago, one from today, and an old request."""
    rig = Rig(run)
    rig.clock.time = NOW - 800 * DAY
    rig.read("heron", note="Ask Ines.")
    rig.read("plover")
    RequestLedger(rig.database).add(LedgerEntry(rig.clock.time, "https://paper.example/feed", "refresh", 200, 1, 1, ""))
    rig.clock.time = NOW
    rig.read("curlew")
    return rig


@pytest.mark.parametrize("keep", ["year", "month", "day"])
def test_a_shorter_retention_erases_nothing_before_confirmation(run, rig, keep):
    answer = rig.ask("privacy.set", keep=keep, welcomed=True)
    assert (answer["keep"], answer["welcomed"]) == ("ever", True)
    assert wording.plural("retention.pages_noted", 2, noted=1) in answer["html"]
    assert wording.plural("retention.requests", 1) in answer["html"]
    assert wording.text(f"retention.age_{keep}") in answer["html"]
    assert f'data-keep="{keep}"' in answer["html"]
    run(rig.app.run_maintenance())
    assert rig.ask("library.list")["count"] == 3
    assert rig.ask("privacy.set")["keep"] == "ever"


def test_a_confirmed_retention_erases_immediately(rig):
    assert rig.ask("privacy.set", keep="year", sure=True) == {"keep": "year", "welcomed": False}
    assert rig.ask("library.list")["count"] == 1
    ledger = RequestLedger(rig.database)
    assert (ledger.list_entries(), ledger.totals().requests) == ([], 1), "the erased request is still counted"


def test_no_confirmation_if_nothing_would_be_erased(rig):
    rig.ask("library.remove", id=1)
    rig.ask("library.remove", id=2)
    rig.ask("library.erase", what="span", since=0.0, until=NOW - DAY)
    assert rig.ask("privacy.set", keep="year") == {"keep": "year", "welcomed": False}
    assert rig.ask("privacy.set", keep="ever") == {"keep": "ever", "welcomed": False}


def test_one_page_is_described_in_the_singular(rig):
    rig.ask("library.remove", id=1)
    html = rig.ask("privacy.set", keep="month")["html"]
    assert wording.plural("retention.pages", 1) in html
    assert wording.plural("retention.requests", 1) in html


def test_erasing_only_ledger_entries_needs_confirmation(rig):
    rig.ask("library.erase", what="site", site="example.org")
    html = rig.ask("privacy.set", keep="month")["html"]
    what = wording.plural("retention.requests", 1)
    assert wording.text("retention.would_delete", age=wording.text("retention.age_month"), what=what) in html


@pytest.mark.parametrize("keep", ["fortnight", 7, ["day"], {"a": 1}])
def test_a_bad_choice_is_refused(rig, keep):
    with pytest.raises(RequestError) as caught:
        rig.ask("privacy.set", keep=keep)
    assert caught.value.code == "bad-request"
