"""The features of a pair of items, and its score."""

import pytest

from nutshell.ports import ModelError
from nutshell.ranking.candidates import Candidate
from nutshell.stories.clustering import JOIN_THRESHOLD
from nutshell.stories.same_event import FEATURES, UNRELATED, SameEventClassifier, pair_features
from nutshell.stories.term_vectors import Frequencies, bag_of_words

DAY = 86_400.0


def item(title, text=""):
    return Candidate("1", title, text)


def vectors(*items, published=None, rank=None):
    frequencies = Frequencies(rank)
    bags = [bag_of_words(each) for each in items]
    frequencies.count(bags)
    return [frequencies.vectorize(bag, published) for bag in bags]


def features(left, right, cosine):
    return dict(zip(FEATURES, pair_features(left, right, cosine), strict=True))


@pytest.fixture
def score(models, run):
    """Scores one pair."""
    classifier = SameEventClassifier(models)
    return lambda left, right, cosine: run(classifier.scores([(left, right, cosine)]))[0]


def test_features_measure_what_they_are_named_for():
    left, right = vectors(item("Kerra votes on 12 June", "harbour"), item("Kerra votes again", "lighthouse"))
    found = features(left, right, 0.4)
    assert found["vectors"] == 0.4
    assert found["names"] == pytest.approx(found["named"] / 0.4)
    assert 0 < found["names"] < 1  # Kerra, and not June
    assert found["numbers"] == 0
    assert 0 < found["words"] < 1
    assert found["title"] > 0
    assert found["shared"] > 0
    assert found["closeness"] == 0  # no dates


def test_features_of_an_item_with_itself_are_one():
    left, _ = vectors(item("Kerra votes on 12 June", "harbour"), item("crowd"))
    same = features(left, left, 1.0)
    assert [same[name] for name in ("words", "plain")] == pytest.approx([1, 1])


def test_one_common_name_is_not_all_that_items_have_in_common():
    several, *_ = vectors(item("Kerra, Sundby and Wasilla", "Palin, 12, 13 and 14"), item("crowd"), rank={}.get)
    alone, *_ = vectors(item("Kerra", "a boat"), item("crowd"), rank={}.get)
    one_name, many = features(alone, alone, 0.0)["names"], features(several, several, 0.0)["names"]
    assert 0.4 < one_name < 0.7 < many < 1


def test_features_do_not_depend_on_the_order_of_a_pair():
    left, right = vectors(item("Kerra votes on 12 June", "harbour"), item("Kerra votes again", "lighthouse"))
    assert pair_features(left, right, 0.4) == pytest.approx(pair_features(right, left, 0.4))


def test_closeness_falls_by_one_a_day():
    bag = bag_of_words(item("Fire in Wasilla"))
    first, later = (Frequencies().vectorize(bag, at) for at in (0.0, 2 * DAY))
    assert features(first, first, 0.5)["closeness"] == 1
    assert features(first, later, 0.5)["closeness"] == -1


def test_event_is_told_from_another_event_of_its_kind(score):
    fire = item("Church of Sarah Palin burns in Wasilla", "A fire on Friday did a million in damage to Wasilla Church.")
    again = item("Fire damages Wasilla church that Sarah Palin attends", "Firefighters came at 9:40 on Friday.")
    another = item("Fire damages Denver school", "Firefighters in Denver came at noon; nobody was hurt.")
    crowd = [item(f"{word} market opens", f"{word} and nothing else") for word in ("red", "blue", "green", "white")]
    first, same, other, *_ = vectors(fire, again, another, *crowd)
    assert score(first, same, 0.7) > JOIN_THRESHOLD > score(first, other, 0.5)


def test_items_close_in_time_score_higher(score):
    (first,) = vectors(item("Fire in Wasilla church", "Palin"), published=0.0)
    near, far = (vectors(item("Fire in Wasilla church", "Palin"), published=at)[0] for at in (DAY / 2, 6 * DAY))
    assert score(first, near, 0.8) > score(first, far, 0.8)


