import sqlite3

import pytest

from nutshell.app import Application
from nutshell.local_days import start_of_day
from support.app_rig import AppRig, ferry_page
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase


@pytest.fixture
def rig(run):
    return AppRig(run)


def test_removed_pages_are_restored(rig):
    made = rig.ask("summarize", article=ferry_page())
    removed = rig.ask("library.remove", id=made["id"])
    assert "Ferry" not in removed["html"]
    assert "Ferry" in rig.ask("library.restore", undo=removed["undo"])["html"]
    cleared = rig.ask("library.clear")
    assert "Ferry" not in cleared["html"]
    assert "Ferry" in rig.ask("library.restore", undo=cleared["undo"])["html"]
    assert rig.code("library.restore", undo=cleared["undo"]) == "bad-request"


def test_pages_are_searched_annotated_and_erased(rig):
    made = rig.ask("summarize", article=ferry_page())
    rig.ask("library.annotate", id=made["id"], note="for Ines <b>", tags="boats, to read")
    found = rig.ask("library.list", query="ines", sites=True)
    assert "for <mark>Ines</mark> &lt;b&gt;" in found["html"]
    assert found["sites"] == ["example.org"]
    assert "to read" in rig.ask("library.open", id=made["id"])["html"]
    assert rig.ask("library.list", query="ines", site="elsewhere.org")["count"] == 0
    assert rig.ask("library.list", since=rig.clock.now() + 1)["count"] == 0
    erased = rig.ask("library.erase", what="site", site="example.org")
    assert rig.ask("library.list")["count"] == 0
    rig.ask("library.erase", what="undo", undo=erased["undo"])
    assert rig.ask("library.list", query="ines")["count"] == 1
    rig.ask("library.erase", what="all")
    assert rig.ask("library.list")["count"] == 0


@pytest.mark.parametrize(
    "payload",
    [
        {"what": "nothing"},
        {"what": "site", "site": ""},
        {"what": "site", "site": 7},
        {"what": "span", "since": 5, "until": 5},
        {"what": "span", "since": "yesterday"},
        {"what": "undo", "undo": "erased-9"},
    ],
)
def test_invalid_erasure_deletes_nothing(rig, payload):
    rig.ask("summarize", article=ferry_page())
    assert rig.code("library.erase", **payload) == "bad-request"
    assert rig.ask("library.list")["count"] == 1


def test_maintenance_is_due_only_after_a_deletion(rig, run):
    made = rig.ask("summarize", article=ferry_page())
    assert rig.app.next_maintenance() is None
    rig.ask("library.remove", id=made["id"])
    assert 0 < rig.app.next_maintenance() <= 12
    rig.clock.time += 13
    run(rig.app.run_maintenance())
    assert rig.app.next_maintenance() is None


def test_pages_can_be_listed_by_calendar_days(rig):
    rig.clock.time = start_of_day(rig.clock.time) + 60
    rig.ask("summarize", article=ferry_page())
    assert rig.ask("library.list", days=1)["count"] == 1
    rig.clock.time += 86_400
    assert rig.ask("library.list", days=1)["count"] == 0
    assert rig.ask("library.list", days=2)["count"] == 1
    assert rig.code("library.list", days="today") == "bad-request"


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("fly", {}),
        ("summarize", {}),
        ("summarize", {"article": "text"}),
        ("summarize", {"article": {"blocks": [{"text": 5}]}}),
        ("summarize", {"article": {"blocks": [{"text": "A.", "role": "script"}]}}),
        ("summarize", {"article": {"blocks": [], "title": 7}}),
        ("summarize", {"article": {"blocks": []}, "length": 99}),
        ("summarize", {"article": {"blocks": []}, "length": "3"}),
        ("notice", {"reason": "because"}),
        ("notice", {"reason": ["pdf"]}),
        ("notice", {"reason": "pdf", "detail": 3}),
        ("library.list", {"query": 3}),
        ("library.open", {"id": 4}),
        ("library.open", {"id": "4"}),
        ("library.open", {"id": 10**30}),
        ("library.remove", {}),
        ("library.restore", {}),
        ("settings.set", {"length": 1}),
    ],
)
def test_invalid_requests_are_refused(rig, name, payload):
    assert rig.code(name, **payload) == "bad-request"


def test_damaged_database_is_reported(rig):
    rig.database.connection.execute("DROP TABLE page")
    assert rig.code("library.list") == "failed"


def test_database_error_at_start_is_raised():
    database = MemoryDatabase()
    database.connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        Application(models=FakeModels(), database=database, clock=FakeClock(), vocabulary=VOCABULARY)
