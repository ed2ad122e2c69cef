from dataclasses import replace

import pytest

from nutshell.records.events import Event
from nutshell.records.items import Item
from nutshell.storage import unsubscribed
from nutshell.storage.feeds import FeedStore
from nutshell.storage.ranking import RankingStore

NOW = 1_800_000_000.0
URL = "https://paper.example/feed"


@pytest.fixture
def feeds(database):
    return FeedStore(database)


@pytest.fixture
def feed(feeds):
    feed = feeds.add_subscription(URL, NOW)
    items = [Item(f"g{n}", f"https://paper.example/{n}", f"T{n}", published=NOW - n) for n in range(3)]
    feeds.save_items(feed, items, NOW)
    return feed


def test_nothing_is_deleted_while_subscribed(database, feed):
    assert unsubscribed.seconds_until_purge(database, NOW) is None
    assert not unsubscribed.purge(database, NOW + 9e9)


def test_an_unsubscribed_feed_is_deleted_after_an_hour(database, feeds, feed):
    event = Event(0, NOW, "open", "1", str(feed), "T", "", 0.0, "", (), b"", 0)
    RankingStore(database).add_events([event, replace(event, source="99")])
    feeds.unsubscribe(feed, NOW)
    assert unsubscribed.seconds_until_purge(database, NOW + 600) == unsubscribed.UNDO_SECONDS - 600
    assert not unsubscribed.purge(database, NOW - 1)
    assert unsubscribed.purge(database, NOW)
    assert feeds.count_items() == {}
    assert feeds.find_subscription(URL) is None
    assert {entry.source for entry in RankingStore(database).list_events()} == {URL, "99"}
    assert unsubscribed.seconds_until_purge(database, NOW) is None


def test_saved_items_keep_their_feed(database, feeds, feed):
    saved = feeds.list_items()[0].id
    feeds.mark_items([saved], column="saved", when=NOW)
    feeds.unsubscribe(feed, NOW)
    assert unsubscribed.purge(database, NOW)
    assert [item.id for item in feeds.list_items(saved=True)] == [saved]
    assert feeds.count_items() == {feed: (1, 1)}
    assert not unsubscribed.purge(database, NOW)
