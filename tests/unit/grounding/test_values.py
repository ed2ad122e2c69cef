import pytest

from nutshell.grounding.values import is_abbreviated, is_counted, is_rounded
from nutshell.text.tokens import parse_text


def number(claim):
    (tokens,) = parse_text([claim]).sentences
    return next(token for token in tokens if token.kind == "number"), tokens


@pytest.mark.parametrize(
    ("claim", "value", "expected"),
    [
        ("It grossed more than $181 million.", 181_674_817.0, True),
        ("It grossed more than $190 million.", 181_674_817.0, False),
        ("It grossed $181.7 million.", 181_674_817.0, True),
        ("It grossed $181.2 million.", 181_674_817.0, False),
        ("About 400 people came.", 412.0, True),
        ("About 300 people came.", 412.0, False),
        ("Exactly 400 people came.", 412.0, False),
        ("He scored 12 goals.", 13.0, False),
    ],
)
def test_rounded_number(claim, value, expected):
    token, tokens = number(claim)
    assert is_rounded(token, tokens, [value]) is expected


def test_number_of_listed_names():
    sentences = parse_text(["On Monday Anna Lind and Bob Stone were arrested."]).sentences
    assert is_counted(number("Police arrested two people.")[0], sentences)
    assert not is_counted(number("Police arrested three people.")[0], sentences)


def test_abbreviated_name():
    sentences = parse_text(["She moved to the United States in May."]).sentences
    (us, eu) = (token for token in parse_text(["He left the USA for the EU."]).sentences[0] if token.kind == "name")
    assert is_abbreviated(us, sentences)
    assert not is_abbreviated(eu, sentences)
