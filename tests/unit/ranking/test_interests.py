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


def test_an_interest_is_named_by_neighbouring_words_that_are_typical_of_it():
    title = "Ferries return to the old harbour bridge after storm"
    assert name(title, ferries=3, harbour=3, bridge=3, old=60) == "harbour bridge"
    assert name("Harbour ferries are late", "The harbour ferries again", "No ferries today") == "harbour ferries"


def test_a_name_does_not_cross_the_end_of_a_sentence():
    assert name("Storm. Ferries, bridge") != "Storm Ferries"


def test_a_name_keeps_capitals_that_belong_to_a_word():
    assert name("NASA: rocket") == "NASA rocket"
    assert name("Arbery\u2019s and the") == "Arbery"


def test_titles_without_content_words_name_an_interest_as_they_are():
    assert name("the of 12") == "the of 12"
    assert name_of([event(1, "open", title="", text="")], {}, 100)
