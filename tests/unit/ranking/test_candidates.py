import pytest

from nutshell.ranking.candidates import MAX_TEXT, Candidate, MemoryCandidates, StoredCandidates
from nutshell.records.items import Item
from nutshell.storage.feeds import FeedStore
from support.recommender_rig import NOW


def test_the_indexed_text_is_the_title_and_the_beginning_of_the_text():
    assert Candidate("1", "Title").indexed_text == "Title"
    assert Candidate("1", "Title", "x" * 2 * MAX_TEXT).indexed_text == "Title. " + "x" * MAX_TEXT


@pytest.fixture
def stored(database):
    store = FeedStore(database)
    feed = store.add_subscription("https://a.example/feed", NOW, title="The Paper")
    items = [
        Item("b", "https://a.example/b", "Old Harbour", "Ferries.", published=NOW - 9),
        Item("a", "https://a.example/a", "", "No title.", published=NOW - 3),
    ]
    store.save_items(feed, items, NOW, title="The Paper")
    return StoredCandidates(store)


def test_candidates_are_the_items_of_the_feed_store(stored):
    [harbour] = stored.find("harbour")
    assert harbour == Candidate(harbour.id, "Old Harbour", "Ferries.", "1", NOW - 9, "The Paper")
    assert stored.get([harbour.id, "999", "https://a.example/page"]) == {harbour.id: harbour}
    [untitled] = stored.find("no title")
    assert untitled.title == "No title."


def test_candidates_in_memory_are_found_in_any_case_until_they_are_removed():
    memory = MemoryCandidates()
    memory.add([Candidate("a", "ÉCONOMIE"), Candidate("b", "Ferries", "Harbour")])
    assert [item.id for item in memory.find("économie")] == ["a"]
    assert [item.id for item in memory.find("harbour")] == ["b"]
    memory.retain({"b"})
    assert list(memory.get(["a", "b"])) == ["b"]
