"""Terms, their rarity, and the vectors of items."""

from nutshell.ranking.candidates import Candidate
from nutshell.stories.term_vectors import NAME, NUMBER, WORD, Frequencies, bag_of_words, kind_of

DAY = 86_400.0


def item(title, text=""):
    return Candidate("1", title, text)


def test_names_keep_their_capital_and_other_words_lose_their_ending():
    bag = bag_of_words(
        item("Ferries stopped in Kerra", "The ferries' crews asked for 12 weeks; a stopping ferry was towed.")
    )
    assert bag.counts["Kerra"] == 1
    assert bag.counts["ferri"] == 2  # "Ferries" begins the title, and is in lower case elsewhere
    assert bag.counts["stopp"] == 2
    assert bag.counts["12"] == 1
    assert not {"the", "a", "The", "for"} & bag.counts.keys()
    assert bag.title == {"Kerra", "ferri", "stopp"}


def test_possessive_is_counted_as_the_name():
    assert bag_of_words(item("Palin's church", "Palin\u2019s town")).counts["Palin"] == 2


def test_terms_are_names_numbers_or_words():
    assert [kind_of(term) for term in ("Kerra", "12", "ferri")] == [NAME, NUMBER, WORD]


def test_item_of_function_words_has_an_empty_vector():
    bag = bag_of_words(item("", "the and of"))
    vector = Frequencies().vectorize(bag, None)
    assert bag.counts == {}
    assert vector.weights == {}
    assert set(vector.lengths) == {1.0}  # never divided by zero


def test_rare_terms_weigh_more_and_come_first():
    frequencies = Frequencies()
    frequencies.count([bag_of_words(item(f"market {word}")) for word in ("opens", "closes", "lighthouse")])
    assert frequencies.rarity("lighthouse") > frequencies.rarity("market")
    vector = frequencies.vectorize(bag_of_words(item("market lighthouse")), None)
    assert list(vector.weights) == ["lighthouse", "market"]


def test_vocabulary_rank_estimates_rarity_of_new_words():
    ranks = {"people": 100, "lighthouse": 12_000}
    frequencies = Frequencies(ranks.get)
    frequencies.count([bag_of_words(item("people lighthouse zyzzyva"))])
    assert frequencies.rarity("people") < frequencies.rarity("lighthouse") < frequencies.rarity("zyzzyva")


def test_rank_of_any_form_of_a_word_counts():
    rarities = []
    for ranks in ({"announced": 50}, {"announc": 50}, {}):
        frequencies = Frequencies(ranks.get)
        frequencies.count([bag_of_words(item("two words"))])
        rarities.append(frequencies.rarity("announc"))
    assert rarities[0] == rarities[1] < rarities[2]


def test_counts_outweigh_the_estimate_in_the_end():
    frequencies = Frequencies({"people": 100, "lighthouse": 12_000}.get)
    for _ in range(200):
        frequencies.count([bag_of_words(item("lighthouse", "people went home"))] * 50)
    assert frequencies.rarity("zyzzyva") - frequencies.rarity("lighthouse") > 8


def test_is_within_compares_dates_and_accepts_missing_ones():
    bag = bag_of_words(item("Fire in Wasilla"))
    first, near, far, undated = (Frequencies().vectorize(bag, at) for at in (0.0, DAY / 2, 6 * DAY, None))
    assert first.is_within(near, DAY)
    assert not first.is_within(far, DAY)
    assert first.is_within(undated, DAY)
    assert undated.is_within(far, DAY)
