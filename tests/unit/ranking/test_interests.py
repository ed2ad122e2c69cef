from array import array

from nutshell.ranking.interests import MAX_INTERESTS, assign, name_of
from nutshell.text.static_encoder import WIDTH
from support.recommender_rig import event


def direction(number):
    """A vector at a right angle to those of other numbers."""
    return array("b", [127 if place == number else 0 for place in range(WIDTH)]).tobytes()


def test_similar_events_share_an_interest_and_others_start_new_ones(models, run):
    features = [direction(0), direction(1), direction(0), direction(2)]
    assert run(assign(models, features, [7, 0, 0, 0], 8)) == ([7, 8, 7, 9], [8, 9])


def test_events_that_have_an_interest_need_no_model(models, run):
    assert run(assign(models, [direction(0)], [3], 4)) == ([3], [])
    assert models.runs == []


def test_beyond_the_maximum_events_join_the_most_similar_interest(models, run):
    features = [direction(number) for number in range(MAX_INTERESTS + 3)]
    assigned, created = run(assign(models, features, [0] * len(features), 1))
    assert created == list(range(1, MAX_INTERESTS + 1))
    assert set(assigned) == set(created)


def name(*titles, **title_words):
    return name_of([event(number, "open", title=title) for number, title in enumerate(titles)], title_words, 100)


def test_an_interest_is_named_by_words_that_its_titles_share():
    assert name("Harbour ferries are late", "The harbour ferries again", "No ferries today") == "harbour ferries"
    assert name("Ferries, at last", "New ferries for Kerra", ferries=3) == "ferries"


def test_one_story_or_stories_without_a_word_in_common_give_no_name():
    title = "Ferries return to the old harbour bridge after the storm of the century and its flood"
    assert name("Bread rises", title).startswith("Ferries return to the old harbour bridge")
    assert len(name(title)) <= 61
    assert name("A warning to sailors", "A warning to bakers") == "A warning to bakers"


def test_a_name_keeps_capitals_that_belong_to_a_word():
    assert name("NASA: rocket", "NASA, again") == "NASA"
    assert name("Arbery\u2019s and the", "Of Arbery") == "Arbery"


def test_titles_without_content_words_name_an_interest_as_they_are():
    assert name("the of 12") == "the of 12"
    assert name_of([event(1, "open", title="", text="")], {}, 100)
