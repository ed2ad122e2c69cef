"""Export and import: complete, merged without duplicates, and safe with hostile and damaged bundles."""

import base64
import json

import pytest

from nutshell.app import RequestError
from nutshell.records.events import Event
from nutshell.records.items import Item
from nutshell.records.ledger import LedgerEntry
from nutshell.records.ranking import InterestSettings
from nutshell.storage.bundle_format import EXCLUDED_TABLES, TABLES, VERSION
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.ranking import RankingStore
from nutshell.storage.schema import prepare
from support.fakes import MemoryDatabase
from support.library_rig import NOW, Rig
from tests import wording


def problem(line, message, table=""):
    """Returns the report of a refused line."""
    reason = wording.text(message)
    if table:
        reason = wording.text("row.in_table", table=table, problem=reason)
    return wording.text("import.line_problem", line=line, problem=reason)


def retention_notice(choice):
    return wording.text("import.retention", age=wording.text(f"retention.age_{choice}"))


@pytest.fixture
def rig(run):
    return Rig(run)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_export_erase_all_import_gives_the_same_answers(rig):
    rig.fill()
    before, text = rig.answers(), rig.export()
    rig.ask("library.erase", what="all")
    assert rig.ask("library.list")["count"] == 0
    assert rig.ask("settings") == {"length": None, "words": False}
    report = rig.import_bundle(text, size=7)
    assert (report["refused"], report["problems"], report["complete"]) == (0, [], True)
    assert rig.answers() == before
    assert rig.export().split("\n", 1)[1] == text.split("\n", 1)[1]


def test_a_bundle_has_rows_of_every_table_and_their_count(rig):
    rig.fill()
    head, *rows, end = lines(rig.export())
    assert head["nutshell"]["version"] == VERSION
    counts = {table.name: sum(table.name in row for row in rows) for table in TABLES}
    assert head["nutshell"]["rows"] == counts
    assert min(counts.values()) > 0
    assert end == {"end": len(rows)}


def test_every_table_is_exported_or_listed_as_excluded():
    database = MemoryDatabase()
    prepare(database)
    rows = database.connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'page\\_words\\_%' ESCAPE '\\'"
    )
    assert {row[0] for row in rows} - {table.name for table in TABLES} <= set(EXCLUDED_TABLES)


def test_importing_twice_changes_nothing(rig):
    rig.fill()
    before, text = rig.answers(), rig.export()
    report = rig.import_bundle(text)
    assert report["taken"] == {}
    assert sum(report["known"].values()) == lines(text)[-1]["end"] - 2, "matrix pages are not counted"
    assert rig.answers() == before


def test_bundles_of_two_browsers_are_merged(rig, run):
    ids = rig.fill()
    other = Rig(run)
    other.clock.time = NOW - 500
    other.read("heron", note="mine", tags="birds, mine")
    other.read("only here")
    feeds = FeedStore(other.database)
    feed = feeds.add_subscription("https://elsewhere.example/feed", NOW)
    feeds.save_items(feed, [Item("x", "https://elsewhere.example/x", "Elsewhere", "", "", NOW)], NOW)
    paper = feeds.add_subscription("https://paper.example/feed", NOW)
    mine, _ = feeds.save_items(paper, [Item("g1", "https://paper.example/1", "Item 1", "Text", "", NOW, ("sea",))], NOW)
    taste = RankingStore(other.database)
    taste.save_interest(InterestSettings(0, "gardens", 2.0))
    taste.add_events([Event(0, NOW - 9, "open", "1", str(feed), "Elsewhere", "", 0.0, "", (), b"", 1)])
    RankingStore(rig.database).add_mute("source", str(FeedStore(rig.database).list_subscriptions()[0].id), NOW)
    report = other.import_bundle(rig.export())
    assert report["refused"] == 0
    assert [mute.name for mute in taste.list_mutes()] == ["celebrity", str(paper)]
    assert taste.load_matrix() == ([], None), "the matrix is rebuilt because its ids changed"
    titles = [page.article.title for page in other.app._pages.list_pages()]
    assert sorted(titles) == ["Story", "heron", "only here", "plover"]
    [heron] = [page for page in other.app._pages.list_pages() if page.article.title == "heron"]
    assert (heron.at, heron.tags) == (NOW, ("birds", "mine", "to read"))
    assert {"mine", "ask Ines"} <= set(heron.note.split("\n"))
    assert len(feeds.list_subscriptions()) == 2
    by_id = feeds.get_items(mine)
    assert by_id[mine[0]].saved == NOW, "an item saved in the bundle is saved after the import"
    events = {event.title: event for event in taste.list_events()}
    item = feeds.get_items([int(events["Item"].item)])[int(events["Item"].item)]
    assert item.title == "Item 0", "an event keeps its item"
    assert str(ids[0]) != events["Item"].item
    assert events["Item"].source == str(paper)
    interests = taste.get_interest_settings()
    assert interests[events["Item"].interest].name == "boats"
    assert interests[events["Elsewhere"].interest].name == "gardens"
    other.import_bundle(rig.export())
    assert len(other.app._pages.list_pages()) == 4
    assert len(taste.list_events()) == 2


