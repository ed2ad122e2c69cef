import pytest

from nutshell.text.stemming import stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("companies", "company"),
        ("stopped", "stop"),
        ("running", "run"),
        ("boxes", "box"),
        ("ships", "ship"),
        ("quickly", "quick"),
        ("house", "hous"),
        ("houses", "hous"),
        ("mayor's", "mayor"),
        ("mayors’", "mayor"),
    ],
)
def test_inflected_form_is_reduced_to_its_stem(word, expected):
    assert stem(word) == expected


@pytest.mark.parametrize("word", ["glass", "sing", "red", "his", "bus", "", "7"])
def test_short_word_and_double_s_are_kept(word):
    assert stem(word) == word
