from dataclasses import replace

import pytest

from nutshell.records.events import Event
from nutshell.records.ranking import InterestSettings, MatrixPage
from nutshell.storage import ranking as module
from nutshell.storage.ranking import RankingStore

EVENT = Event(0, 5.0, "open", "7", "1", "Title", "Text", 3.0, "", (0.5, 1.0), b"v" * 256, 2)


@pytest.fixture
def store(database):
    return RankingStore(database)


def test_events_are_stored_deleted_and_restored_with_their_ids(store):
    first, second = store.add_events([EVENT, replace(EVENT, at=4.0, kind="more")])
    assert store.list_events() == [replace(EVENT, id=second, at=4.0, kind="more"), replace(EVENT, id=first)]
    store.delete_events([first])
    assert [event.id for event in store.list_events()] == [second]
    assert store.add_events([replace(EVENT, id=first)]) == [first]
    assert len(store.list_events()) == 2


def test_interest_and_vector_of_an_event_are_updated(store):
    [number] = store.add_events([EVENT])
    store.update_events([replace(EVENT, id=number, interest=9, vector=b"", title="not written")])
    assert store.list_events() == [replace(EVENT, id=number, interest=9, vector=b"")]


def test_the_oldest_events_beyond_the_limits_are_deleted(store, monkeypatch):
    monkeypatch.setattr(module, "MAX_ACTS", 2)
    monkeypatch.setattr(module, "MAX_SHOWN", 1)
    events = [replace(EVENT, at=float(at), kind=kind) for at in range(3) for kind in ("open", "shown", "wish")]
    ids = dict(zip([(event.kind, event.at) for event in events], store.add_events(events), strict=True))
    gone = store.trim_events()
    assert sorted(gone) == sorted([ids["open", 0.0], ids["shown", 0.0], ids["shown", 1.0]])
    assert len(store.list_events()) == 6


def test_interest_settings_are_saved_and_deleted(store):
    number = store.save_interest(InterestSettings(0, "Sea", 1.5))
    store.save_interest(InterestSettings(number, "The sea", -0.5))
    store.save_interest(InterestSettings(40, "", 1.0))
    assert store.get_interest_settings() == {
        number: InterestSettings(number, "The sea", -0.5),
        40: InterestSettings(40, "", 1.0),
    }
    store.delete_interest(number)
    assert set(store.get_interest_settings()) == {40}


def test_mutes_are_added_deleted_and_restored(store):
    first, second = store.add_mute("words", "ferry", 2.0), store.add_mute("source", "1", 1.0)
    assert store.list_mutes() == [second, first]
    store.delete_mute(first.id)
    store.restore_mute(first)
    store.restore_mute(first)
    assert store.list_mutes() == [second, first]


def test_the_matrix_is_loaded_as_it_was_saved(store):
    assert store.load_matrix() == ([], None)
    pages, about = [MatrixPage(0, "{}", b"a"), MatrixPage(1, "{}", b"b")], MatrixPage(-1, '{"x": 1}', b"c")
    store.save_matrix(pages, about)
    assert store.load_matrix() == (pages, about)
    store.save_matrix([MatrixPage(1, "", b"")], about)
    assert store.load_matrix() == (pages[:1], about)


def test_clearing_the_vectors_keeps_the_events(store):
    store.add_events([EVENT])
    store.save_matrix([MatrixPage(0, "{}", b"a")], MatrixPage(-1, "{}", b""))
    store.clear_vectors()
    assert [event.vector for event in store.list_events()] == [b""]
    assert store.load_matrix() == ([], None)
