from dataclasses import replace

import pytest

from nutshell.records.items import FeedState, Item, NoSuchFeed, Outline
from nutshell.storage import feeds as module
from nutshell.storage.feeds import FeedStore

NOW = 1_800_000_000.0
DAY = 86_400.0
URL = "https://paper.example/feed"


def item(number, **fields):
    return replace(
        Item(f"g{number}", f"https://paper.example/{number}", f"Title {number}", published=NOW - number), **fields
    )


@pytest.fixture
def store(database):
    return FeedStore(database)


@pytest.fixture
def feed(store):
    return store.add_subscription(URL, NOW, title="Paper", site="https://paper.example/")


def test_subscriptions_are_listed_by_folder_and_title(store):
    names = [("b", "Zoo"), ("a", "Zoo"), ("c", "Art")]
    store.add_subscriptions([Outline(name, f"https://{name}.example/feed", "", folder) for name, folder in names], NOW)
    assert [subscription.title for subscription in store.list_subscriptions()] == ["c", "a", "b"]


def test_a_subscription_is_found_by_id_and_by_address(store, feed):
    assert store.get_subscription(feed).url == URL
    assert store.find_subscription(URL).id == feed
    assert store.find_subscription("https://other.example/") is None
    assert store.is_subscribed(feed)
    with pytest.raises(NoSuchFeed):
        store.get_subscription(99)


def test_without_a_title_the_site_is_shown(store):
    feed = store.add_subscription("https://www.other.example/feed", NOW)
    assert store.get_subscription(feed).title == "other.example"


def test_unsubscribing_hides_the_items_and_can_be_undone(store, feed):
    store.save_items(feed, [item(1)], NOW)
    store.unsubscribe(feed, NOW)
    assert not store.is_subscribed(feed)
    assert store.list_items() == []
    with pytest.raises(NoSuchFeed):
        store.unsubscribe(feed, NOW)
    store.restore_subscription(feed)
    assert [entry.title for entry in store.list_items()] == ["Title 1"]


def test_subscribing_again_fetches_the_feed_like_a_new_one(store, feed):
    store.save_fetch_state(feed, state=FeedState(etag="x"), due=NOW + DAY, problem="gone", checked=NOW)
    assert store.get_subscription(feed).fetch_state == FeedState(etag="x")
    store.unsubscribe(feed, NOW)
    assert store.add_subscription(URL, NOW + 5) == feed
    again = store.get_subscription(feed)
    assert (again.due, again.checked, again.problem, again.fetch_state) == (NOW + 5, None, "", FeedState())


def test_new_items_are_returned_newest_first_and_changed_ones_by_id(store, feed):
    new, changed = store.save_items(feed, [item(1), item(2)], NOW)
    assert [store.get_items(new)[number].title for number in new] == ["Title 1", "Title 2"]
    assert changed == []
    assert store.save_items(feed, [item(1), item(2)], NOW) == ([], [])
    assert store.save_items(feed, [item(1, text="More."), item(2)], NOW) == ([], [new[0]])


def test_an_item_with_a_new_id_but_the_same_link_and_title_is_the_same(store, feed):
    [number], _ = store.save_items(feed, [item(1)], NOW)
    assert store.save_items(feed, [item(1, id="other")], NOW) == ([], [number])


def test_items_of_a_deleted_feed_are_not_saved(store):
    assert store.save_items(99, [item(1)], NOW) == ([], [])


def test_a_future_date_does_not_put_an_item_first_forever(store, feed):
    store.save_items(feed, [item(1, published=NOW + 9 * DAY)], NOW)
    assert store.list_items()[0].at == NOW


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("harbour", {1}),
        ("HARBOUR ferry", {1}),
        ("straße", {2}),
        ("strasse", {2}),
        ("100%", {3}),
        ("1_0", set()),
        ("ÉTÉ", {4}),
    ],
)
def test_items_are_found_by_every_word_of_the_query(store, feed, query, found):
    texts = {1: "The harbour ferry", 2: "Die Straße", 3: "100% wool, 1000", 4: "L\u2019e\u0301te\u0301"}
    store.save_items(feed, [item(number, title="x", text=text) for number, text in texts.items()], NOW)
    assert {int(entry.url[-1]) for entry in store.list_items(query=query)} == found


def test_marks_filter_and_order_the_items(store, feed):
    (first, second, third), _ = store.save_items(feed, [item(1), item(2), item(3)], NOW)
    store.mark_items([first], column="read", when=NOW)
    store.mark_items([first], column="saved", when=NOW + 1)
    store.mark_items([third], column="saved", when=NOW + 2)
    assert [entry.id for entry in store.list_items(unread=True)] == [second, third]
    assert [entry.id for entry in store.list_items(saved=True)] == [third, first]
    assert store.list_read_flags() == {str(first): True, str(second): False, str(third): False}
    assert store.count_items() == {feed: (3, 2)}
    assert store.count_unread() == 2
    assert store.count_unread(since=NOW) == 0
    assert len(store.list_unread(NOW - 1, limit=1)) == 1
    store.copy_read_time(second, [first])
    assert store.get_items([second])[second].read == NOW
    with pytest.raises(ValueError, match="items have no"):
        store.mark_items([first], column="title", when=None)


def test_old_items_are_deleted_and_not_saved_again(store, feed, monkeypatch):
    monkeypatch.setattr(module, "MIN_PER_FEED", 1)
    entries = [item(1), item(2, published=NOW - 80 * DAY), item(3, published=NOW - 80 * DAY)]
    (newest, old, saved), _ = store.save_items(feed, entries, NOW)
    store.mark_items([saved], column="saved", when=NOW)
    assert store.delete_old_items(NOW + 20 * DAY) == [old]
    assert set(store.get_items([newest, old, saved])) == {newest, saved}
    assert store.save_items(feed, entries, NOW) == ([], [])


def test_of_too_many_items_the_largest_feeds_give_up_their_oldest(store, feed, monkeypatch):
    monkeypatch.setattr(module, "MAX_ITEMS", 6)
    monkeypatch.setattr(module, "MIN_PER_FEED", 1)
    small = store.add_subscription("https://small.example/feed", NOW)
    store.save_items(small, [item(1), item(2)], NOW)
    store.save_items(feed, [item(number) for number in range(10)], NOW)
    assert len(store.delete_old_items(NOW)) == 6
    assert {number: total for number, (total, _) in store.count_items().items()} == {small: 2, feed: 4}