def test_an_older_version_of_a_page_does_not_replace_a_newer_one(rig, run):
    rig.read("heron")
    text = rig.export()
    later = Rig(run)
    later.clock.time += 1000
    page = later.read("heron", note="newer")
    report = later.import_bundle(text)
    assert report["known"] == {"page": 1}
    assert later.app._pages.get(page).at == NOW + 1000
    assert later.app._pages.get(page).note == "newer"


def test_local_settings_are_not_overwritten(rig, run):
    rig.ask("settings.set", length=5)
    other = Rig(run)
    other.ask("settings.set", length=3)
    other.import_bundle(rig.export())
    assert other.ask("settings") == {"length": 3, "words": False}


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "not json", "[]", "{}", '{"page": {}}', '{"nutshell": 5}', '{"nutshell": {"version": "1"}}',
     "\x00" * 9, '{"nutshell": {"version": 1}, "page": {}}', "PK\x03\x04", "[" * 100_000, '{"end": 0}'],
)  # fmt: skip
def test_invalid_bundle_is_refused_and_changes_nothing(rig, text):
    rig.read("heron")
    with pytest.raises(RequestError) as caught:
        rig.import_bundle(text)
    assert caught.value.code == "bad-request"
    assert str(caught.value) in {wording.text("import.not_export"), wording.text("import.empty")}
    assert rig.ask("library.list")["count"] == 1


def test_a_newer_bundle_is_refused(rig):
    with pytest.raises(RequestError, match=wording.text("import.newer_version")):
        rig.import_bundle('{"nutshell":{"version":2,"rows":{}}}\n')


def test_valid_lines_of_a_damaged_bundle_are_imported(rig, run):
    rig.fill()
    whole = rig.export().split("\n")
    page = next(number for number, line in enumerate(whole) if line.startswith('{"page"'))
    damaged = [*whole[:page], whole[page][:-40], "\ufffd\x00{", *whole[page + 1 : -3], whole[-3][:10]]
    other = Rig(run)
    report = other.import_bundle("\n".join(damaged))
    assert not report["complete"]
    assert report["refused"] == 3
    assert problem(page + 1, "row.not_a_row") in report["problems"]
    assert report["problems"][-1] == wording.text("import.truncated")
    assert report["taken"]["page"] == 2
    assert report["taken"]["feed"] == 2
    assert f"Line {page + 1}" in report["html"]


def find_row(rig, table):
    rig.fill()
    text = rig.export().split("\n")
    place = next(number for number, line in enumerate(text) if line.startswith(f'{{"{table}":'))
    return text, place, json.loads(text[place])[table]


HOSTILE = [
    ("page", {"url": "javascript:alert(1)"}),
    ("page", {"record": None}),
    ("page", {"record": "x"}),
    ("page", {"record": {"article": {}, "summary": {}}}),
    ("page", {"at": float("inf")}),
    ("page", {"at": "yesterday"}),
    ("page", {"at": True}),
    ("page", {"at": 1e300}),
    ("page", {"at": 10**400}),
    ("page", {"at": -1e12}),
    ("taste_event", {"seconds": 10**400}),
    ("taste_event", {"extras": [10**400]}),
    ("taste_event", {"interest": -1}),
    ("taste_interest", {"factor": 1e9}),
    ("request", {"sent": 2**60}),
    ("request", {"received": -1}),
    ("setting", {"name": "taste.sliders", "value": {"fresh": -1e9}}),
    ("page", {"title": 7}),
    ("page", {"note": "n" * 10_001}),
    ("page", {"tags": "\n".join(map(str, range(30)))}),
    ("page", {"title": "x" * 300_000}),
    ("feed", {"url": "file:///etc/passwd"}),
    ("feed", {"upkeep": {"nobody": 1}}),
    ("feed", {"upkeep": {"wait": "long"}}),
    ("feed", {"upkeep": []}),
    ("item", {"url": "javascript:alert(1)"}),
    ("item", {"categories": "sea"}),
    ("item", {"feed": 99}),
    ("item", {"id": 2**70}),
    ("setting", {"name": "memory.residue"}),
    ("setting", {"name": "length", "value": 99}),
    ("setting", {"name": "taste.sliders", "value": {"evil": 1}}),
    ("setting", {"name": "memory.keep", "value": "second"}),
    ("request", {"url": "javascript:alert(1)"}),
    ("taste_event", {"kind": "own"}),
    ("taste_event", {"vector": "AAAA"}),
    ("taste_event", {"vector": "\u00fc"}),
    ("taste_event", {"extras": ["a"]}),
    ("taste_mute", {"kind": "all"}),
    ("taste_mute", {"name": " "}),
    ("taste_page", {"number": 2**31}),
    ("taste_page", {"number": 1}),  # the first row describes all pages
    ("taste_page", {"head": []}),
    ("taste_page", {"head": {"source_names": {"2": 2}, "common": {}, "counted": 0}}),
    ("taste_page", {"head": {"source_names": {}, "common": {"sea": -1}, "counted": 0}}),
    ("taste_page", {"head": {"source_names": {}, "common": {}, "counted": "2"}}),
    ("taste_page", {"body": "AAAA"}),
    ("taste_page", {"body": base64.b64encode(b"\xff" * 2048).decode()}),  # not finite numbers
]

