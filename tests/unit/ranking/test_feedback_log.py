import pytest

from nutshell.ranking.feedback import Feedback
from nutshell.records.ranking import NotFound
from support.recommender_rig import HOUR, NOW, record, story


def test_feedback_on_a_candidate_keeps_its_text_vector_and_extras(filled):
    record(filled, "open", "boats0")
    (event,) = filled.events()
    candidate = story(0, "boats")
    assert (event.title, event.source) == (candidate.title, "paper")
    assert event.vector == filled.candidates.matrix.rows.packed_vector(0)
    assert event.extras[3] == 1.0


def test_feedback_on_anything_else_keeps_the_text_it_came_with(filled):
    record(filled, "summary", "https://a.example/", title="A page", text="About ferries.", source="A")
    (event,) = filled.events()
    assert (event.title, event.text, event.source, event.vector) == ("A page", "About ferries.", "A", b"")


def test_an_unknown_kind_is_refused(filled):
    with pytest.raises(ValueError, match="sniff"):
        record(filled, "sniff", "boats0")


def test_nothing_but_interests_in_words_is_recorded_while_paused(filled):
    record(filled, "open", "boats0", NOW - HOUR)
    filled.pause(True)
    assert record(filled, "open", "vote0") is None
    assert filled.add_interest("wooden boats", NOW) is not None
    assert [event.kind for event in filled.events()] == ["wish", "open"]
    filled.pause(False)
    assert record(filled, "open", "vote0") is not None


def test_each_skip_halves_the_novelty_until_it_is_deleted(filled):
    def novelty():
        rows = filled.candidates.matrix.rows
        return rows.extras_at(rows.index["boats0"], NOW, 5.0)[3]

    record(filled, "shown", "boats0")
    revert = record(filled, "shown", "boats0", NOW + HOUR)
    assert novelty() == 0.25
    revert()
    assert novelty() == 0.5


def test_the_last_thumb_is_known_by_item(filled):
    record(filled, "more", "boats0", NOW - HOUR)
    record(filled, "open", "boats0", NOW)
    record(filled, "less", "boats0", NOW - 1)
    record(filled, "more", "stars0")
    assert [event.kind for event in filled.log.thumb_events(["boats0", "vote0"])] == ["more", "less"]


def test_skips_are_no_interaction(filled):
    record(filled, "shown", "boats0", NOW - HOUR)
    record(filled, "shown", "boats0", NOW - 9 * HOUR)
    record(filled, "dwell", "stars0")
    assert not filled.log.has_interaction("boats0")
    assert filled.log.has_interaction("stars0")
    assert filled.log.last_skipped("boats0") == NOW - HOUR
    assert filled.log.last_skipped("stars0") is None


def test_old_events_are_trimmed_in_memory_as_on_disk_but_interests_in_words_stay(filled, database, monkeypatch):
    monkeypatch.setattr("nutshell.storage.ranking.MAX_ACTS", 3)
    monkeypatch.setattr("nutshell.storage.ranking.MAX_SHOWN", 2)
    filled.add_interest("wooden boats", NOW - 9 * HOUR)
    filled.record([Feedback("shown", f"vote{n}", NOW - n * HOUR) for n in range(4)])
    filled.record([Feedback("open", f"stars{n}", NOW - n * HOUR) for n in range(4)])
    events = [(event.kind, event.item) for event in filled.events()]
    assert len(events) == 6
    assert ("wish", "") in events
    assert not {("shown", "vote2"), ("open", "stars3")} & set(events)
    stored = database.connection.execute("SELECT kind, item FROM taste_event ORDER BY at DESC, id DESC").fetchall()
    assert stored == events


def test_forgetting_what_is_not_there_is_refused(filled):
    record(filled, "open", "boats0")
    with pytest.raises(NotFound):
        filled.log.forget([99])
    assert len(filled.log) == 1
