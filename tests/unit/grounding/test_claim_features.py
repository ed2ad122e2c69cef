import pytest

from nutshell.grounding.alignment import align
from nutshell.grounding.features import COUNT, NAMES, compare, find
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import names, parse_text

SOURCE = [
    "Alice Brown met Bob Stone in Paris on 5 June 2014.",
    "The company may report profits of $1.5bn in Q4.",
    "Carol Hines did not attend the meeting in China.",
]


@pytest.fixture
def slots():
    return SlotIndex(parse_text(SOURCE))


@pytest.fixture
def tokens(slots):
    def tokens(text):
        return parse_text([text], names(slots.source)).sentences[0]

    return tokens


@pytest.fixture
def features(slots, tokens):
    def features(text, support):
        claim = tokens(text)
        row, _ = compare(claim, slots, [support], [0.9], (0.8, 0.7), align(claim, slots, [support]))
        return dict(zip(NAMES, row, strict=True))

    return features


def test_every_feature_has_a_name(slots, tokens):
    claim = tokens(SOURCE[0])
    row, _ = compare(claim, slots, [0], [0.9], (0.8, 0.7), align(claim, slots, [0]))
    assert len(row) == COUNT == len(set(NAMES))


def test_copied_sentence_has_full_shares(features):
    row = features(SOURCE[0], 0)
    assert row["words_in_source"] == row["words_in_first"] == row["pairs"] == row["longest_run"] == 1
    assert row["new_words"] == row["numbers_missing"] == row["names_missing"] == 0
    assert (row["cosine_first"], row["word_cosine_mean"], row["word_cosine_minimum"]) == (0.9, 0.8, 0.7)


def test_lost_modal_is_marked(features):
    assert features("The company reports profits.", 1)["modal_dropped"] == 1
    assert features("Alice might meet Bob.", 0)["modal_added"] == 1


def test_missing_facts_are_found(slots, tokens):
    findings = find(tokens("Alice Brown met Dana Marsh on 7 June 2014 happily."), slots)
    assert [token.text for token in findings.missing_numbers] == ["7"]
    assert {token.text for token in findings.missing_names} == {"Dana", "Marsh"}
    assert findings.new_words == ("happily",)


def test_related_name_and_quarter_are_not_missing(slots, tokens):
    assert find(tokens("The company met Chinese people in 4Q."), slots).missing_names == ()


def test_number_and_name_in_another_form_are_not_missing(slots, tokens):
    findings = find(tokens("The company may report more than $1.4 billion in the fourth quarter."), slots)
    assert findings.missing_numbers == ()


def test_negation_is_found(slots, tokens):
    assert find(tokens("Alice Brown did not meet Bob Stone in Paris."), slots).negation_added == 1
    assert find(tokens("Carol Hines attended the meeting in China."), slots).negation_dropped > 0.7
