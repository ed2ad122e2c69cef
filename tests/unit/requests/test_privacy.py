"""The privacy statements cover every table and request kind, and the privacy page's counts are right."""

import ast
import re
from pathlib import Path
from unittest.mock import ANY

import pytest

from nutshell.library.retention import Retention
from nutshell.records.ledger import LedgerEntry
from nutshell.requests.privacy import STORED, WHY, PrivacyRequests
from nutshell.storage import ledger
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import prepare
from nutshell.views.ledger import size
from support.fakes import FakeClock, MemoryDatabase
from tests import wording

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/PRIVACY.md").read_text("utf-8")
FEEDS = ROOT / "core/nutshell/feeds"


def silent(*_):
    pass


class Rig:
    def __init__(self, run):
        self.database = MemoryDatabase()
        prepare(self.database)
        self.ledger = RequestLedger(self.database)
        pages, clock = PageStore(self.database), FakeClock()
        self.requests = PrivacyRequests(self.database, pages, Retention(self.database), clock, "")
        self.run = run

    def asked(self, url, number=1, status=200, result=""):
        for _ in range(number):
            self.ledger.add(LedgerEntry(FakeClock().now() - 60, url, "refresh", status, 100, 2000, result))

    def show(self):
        return self.run(self.requests.show({}, silent))["html"]

    def ledger_page(self, **payload):
        return self.run(self.requests.show_ledger(payload, silent))


def requests_summary(made, *, sites=0, listed=0, sent=0, received=0):
    kind = "_listed" if listed else "" if sites else "_unlisted"
    values = {"sites": wording.plural("privacy.sites", sites), "listed": listed} if sites else {}
    return wording.text(
        f"privacy.requests_summary{kind}",
        requests=wording.plural("privacy.requests", made),
        sent=size(sent),
        received=size(received),
        **values,
    )


@pytest.fixture
def rig(run):
    return Rig(run)


def tables():
    database = MemoryDatabase()
    prepare(database)
    rows = database.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {row[0] for row in rows if not re.match(r"sqlite_|page_words_", row[0])}


def test_every_table_is_described_on_the_page_and_in_the_document():
    there = tables()
    assert there <= set(STORED)
    assert there == set(re.findall(r"^\| `(\w+)` \| [A-Z0-9]", PAGE.partition("## Every kind")[0], re.MULTILINE))


def test_every_request_kind_is_described_on_the_page_and_in_the_document():
    made = set()
    for path in FEEDS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) >= 2:
                owner = ast.unparse(node.func.value)
                if (node.func.attr, owner) in {("get", "self._http"), ("_get", "self")}:
                    made |= {node.args[1].value} if isinstance(node.args[1], ast.Constant) else set()
    for node in ast.walk(ast.parse((FEEDS.parent / "requests" / "pdf.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "LedgerEntry":
            made |= {node.args[2].value}
    assert made == set(WHY)
    said = PAGE.partition("## Every kind of request")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z ]+)` \|", said, re.MULTILINE)) == made


def test_requests_are_made_in_one_place():
    assert [path.name for path in FEEDS.glob("*.py") if "Fetch(" in path.read_text("utf-8")] == ["http.py"]
    assert f"The last {ledger.MAX_ENTRIES:,}" in PAGE


def test_the_page_shows_the_counts_of_stored_data(rig):
    assert wording.text("privacy.no_requests") in rig.show()
    rig.asked("https://paper.example/feed", 2)
    rig.asked("https://other.example/feed")
    html = rig.show()
    assert requests_summary(3, sites=2, sent=300, received=6000) in html
    assert f"<b>3</b> {wording.plural('privacy.count_requests', 3)}" in html
    assert html.count('role="switch"') == 3
    assert 'value="ever" checked' in html
    assert not re.search(r'role="switch"[^>]*checked', html), "everything optional is off"


def test_the_ledger_page_has_every_request_and_the_totals_of_each_site(rig):
    rig.asked("https://paper.example/feed?<b>", 2)
    rig.asked("https://other.example/feed", status=404, result="")
    answer = rig.ledger_page()
    assert answer["count"] == 3
    assert answer["html"].count('class="request') == 3
    assert "&lt;b&gt;" in answer["html"]
    assert "is-failed" in answer["html"]
    assert "<td>2</td><td>200 B</td><td>4.0 KB</td>" in answer["html"]
    assert "</th><td>3</td><td>300 B</td><td>6.0 KB</td></tr></tfoot>" in answer["html"]
    found = rig.ledger_page(query="other")
    assert found["count"] == 1
    assert "<mark>other</mark>" in found["html"]
    assert 'data-privacy="more"' not in answer["html"]
    assert rig.ledger_page(query="nowhere") == {"html": ANY, "count": 0}
    assert 'data-privacy="more"' in rig.ledger_page(limit=2)["html"]


def test_a_request_without_an_answer_is_pending_and_later_interrupted(rig):
    now = FakeClock().now()
    rig.ledger.begin(now - 6, "https://paper.example/feed", "refresh", 9)
    assert wording.text("requests.result_pending") in rig.ledger_page()["html"]
    rig.ledger.begin(now - 600, "https://paper.example/old", "refresh", 9)
    assert wording.text("requests.result_interrupted") in rig.ledger_page()["html"]


def test_requests_that_are_no_longer_listed_are_counted(rig, monkeypatch):
    monkeypatch.setattr(ledger, "MAX_ENTRIES", 5)
    rig.asked("https://paper.example/feed", 7)
    html = rig.show()
    assert requests_summary(7, listed=5, sites=1, sent=700, received=14_000) in html
    assert f"<b>5</b> {wording.plural('privacy.count_requests', 5)}" in html
    page = rig.ledger_page()["html"]
    assert "</th><td>2</td><td>200 B</td><td>4.0 KB</td>" in page
    assert "</th><td>7</td><td>700 B</td><td>14 KB</td></tr></tfoot>" in page
    assert 'class="older"' in page
    assert 'class="older"' not in rig.ledger_page(query="paper")["html"]
    rig.database.connection.execute("DELETE FROM request")
    assert requests_summary(2, sent=200, received=4000) in rig.show()


@pytest.mark.parametrize("payload", [{"limit": 0}, {"limit": "all"}, {"limit": True}, {"query": 5}])
def test_invalid_ledger_request_is_refused(rig, payload):
    with pytest.raises(ValueError, match=r"limit|query"):
        rig.ledger_page(**payload)


def test_the_welcome_screen_is_shown_once(rig):
    def switches():
        return rig.run(rig.requests.switches({}, silent))

    assert switches()["welcomed"] is False
    rig.run(rig.requests.change({"welcomed": True}, silent))
    assert switches()["welcomed"] is True
    assert "background" in switches()["html"]
