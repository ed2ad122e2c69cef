from nutshell.records.items import Item
from nutshell.storage.feeds import FeedStore
from nutshell.storage.pages import PageStore
from nutshell.storage.statistics import has_table, read_statistics


def test_rows_and_size_are_counted(database):
    feeds, pages = FeedStore(database), PageStore(database)
    feed, gone = (feeds.add_subscription(f"https://{name}.example/", 1.0) for name in "ab")
    [item, _], _ = feeds.save_items(feed, [Item("1", "", "One"), Item("2", "", "Two")], 1.0)
    feeds.mark_items([item], column="saved", when=2.0)
    feeds.unsubscribe(gone, 2.0)
    for number in range(3):
        pages.save_story(url=f"https://a.example/{number}", title="Story", site="A", text="Text", when=3.0)
    pages.annotate(1, note="A note")
    pages.annotate(2, tags=["sea"])
    found = read_statistics(database)
    assert (found.pages, found.annotated) == (3, 2)
    assert (found.subscriptions, found.items, found.saved, found.events) == (1, 2, 1, 0)
    assert found.size > 4096


def test_tables_are_known_by_name(database):
    assert has_table(database, "page")
    assert not has_table(database, "bookmark")