POOLS = [
    {"number": -2},
    {"number": 2**31},
    {"head": {"ids": ["1"], "sources": ["2"], "stories": {}}},
    {"head": {"ids": ["1", "1"], "sources": ["2"], "stories": {}}},
    {"head": {"ids": [1, 2], "sources": ["2"], "stories": {}}},
    {"head": {"ids": ["1", "2"], "sources": [], "stories": {}}},
    {"head": {"ids": ["1", "2"], "sources": ["2"], "stories": {"1": 2}}},
    {"body": base64.b64encode(bytes(2 * 532) + b"\xff" * 8).decode()},  # topics
    {"body": base64.b64encode(bytes(1040) + b"\xff" * 32).decode()},  # extra features, times and topics
]


@pytest.mark.parametrize("change", POOLS)
def test_hostile_matrix_page_is_refused(rig, run, change):
    rig.fill()
    text = rig.export().split("\n")
    page = json.loads(text[-3])["taste_page"]
    assert page["number"] == 0
    text[-3] = json.dumps({"taste_page": page | change})
    other = Rig(run)
    report = other.import_bundle("\n".join(text))
    assert report["problems"] == [problem(len(text) - 2, "row.inconsistent", "taste_page")]
    assert RankingStore(other.database).load_matrix()[0] == []


@pytest.mark.parametrize(("table", "change"), HOSTILE)
def test_hostile_row_is_refused_and_the_others_are_imported(rig, run, table, change):
    text, place, row = find_row(rig, table)
    text[place] = json.dumps({table: row | change})
    other = Rig(run)
    report = other.import_bundle("\n".join(text))
    assert report["refused"] >= 1
    assert report["problems"][0].startswith(f"Line {place + 1}: ")
    if table != "page":
        assert other.ask("library.list")["count"] == 3
    other.ask("library.list", query="heron")
    other.ask("settings")
    FeedStore(other.database).list_subscriptions()
    FeedStore(other.database).list_items()
    RankingStore(other.database).list_events()


def test_markup_in_a_bundle_is_escaped(rig, run):
    text, place, row = find_row(rig, "page")
    evil = "<img src=x onerror=alert(1)>"
    row["title"] = row["record"]["article"]["title"] = evil
    row["note"] = row["record"]["summary"]["gist"]["text"] = evil
    text[place] = json.dumps({"page": row})
    other = Rig(run)
    assert other.import_bundle("\n".join(text))["refused"] == 0
    for html in (other.ask("library.list")["html"], other.ask("library.list", query="onerror")["html"],
                 other.ask("library.open", id=row["id"])["html"]):  # fmt: skip
        assert "<img" not in html
        assert "onerror" in html


def test_used_and_invalid_ids_are_replaced(rig, run):
    text, place, row = find_row(rig, "item")
    text[place] = json.dumps({"item": row | {"id": -5}})
    other = Rig(run)
    assert other.import_bundle("\n".join(text))["refused"] == 0
    assert min(item.id for item in FeedStore(other.database).list_items(limit=None)) > 0


def test_concurrent_imports_in_two_windows(rig, run):
    rig.fill()
    ours = rig.export().split("\n")
    other = Rig(run)
    other.read("curlew")
    theirs = other.export().split("\n")
    home = Rig(run)
    first = home.ask("library.import", text="\n".join(ours[:9]), first=True, last=False)["number"]
    second = home.ask("library.import", text="\n".join(theirs[:1]), first=True, last=False)["number"]
    assert first != second
    one = home.ask("library.import", text="\n".join(ours[9:]), first=False, last=True, number=first)
    two = home.ask("library.import", text="\n".join(theirs[1:]), first=False, last=True, number=second)
    assert [one["complete"], two["complete"], one["problems"], two["problems"]] == [True, True, [], []]
    assert two["taken"] == {"page": 1}
    for number in (first, 99, "x", None, [1]):
        with pytest.raises(RequestError, match=wording.text("import.stopped")):
            home.ask("library.import", text="{}", first=False, last=True, number=number)