def test_short_titles_need_all_their_terms_or_a_name_in_common(score):
    first, other, kerra, again = vectors(
        item("harbour ferries sailors"),
        item("harbour ferries anchor"),
        item("Kerra ferries"),
        item("Kerra sailors"),
        rank={}.get,
    )
    assert score(first, other, 0.9) == UNRELATED
    assert score(first, first, 1.0) > JOIN_THRESHOLD
    assert score(kerra, again, 0.9) > UNRELATED


def test_all_pairs_are_scored_in_one_run_in_their_order(models, run):
    first, second, third, *_ = vectors(
        item("Fire in Wasilla church on Friday", "Palin came"),
        item("Wasilla church fire on Friday", "Palin left"),
        item("harbour ferries"),
        item("crowd"),
    )
    classifier = SameEventClassifier(models)
    pairs = [(first, third, 0.1), (first, second, 0.9), (first, first, 1.0)]
    scores = run(classifier.scores(pairs))
    assert models.runs == ["same_event"]
    assert scores[0] == UNRELATED
    assert scores[1:] == [run(classifier.scores([pair]))[0] for pair in pairs[1:]]


def test_model_does_not_run_without_a_pair_to_compare(models, run):
    empty, *_ = vectors(item("", "the and of"))
    classifier = SameEventClassifier(models)
    assert run(classifier.scores([])) == []
    assert run(classifier.scores([(empty, empty, 1.0)])) == [UNRELATED]
    assert models.runs == []


def test_error_of_the_model_is_raised(models, run):
    (vector,) = vectors(item("Fire in Wasilla church on Friday", "Palin came"))
    models.error = "damaged"
    with pytest.raises(ModelError):
        run(SameEventClassifier(models).scores([(vector, vector, 1.0)]))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("Open thread", "What are you reading this week? Tell us."), ("Open thread", "Weekend chat: recipes, pets.")),
        (("v2.3.1", "Release of parser: fixes a crash."), ("v2.3.1", "Release of editor: adds a theme.")),
        (
            ("Magnitude 5.1 earthquake off Kerra", "No warning was issued after the quake near Sundby."),
            ("Magnitude 6.3 earthquake off Wasilla", "No warning was issued after the quake near Palin."),
        ),
    ],
)
def test_equal_words_of_different_events_are_not_enough(score, left, right):
    first, other = vectors(item(*left), item(*right), rank={}.get)
    assert score(first, other, 0.95) == UNRELATED
    assert score(first, first, 1.0) > UNRELATED


def test_in_one_source_only_copies_are_one_story(score):
    def of(source, title, text):
        candidate = item(title, text)
        return Frequencies({}.get).vectorize(bag_of_words(candidate), None, source)

    text = "Stuck? Here are hints for the five-letter puzzle of today."
    monday = of("Games", "Word puzzle hints for 26 November", text)
    assert score(monday, of("Games", "Word puzzle hints for 27 November", text), 0.99) == UNRELATED
    assert score(monday, of("Games", "Word puzzle hints for 26 November", text + " Updated."), 0.99) > UNRELATED
    assert score(monday, of("Other", "Hints for the word puzzle of 26 November", "Stuck? Read on."), 0.9) > UNRELATED
    assert score(of("", "Fire in Wasilla", text), of("", "Wasilla fire out", text), 0.9) > UNRELATED


def test_names_and_numbers_that_the_other_item_lacks_are_features():
    left, right = vectors(item("Kerra lost 3 boats", "harbour"), item("Sundby lost 5 boats", "harbour"), rank={}.get)
    found = features(left, right, 0.9)
    assert (found["other_names"], found["other_numbers"]) == (1, 1)
    same = features(left, left, 1.0)
    assert (same["other_names"], same["other_numbers"], same["beyond"]) == (0, 0, pytest.approx(1))
    assert found["beyond"] == pytest.approx(1)
