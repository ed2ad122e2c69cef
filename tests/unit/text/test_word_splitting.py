import pytest

from nutshell.text.words import FUNCTION, plain, word_set, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The well-known mayor’s 2nd plan, again!", ["the", "well-known", "mayor’s", "2nd", "plan", "again"]),
        ("漢字 kana", ["漢", "字", "kana"]),
        ("Fähre und Brücke", ["fähre", "und", "brücke"]),
        ("?! … 🙂", []),
        ("", []),
    ],
)
def test_text_is_split_into_lower_case_words(text, expected):
    assert words(text) == expected


def test_word_set_has_each_word_once():
    assert word_set("a b a") == {"a", "b"}


def test_comparison_ignores_case_and_composition():
    assert plain("CAFE\u0301") == plain("café")
    assert plain("Straße") == "strasse"


def test_function_words_are_lower_case():
    assert all(word == word.lower() for listed in FUNCTION.values() for word in listed)