def test_second_header_is_refused(rig):
    head = '{"nutshell":{"version":1,"rows":{}}}'
    report = rig.import_bundle(f'{head}\n{head}\n{{"end":0}}')
    assert report["problems"] == [problem(2, "row.second_header")]


def test_unknown_import_tells_the_user_to_start_again(rig):
    with pytest.raises(RequestError, match=wording.text("import.stopped")):
        rig.ask("library.import", text="{}", first=False, last=True)


@pytest.mark.parametrize("place", [7, [1], [1, 2, "x"], [-1, 0, 0], [True, 0, 0]])
def test_invalid_export_position_is_refused(rig, place):
    with pytest.raises(RequestError):
        rig.ask("library.export", place=place)


def test_markdown_has_every_page_with_notes_and_tags(rig):
    rig.fill()
    part = rig.ask("library.export_markdown")
    assert (part["place"], part["done"], part["total"]) == (None, 3, 3)
    text = part["text"]
    assert "# [heron](https://example.org/heron)" in text
    assert "#birds #to-read" in text
    assert "ask Ines\n\nabout it" in text
    assert text.index("Story") < text.index("plover") < text.index("heron")
    assert "> It floats." in text


def test_retention_is_never_imported(rig, run):
    """An imported retention could erase existing and just imported data."""
    rig.read("heron")
    rig.ask("privacy.set", keep="day")
    text = rig.export()
    assert '"memory.keep"' in text
    other = Rig(run)
    other.clock.time = NOW - 400 * 86_400
    other.read("plover")
    other.clock.time = NOW + 3 * 86_400
    report = other.import_bundle(text)
    assert (report["refused"], report["known"]) == (0, {"setting": 1})
    assert retention_notice("day") in report["html"]
    assert other.ask("privacy.set") == {"keep": "ever", "welcomed": False}
    run(other.app.run_maintenance())
    assert other.ask("library.list")["count"] == 2
    other.ask("privacy.set", keep="day", sure=True)
    assert other.ask("library.list")["count"] == 0
    assert retention_notice("day") not in other.import_bundle(text)["html"], "only a shorter retention is reported"


@pytest.mark.parametrize("table", ["page", "feed", "item", "request", "taste_event", "taste_mute", "taste_interest"])
@pytest.mark.parametrize("absurd", [2**63 - 1, 2**53, 2**40, 0, -1, -(2**63)])
def test_highest_id_is_replaced_so_that_new_rows_get_ids(rig, run, table, absurd):
    """After the highest possible id, SQLite assigns no further ids and rows can no longer be added."""
    text, place, row = find_row(rig, table)
    text[place] = json.dumps({table: row | {"id": absurd}})
    text[1:] = [
        line.replace(f'"feed":{row["id"]},', f'"feed":{absurd},') if table == "feed" else line for line in text[1:]
    ]
    other = Rig(run)
    assert other.import_bundle("\n".join(text))["refused"] == 0
    (highest,) = other.database.connection.execute(f"SELECT max(id) FROM {table}").fetchone()
    assert 0 < highest < 1000
    for page in other.app._pages.list_pages():
        other.ask("library.open", id=page.id)
    other.add_more("curlew")


def test_an_import_keeps_the_local_ledger(rig, run):
    ledger = RequestLedger(rig.database)
    for number in range(300):
        ledger.add(LedgerEntry(NOW + number, f"https://here.example/{number}", "refresh", 200, 1, 1, ""))
    rows = [{"request": {"id": 9_990 + n, "at": NOW - 9 + n, "url": "https://there.example/", "why": "refresh",
                         "status": 200, "sent": 1, "received": 1, "result": ""}} for n in range(10)]  # fmt: skip
    lines = [{"nutshell": {"version": 1, "rows": {}}}, *rows, {"end": 10}]
    rig.import_bundle("\n".join(map(json.dumps, lines)))
    ledger.add(LedgerEntry(NOW + 400, "https://here.example/last", "refresh", 200, 1, 1, ""))
    assert ledger.totals().requests == 311
    assert [request.url for request in ledger.list_entries(2)] == [
        "https://here.example/last",
        "https://here.example/299",
    ]
    assert ledger.list_entries(400)[-1].url == "https://there.example/", "entries are ordered by time"
