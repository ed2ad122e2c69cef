from nutshell.ranking import exploration
from support.recommender_rig import NOW, SUBJECTS, event, record, story


def test_outcomes_are_counted_by_todays_topics():
    events = [
        event(1, "shown", "a", explored="3"),
        event(2, "open", "b", explored="3"),
        event(3, "shown", "c", explored="9"),
    ]
    assert exploration.outcomes(events, {1: "0", 2: "1", 3: "1"}) == {"0": (1, 0), "1": (2, 1)}
    assert exploration.outcomes([*events, event(4, "shown", "d")], {}) == {}


def test_a_topic_keeps_its_outcomes_when_topics_are_numbered_anew(recommender, run):
    items = [story(number, subject) for number in range(20) for subject in ("boats", "bread", "stars")]
    run(recommender.add_items(items))
    matrix = recommender.candidates.matrix
    record(recommender, "shown", "boats0", explored=str(matrix.rows.topics[matrix.rows.index["boats0"]]))
    run(recommender.add_items([story(number, subject) for number in range(20, 60) for subject in SUBJECTS]))
    run(recommender.rank(NOW))
    [(topic, counts)] = exploration.outcomes(recommender.log, run(recommender._ranker.event_topics())).items()
    assert (topic, counts) == (str(matrix.rows.topics[matrix.rows.index["boats0"]]), (1, 0))


def test_a_user_who_opens_explored_stories_gets_more_of_them():
    assert exploration.interval(0.0, {}) == 0
    unknown = exploration.interval(0.5, {})
    assert exploration.interval(0.5, {"1": (30, 15)}) < unknown < exploration.interval(0.5, {"1": (30, 0)})
    assert exploration.interval(1.0, {"1": (30, 30)}) == exploration.MIN_INTERVAL


def test_slots_are_one_in_each_interval_and_the_same_for_the_same_seed():
    slots = exploration.slots(100, 10, "seed")
    assert slots == exploration.slots(100, 10, "seed")
    assert {slot // 10 for slot in slots} >= set(range(1, 10))
    assert min(slots) >= exploration.FIRST_SLOT
    assert exploration.slots(100, 0, "seed") == []


def test_topics_are_chosen_once_and_liked_ones_more_often():
    candidates = [("1", 10), ("2", 20), ("2", 21), ("3", 30)]
    assert sorted(exploration.choose(candidates, {}, 9, "seed")) == [("1", 10), ("2", 20), ("3", 30)]
    outcomes = {"1": (40, 0), "2": (40, 30), "3": (40, 0)}
    first = [exploration.choose(candidates, outcomes, 1, str(seed))[0] for seed in range(50)]
    assert first.count(("2", 20)) > 45
