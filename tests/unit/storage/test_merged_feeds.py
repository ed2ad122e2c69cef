"""Two subscriptions that became one feed."""

import pytest

from nutshell.records.items import Item
from nutshell.storage.feeds import FeedStore
from nutshell.storage.merged_feeds import merge
from nutshell.storage.schema import prepare
from support.fakes import MemoryDatabase
from support.recommender_rig import NOW


@pytest.fixture
def store():
    database = MemoryDatabase()
    prepare(database)
    return FeedStore(database)


def test_items_are_joined_and_keep_what_was_done_with_them(store):
    old = store.add_subscription("http://a.example/feed", NOW, folder="Sea")
    new = store.add_subscription("https://a.example/feed", NOW)
    items = {n: Item(f"http://a.example/{n}", f"http://a.example/{n}", f"Title {n}") for n in (1, 2)}
    (both, only), _ = store.save_items(old, [items[1], items[2]], NOW)
    moved = Item("https://a.example/1", "https://a.example/1", "Title 1")
    (kept,), _ = store.save_items(new, [moved], NOW)
    store.mark_items([both], column="read", when=NOW)
    store.mark_items([both], column="saved", when=NOW)
    database = store._database
    assert merge(database, old, new) == [both]
    assert {entry.id: (entry.feed, entry.read, entry.saved) for entry in store.list_items()} == {
        kept: (new, NOW, NOW),
        only: (new, None, None),
    }
    (left,) = store.list_subscriptions()
    assert (left.id, left.folder) == (new, "Sea")
    assert store.save_items(new, [moved, items[2]], NOW) == ([], [])
