"""What an item tells: its words, what they weigh, and how likely two items tell of the same event."""

import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.stories.same_event import CLASSIFIER, SIMILARITIES, Frequencies, bag_of_words, similarities

DAY = 86_400.0


def item(title, text=""):
    return Candidate("1", title, text)


def tell(*items, at=None, place=None):
    """Tellings of items among themselves."""
    frequencies = Frequencies(place)
    bags = [bag_of_words(each) for each in items]
    frequencies.count(bags)
    return [frequencies.telling(each, at) for each in bags]


def test_names_keep_their_capital_and_other_words_lose_their_ending():
    made = bag_of_words(
        item("Ferries stopped in Kerra", "The ferries' crews asked for 12 weeks; a stopping ferry was towed.")
    )
    assert made.words["Kerra"] == 1
    assert made.words["ferri"] == 2  # "Ferries" begins the title, and is written small elsewhere
    assert made.words["stopp"] == 2
    assert made.words["12"] == 1
    assert not {"the", "a", "The", "for"} & made.words.keys()
    assert made.title == {"Kerra", "ferri", "stopp"}


def test_a_possessive_is_the_name():
    assert bag_of_words(item("Palin's church", "Palin\u2019s town")).words["Palin"] == 2


def test_nothing_is_told_by_nothing():
    frequencies = Frequencies()
    made = bag_of_words(item("", "the and of"))
    assert made.words == {}
    telling = frequencies.telling(made, None)
    assert similarities(telling, telling, 0.0)[0] == 0.0
    assert CLASSIFIER.alike(telling, telling, 1.0) == -1.0


def test_what_few_items_have_weighs_more():
    frequencies = Frequencies()
    frequencies.count(
        [
            bag_of_words(item("market opens")),
            bag_of_words(item("market closes")),
            bag_of_words(item("market lighthouse")),
        ]
    )
    assert frequencies.rarity("lighthouse") > frequencies.rarity("market")
    telling = frequencies.telling(bag_of_words(item("market lighthouse")), None)
    assert list(telling.weights) == ["lighthouse", "market"]  # the rarest first


def test_words_that_are_often_used_weigh_less_before_anything_was_read():
    places = {"people": 100, "lighthouse": 12_000}
    frequencies = Frequencies(places.get)
    frequencies.count([bag_of_words(item("people lighthouse zyzzyva"))])
    assert frequencies.rarity("people") < frequencies.rarity("lighthouse") < frequencies.rarity("zyzzyva")
    # Any form of a word will do: what is counted has lost its ending.
    rarities = []
    for place in ({"announced": 50}, {"announc": 50}, {}):
        frequencies_of = Frequencies(place.get)
        frequencies_of.count([bag_of_words(item("two words"))])
        rarities.append(frequencies_of.rarity("announc"))
    assert rarities[0] == rarities[1] < rarities[2]
    # And what the reader's own news say outweighs it in the end.
    for _ in range(200):
        frequencies.count([bag_of_words(item("lighthouse", "people went home"))] * 50)
    assert frequencies.rarity("zyzzyva") - frequencies.rarity("lighthouse") > 8


def test_similarities_are_what_they_are_called():
    one, other = tell(item("Kerra votes on 12 June", "harbour"), item("Kerra votes again", "lighthouse"))
    found = dict(zip(SIMILARITIES, similarities(one, other, 0.4), strict=True))
    assert found["vectors"] == 0.4
    assert found["names"] == pytest.approx(found["named"] / 0.4)
    assert 0 < found["names"] < 1  # Kerra, and not June
    assert found["numbers"] == 0
    assert 0 < found["words"] < 1
    assert found["title"] > 0
    same = dict(zip(SIMILARITIES, similarities(one, one, 1.0), strict=True))
    assert [same[name] for name in ("words", "plain")] == pytest.approx([1, 1])
    # One name that both have is not all of what they have.
    several, *_ = tell(item("Kerra, Sundby and Wasilla", "Palin, 12, 13 and 14"), item("crowd"), place={}.get)
    alone, *_ = tell(item("Kerra", "a boat"), item("crowd"), place={}.get)
    (_, _, many, *_), (_, _, one_name, *_) = similarities(several, several, 0.0), similarities(alone, alone, 0.0)
    assert 0.4 < one_name < 0.7 < many < 1
    assert similarities(one, other, 0.4) == pytest.approx(similarities(other, one, 0.4))


def test_the_same_event_is_told_from_another_of_its_kind():
    fire = item("Church of Sarah Palin burns in Wasilla", "A fire on Friday did a million in damage to Wasilla Church.")
    again = item("Fire damages Wasilla church that Sarah Palin attends", "Firefighters came at 9:40 on Friday.")
    another = item("Fire damages Denver school", "Firefighters in Denver came at noon; nobody was hurt.")
    crowd = [item(f"{word} market opens", f"{word} and nothing else") for word in ("red", "blue", "green", "white")]
    one, same, other, *_ = tell(fire, again, another, *crowd)
    assert CLASSIFIER.alike(one, same, 0.7) > CLASSIFIER.join > CLASSIFIER.alike(one, other, 0.5)


def test_what_came_within_a_day_is_more_likely_one_event():
    (one,) = tell(item("Fire in Wasilla church", "Palin"), at=0.0)
    near, far = (tell(item("Fire in Wasilla church", "Palin"), at=at)[0] for at in (DAY / 2, 6 * DAY))
    assert CLASSIFIER.alike(one, near, 0.8) > CLASSIFIER.alike(one, far, 0.8)
    assert one.within(near, DAY)
    assert not one.within(far, DAY)


def test_two_short_titles_need_all_their_words_or_a_name():
    one, other, kerra, again = tell(
        item("harbour ferries sailors"),
        item("harbour ferries anchor"),
        item("Kerra ferries"),
        item("Kerra sailors"),
        place={}.get,
    )
    assert CLASSIFIER.alike(one, other, 0.9) == -1.0
    assert CLASSIFIER.alike(one, one, 1.0) > CLASSIFIER.join
    assert CLASSIFIER.alike(kerra, again, 0.9) > -1.0
