import pytest

from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import names, parse_text

SOURCE = [
    "Alice Brown met Bob Stone in Paris on 5 June 2014.",
    "The company reported profits of $1.5bn, up 20% from the year before.",
    "Carol Hines did not attend the meeting in Geneva.",
    "Police arrested two men after the attack on the embassy.",
]


@pytest.fixture
def index():
    return SlotIndex(parse_text(SOURCE))


@pytest.fixture
def claim(index):
    def claim(text):
        (tokens,) = parse_text([text], names(index.source)).sentences
        return tokens

    return claim


def test_rare_keys_weigh_more(index):
    repeated = SlotIndex(parse_text(["The ferry sailed.", "The ferry sank.", "The pier closed."]))
    assert repeated.weight("pier") > repeated.weight("ferry") > 0
    assert repeated.weight("not in the source") == repeated.weight("pier")


def test_number_in_its_own_slot_has_no_margin(index, claim):
    (slot,) = index.numbers(claim("Profits were up 20% from the year before."))
    assert (slot.text, slot.own_fit) == ("20", 1.0)
    assert slot.margin <= 0


def test_number_of_another_slot_has_a_rival(index, claim):
    slot = next(slot for slot in index.numbers(claim("They met in Paris on 20 June 2014.")) if slot.text == "20")
    assert slot.rival == "5"
    assert slot.margin > 0.1


def test_missing_number_has_no_fit(index, claim):
    (slot,) = index.numbers(claim("Profits were up 35% from the year before."))
    assert slot.own_fit == -1


def test_names_are_compared_whole(index, claim):
    slots = index.names(claim("Carol Hines met Bob Stone in Paris on 5 June 2014."))
    assert ("Carol Hines", "Alice Brown") in {(slot.text, slot.rival) for slot in slots if slot.margin > 0.15}


def test_antonym_in_the_source_is_a_rival(index, claim):
    (slot,) = index.antonyms(claim("The company reported profits down 20%."))
    assert (slot.text, slot.rival) == ("down", "up")


def test_negated_antonym_is_no_rival(index, claim):
    assert index.antonyms(claim("The company reported profits not down 20%.")) == []


@pytest.mark.parametrize(
    ("text", "added", "dropped"),
    [
        ("Police did not arrest two men after the attack.", True, False),
        ("Carol Hines attended the meeting in Geneva.", False, True),
        ("Carol Hines did not attend the meeting in Geneva.", False, False),
    ],
)
def test_negations_are_compared(index, claim, text, added, dropped):
    found = index.negations(claim(text))
    assert (found[0] > 0.45, found[1] > 0.7) == (added, dropped)


def test_word_order_is_compared(index, claim):
    assert index.word_order(claim("Police arrested two men.")) == (1.0, 0.0)
    same, reversed_ = index.word_order(claim("Men arrested police."))
    assert same == 0 < reversed_


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("Bob Stone met Alice Brown in Paris.", True),
        ("Alice Brown met Bob Stone in Paris.", False),
        ("Bob Stone was met by Alice Brown in Paris.", False),
    ],
)
def test_swapped_roles_are_found(index, claim, text, swapped):
    assert index.swaps_roles(claim(text)) is swapped


def test_single_replaced_value_is_found(index, claim):
    own, theirs = index.replaced_value(claim("Alice Brown met Bob Stone in Paris on 7 June 2014."))
    assert (own.text, theirs.text) == ("7", "5")
    assert index.replaced_value(claim(SOURCE[0])) is None
    assert index.replaced_value(claim("Alice Brown met Bob Stone.")) is None
