"""Something different, now and then: what came of it is told of the topics as they are today."""

from nutshell.ranking import exploration
from nutshell.records.events import Event
from support.recommender_rig import NOW, SUBJECTS, story


def tried(number, kind, item, explored):
    return Event(number, 0.0, kind, item, "", "", "", 0.0, explored, (), b"v", 0)


def test_outcomes_are_counted_by_todays_topics():
    events = [tried(1, "shown", "a", "3"), tried(2, "open", "b", "3"), tried(3, "shown", "c", "9")]
    assert exploration.outcomes(events, {1: "0", 2: "1", 3: "1"}) == {"0": (1, 0), "1": (2, 1)}
    assert exploration.outcomes([*events, tried(4, "shown", "d", "")], {}) == {}


def test_a_topic_keeps_its_outcomes_when_the_topics_are_numbered_anew(taste, run):
    items = [story(number, subject) for number in range(20) for subject in ("boats", "bread", "stars")]
    run(taste.add_items(items))
    taste.set_sliders(adventurous=1.0)
    rows = taste._stock.pool.rows
    taste._listing.explored = {"boats0": str(rows.topics[rows.index["boats0"]])}
    taste.record("shown", "boats0", NOW)
    run(taste.add_items([story(number, subject) for number in range(20, 60) for subject in SUBJECTS]))
    rows = taste._stock.pool.rows
    run(taste.rank(NOW))
    [(topic, counts)] = exploration.outcomes(taste._learning, run(taste._listing._topics_tried())).items()
    assert (topic, counts) == (str(rows.topics[rows.index["boats0"]]), (1, 0))
