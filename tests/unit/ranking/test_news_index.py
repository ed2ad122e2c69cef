import pytest

from nutshell.ports import ModelError
from nutshell.ranking.news_index import NewsIndex
from nutshell.records.items import Item
from nutshell.storage.feeds import FeedStore
from support.recommender_rig import HOUR, NOW, SUBJECTS, story


@pytest.fixture
def store(database):
    """A feed with an item on each subject; ids rise from boats to vote."""
    store = FeedStore(database)
    store.add_subscription("https://a.example/feed", NOW, title="Paper")
    take(store, *SUBJECTS)
    return store


def take(store, *subjects, number=0):
    """The feed lists an item on each of these subjects; returns their ids by subject."""
    items = [
        Item(f"{subject}{number}", f"https://a.example/{subject}{number}", story(number, subject).title, published=NOW)
        for subject in reversed(subjects)
    ]
    new, _ = store.save_items(1, items, NOW, title="Paper")
    return dict(zip(reversed(subjects), new, strict=False))


@pytest.fixture
def index(models, wordpiece, database, store):
    return NewsIndex(models, wordpiece, database, store)


def listed(run, index):
    return {int(ranked.item) for ranked in run(index.rank(NOW, 100))}


def test_nothing_is_loaded_before_the_first_list(index, models, run):
    run(index.apply_changes([1]))
    assert (index.loaded, models.runs, "recommender" in index.__dict__) == (False, [], False)
    assert listed(run, index) == {1, 2, 3, 4}
    assert index.loaded


def test_an_update_after_a_refresh_leaves_nothing_to_do_for_the_list(index, store, models, run):
    listed(run, index)
    new = take(store, *SUBJECTS, number=1)
    run(index.apply_changes())
    models.runs.clear()
    assert set(new.values()) < listed(run, index)
    assert models.runs == ["ranking"]


def test_a_list_does_not_read_the_items_when_nothing_changed(index, store, monkeypatch, run):
    listed(run, index)
    monkeypatch.setattr(store, "list_read_flags", lambda: pytest.fail("the store was read"))
    assert listed(run, index) == {1, 2, 3, 4}


def test_an_update_that_failed_is_repeated_by_the_next_list(index, store, models, run):
    listed(run, index)
    new = take(store, "boats", number=1)
    models.error = "static.onnx is damaged."
    run(index.apply_changes())
    with pytest.raises(ModelError):
        listed(run, index)
    models.error = ""
    assert set(new.values()) < listed(run, index)


def test_an_edited_item_is_indexed_again(index, store, run):
    listed(run, index)
    items = [Item("boats0", "https://a.example/boats0", "telescope galaxy comets", published=NOW)]
    _, changed = store.save_items(1, items, NOW)
    before = index.recommender.candidates.matrix.rows
    run(index.apply_changes(changed))
    after = index.recommender.candidates.matrix.rows
    [item] = map(str, changed)
    assert before.packed_vector(before.index[item]) != after.packed_vector(after.index[item])
    assert before.index.keys() == after.index.keys()


def test_items_of_a_feed_that_is_unfollowed_leave_the_index(index, store, run):
    listed(run, index)
    store.unsubscribe(1, NOW)
    index.mark_changed()
    assert listed(run, index) == set()


def test_a_new_item_of_a_story_that_was_read_is_read_too(index, store, run):
    listed(run, index)
    index.recommender.stories.restore({"5": "1"})  # the next item joins the first one's story
    store.mark_items([1], column="read", when=NOW - HOUR)
    index.mark_read([1], True)
    take(store, "boats", number=1)
    index.mark_changed()
    assert listed(run, index) == {2, 3, 4}
    assert store.get_items([5])[5].read == NOW - HOUR
    assert index.items_of("1") == [1, 5]
    assert index.story_of(5) == "1"


def test_stored_read_items_are_hidden_from_the_first_list_on(index, store, run):
    store.mark_items([1, 2], column="read", when=NOW)
    assert listed(run, index) == {3, 4}
    index.mark_read([1], False)
    assert listed(run, index) == {1, 3, 4}


def test_after_a_reset_the_index_loads_what_is_stored(index, store, database, run):
    listed(run, index)
    database.connection.execute("DELETE FROM item WHERE id = 1")
    index.reset()
    assert not index.loaded
    assert listed(run, index) == {2, 3, 4}


def test_progress_counts_all_new_items(index, monkeypatch, run):
    monkeypatch.setattr("nutshell.ranking.news_index._BATCH", 3)
    reports = []
    run(index.load(lambda *report: reports.append(report)))
    assert reports == [("embed", 3, 4), ("embed", 4, 4)]


def test_the_mix_is_that_of_the_list(index, run):
    assert [share.name for share in run(index.mix(NOW)).sources] == ["Paper"]
