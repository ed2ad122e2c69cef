import pytest

from nutshell.records.events import Event
from nutshell.records.items import Item
from nutshell.records.ledger import LedgerEntry
from nutshell.records.pages import PageFilter
from nutshell.storage.deletion import (
    Deletion,
    DeletionRecord,
    OldRows,
    count_before,
    delete_everything,
    exists_before,
    is_on_site,
    restore_rows,
    unpack_pages,
)
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ledger import RequestLedger
from nutshell.storage.pages import PageStore
from nutshell.storage.ranking import RankingStore
from nutshell.storage.transaction import transaction

NOW = 1_800_000_000.0
TABLES = ("page", "item", "feed", "request", "taste_event", "taste_mute")


@pytest.fixture
def pages(database):
    """A page, a read and a saved item with an event each, and a request, all of one site."""
    pages, feeds = PageStore(database), FeedStore(database)
    feed = feeds.add_subscription("https://paper.example/feed", NOW)
    ids, _ = feeds.save_items(feed, [Item(f"g{n}", f"https://www.paper.example/{n}", f"T{n}") for n in (1, 2)], NOW)
    feeds.mark_items(ids, column="read", when=NOW)
    feeds.mark_items(ids[1:], column="saved", when=NOW)
    events = [Event(0, NOW, "open", str(item), str(feed), "T", "", 1.0, "", (), b"", 0) for item in ids]
    RankingStore(database).add_events(events)
    RankingStore(database).add_mute("words", "ferry", NOW)
    RequestLedger(database).add(LedgerEntry(NOW, "https://paper.example/feed", "refresh", 200, 1, 1, ""))
    pages.save_story(url="https://www.paper.example/1", title="T1", site="Paper", text="Text", when=NOW)
    return pages


def rows(database):
    return {table: database.connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def delete(database, method, *values, **options):
    record = DeletionRecord(NOW, **options)
    with transaction(database) as connection:
        getattr(Deletion(connection, record), method)(*values)
    return record


@pytest.mark.parametrize(
    ("method", "values", "count"),
    [
        ("delete_site", ["paper.example"], 5),
        ("delete_between", [NOW - 1, NOW + 1], 5),
        ("delete_feedback_on", [["https://www.paper.example/1"], ["T1"]], 2),
        ("delete_rows", ["taste_mute", "true"], 1),
        ("delete_site", ["other.example"], 0),
        ("delete_site", ["aper.example"], 0),
    ],
)
def test_deleted_rows_can_be_restored(database, pages, method, values, count):
    before = rows(database)
    record = delete(database, method, *values)
    assert record.count == count
    assert (rows(database) == before) is (count == 0)
    with transaction(database) as connection:
        restore_rows(connection, record)
    assert {table: set(found) for table, found in rows(database).items()} == {
        table: set(found) for table, found in before.items()
    }


def test_rows_that_cannot_be_restored_are_only_counted(database, pages):
    record = delete(database, "delete_before", NOW + 1, restorable=False)
    assert record.count == 4  # two events, a request, and the read mark of the unsaved item
    assert (record.rows, record.marks, record.pages) == ({}, [], [])
    ledger = RequestLedger(database)
    assert (ledger.list_entries(), ledger.totals().requests) == ([], 1)


def test_saved_items_stay_saved(database, pages):
    delete(database, "delete_feedback_on", ["https://www.paper.example/2"], ["T2"])
    marks = database.connection.execute("SELECT read, saved FROM item WHERE url LIKE '%/2'").fetchone()
    assert marks == (NOW, NOW)


def test_deleted_pages_are_packed_and_restored(database, pages):
    record = DeletionRecord(NOW)
    with transaction(database) as connection:
        Deletion(connection, record).add_pages(pages.delete(connection, [1]))
    assert pages.count() == 0
    assert record.count == 1
    with transaction(database) as connection:
        pages.restore(connection, unpack_pages(record.pages[0]))
    assert pages.get(1).text == "Text"


def test_rows_before_a_time_are_counted(database, pages):
    pages.annotate(1, note="A note")
    assert count_before(database, NOW) == OldRows()
    assert not exists_before(database, NOW)
    assert not OldRows(noted=1)
    assert count_before(database, NOW + 1) == OldRows(pages=1, noted=1, learned=2, requests=1)
    assert exists_before(database, NOW + 1)


def test_deleting_everything_does_not_reuse_ids(database, pages):
    pages.vectors.matrix()
    delete_everything(database, pages)
    assert not any(rows(database).values())
    assert pages.search_words("text", PageFilter(), 10) == []
    assert pages.save_story(url="", title="New", site="", text="", when=NOW) == 2


def test_a_site_has_its_subdomains():
    assert is_on_site("https://www.paper.example/x", "paper.example")
    assert is_on_site("https://news.paper.example/x", "paper.example")
    assert not is_on_site("https://wallpaper.example/x", "paper.example")
    assert not is_on_site("no address", "paper.example")
