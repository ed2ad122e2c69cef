import pytest

from nutshell.ranking.feedback import HALF_LIFE_DAYS, TrainingSet, kind_of
from support.recommender_rig import DAY, event


def summaries(events):
    return [(example.item, example.liked, example.strength) for example in events.examples()]


def test_all_events_on_an_item_make_one_example():
    events = TrainingSet([event(1, "shown"), event(2, "open", at=1), event(3, "shown", "b", at=2)])
    assert summaries(events) == [("a", True, 1.0), ("b", False, 1.0)]
    events.put(event(4, "dwell", at=3, seconds=90))
    assert summaries(events)[0] == ("a", True, 1.5)
    events.put(event(5, "less", at=4))
    assert summaries(events)[0] == ("a", False, 5.0)


def test_a_glance_counts_less_than_an_open():
    assert summaries(TrainingSet([event(1, "open"), event(2, "dwell", at=1, seconds=2)])) == [("a", True, 0.4)]


def test_a_removed_event_leaves_the_example_before_it():
    events = TrainingSet([event(1, "open"), event(2, "less", at=1)])
    events.remove(events.get(2))
    assert summaries(events) == [("a", True, 1.0)]
    events.remove(events.get(1))
    assert (summaries(events), len(events), list(events)) == ([], 0, [])


def test_an_unsaved_item_does_not_count_as_saved():
    assert summaries(TrainingSet([event(1, "save"), event(2, "unsave", at=1)])) == []
    assert summaries(TrainingSet([event(1, "open"), event(2, "save"), event(3, "unsave", at=1)])) == [("a", True, 1.0)]


def test_the_newest_examples_of_each_kind_are_used():
    events = TrainingSet([event(n, "open" if n % 2 else "shown", f"i{n}", at=n) for n in range(1, 21)])
    assert [example.item for example in events.examples(3, 2)] == ["i15", "i17", "i19", "i18", "i20"]


def test_old_examples_count_less():
    (example,) = TrainingSet([event(1, "open")]).examples()
    assert example.weight(0) == 1.0
    assert example.weight(HALF_LIFE_DAYS * DAY) == pytest.approx(0.5)


def test_an_interest_in_words_is_always_used_and_does_not_fade():
    events = TrainingSet([event(1, "wish", ""), *(event(n, "open", f"i{n}", at=n) for n in range(2, 20))])
    examples = events.examples(3, 2)
    assert [example.event.id for example in examples] == [1, 17, 18, 19]
    assert examples[0].weight(1000 * DAY) == examples[0].weight(0)


def test_events_of_an_item_are_oldest_first():
    events = TrainingSet([event(3, "open", at=9), event(1, "shown", at=2), event(2, "shown", "b")])
    assert [each.id for each in events.events_of("a")] == [1, 3]
    assert events.events_of("unknown") == []


@pytest.mark.parametrize(("name", "kind"), [("Clicked", "open"), ("thumbs up", "more"), ("thumb_down", "less")])
def test_names_of_other_programs_are_understood(name, kind):
    assert kind_of(name) == kind


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="sniff"):
        kind_of("sniff")
