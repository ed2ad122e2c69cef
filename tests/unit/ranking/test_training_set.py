import pytest

from nutshell.ranking.feedback import HALF_LIFE_DAYS, TrainingSet
from nutshell.records.events import Event

DAY = 86_400.0


def event(number, kind, item="a", at=0.0, seconds=0.0):
    return Event(number, at, kind, item, "paper", "Title", "", seconds, "", (), b"", 0)


def said(learned):
    return [(lesson.item, lesson.liked, lesson.worth) for lesson in learned.lessons()]


def test_one_lesson_for_each_item_of_all_its_acts():
    learned = TrainingSet([event(1, "shown"), event(2, "open", at=1), event(3, "shown", "b", at=2)])
    assert said(learned) == [("a", True, 1.0), ("b", False, 1.0)]
    learned.put(event(4, "dwell", at=3, seconds=90))
    assert said(learned)[0] == ("a", True, 1.5)
    learned.put(event(5, "less", at=4))
    assert said(learned)[0] == ("a", False, 5.0)


def test_an_act_taken_back_leaves_what_there_was_before():
    learned = TrainingSet([event(1, "open"), event(2, "less", at=1)])
    learned.remove(learned.get(2))
    assert said(learned) == [("a", True, 1.0)]
    learned.remove(learned.get(1))
    assert (said(learned), len(learned)) == ([], 0)


def test_the_newest_of_each_kind_are_learned_from():
    learned = TrainingSet([event(n, "open" if n % 2 else "shown", f"i{n}", at=n) for n in range(1, 21)])
    lessons = learned.lessons(3, 2)
    assert [lesson.item for lesson in lessons] == ["i15", "i17", "i19", "i18", "i20"]


def test_what_was_said_long_ago_counts_less():
    (lesson,) = TrainingSet([event(1, "open")]).lessons()
    assert lesson.weight(0) == 1.0
    assert lesson.weight(HALF_LIFE_DAYS * DAY) == pytest.approx(0.5)


def test_what_was_asked_for_in_words_holds_however_much_came_after():
    wish = Event(1, 0.0, "wish", "", "", "wooden boats", "", 0.0, "", (), b"", 0)
    learned = TrainingSet([wish, *(event(n, "open", f"i{n}", at=n) for n in range(2, 20))])
    lessons = learned.lessons(3, 2)
    assert [lesson.event.id for lesson in lessons] == [1, 17, 18, 19]
    assert lessons[0].weight(1000 * DAY) == lessons[0].weight(0)
