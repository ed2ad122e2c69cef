import pytest

from nutshell.text.tokens import names, parse_text, restore_punctuation


def values(text):
    return [token.value for sentence in parse_text([text]).sentences for token in sentence if token.kind == "number"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It cost 1,000 pounds.", [1000]),
        ("It cost a thousand pounds.", [1000]),
        ("Profits of $1.5bn", [1.5e9]),
        ("1.5 billion dollars", [1.5e9]),
        ("twenty-five people, two dogs", [25, 2]),
        ("the 92-year-old", [92]),
        ("a 2-1 win", [2, 1]),
        ("half past 7:30", [7.03]),
        ("the 1990s and the 5th", [1990, 5]),
        ("one of them", []),
        ("one million of them", [1e6]),
        ("A4 paper and B2B", []),
    ],
)
def test_numbers_are_compared_by_value(text, expected):
    assert values(text) == pytest.approx(expected)


def test_capitalized_word_inside_a_sentence_is_a_name():
    text = parse_text(["Police in Leeds said that Anna Bell left on Monday.", "Officers had searched the house."])
    assert names(text) == {"leeds", "anna", "bell", "monday"}


def test_name_at_the_start_of_a_sentence():
    assert "leeds" in names(parse_text(["Leeds won, and the crowd sang.", "They came from Leeds."]))
    assert "anna" in names(parse_text(["Anna Bell sang, and the crowd listened."]))
    assert "officers" not in names(parse_text(["Officers came, and the crowd left Leeds."]))
    assert "crowd" not in names(parse_text(["Crowd noise was heard when a crowd gathered."]))


def test_known_names_are_found_in_lower_case():
    known = names(parse_text(["Police in Leeds said that Anna Bell left."]))
    claim = parse_text(["anna bell left leeds"], known)
    assert names(claim) == {"anna", "bell", "leeds"}


def test_detached_punctuation_is_joined():
    assert (
        restore_punctuation("-lrb- cnn -rrb- he did n't say `` yes '' , she said .")
        == '(cnn) he didn\'t say " yes ", she said.'
    )


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "🙂🙂", "\u202e\u0000", "a" * 50_000, "1" * 5_000, "1.2.3.4.5,6:7", "² ⁴x"]
)
def test_unusual_text_is_parsed(text):
    parse_text([restore_punctuation(text)])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It drew 26 000 fans, or 26\u202f000.", [26000, 26000]),
        ("In 2010 300 people came.", [2010, 300]),
        ("At 6.15pm or 6:15 p.m. or 18:15.", [18.015, 18.015, 18.015]),
        ("From 9 AM to 12.30am.", [9, 0.03]),
        ("An area of 5 m² and x².", [5]),
    ],
)
def test_number_has_the_same_value_in_every_form(text, values):
    (tokens,) = parse_text([text]).sentences
    assert [token.value for token in tokens if token.kind == "number"] == pytest.approx(values)


@pytest.mark.parametrize("opening", ["Additionally", "Former", "Eventually", "Previously"])
def test_word_that_opens_a_sentence_before_a_name_is_none(opening):
    (tokens,) = parse_text([f"{opening}, Alice met Bob."]).sentences
    assert [token.text for token in tokens if token.kind == "name"] == ["Alice", "Bob"]
