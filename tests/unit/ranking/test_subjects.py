"""What two stories are both about."""

import pytest

from nutshell.ranking.candidates import Candidate
from nutshell.ranking.subjects import MIN_COSINE, MIN_COSINE_OF_WORDS, cosine, shared_subject, title_terms

RARE = {"space", "junk", "lunches", "rocket", "kerra", "warning", "of", "in"}


def rarity(word):
    return 6.0 if word in RARE else 2.0


def shared(title, other, text=""):
    return shared_subject(Candidate("a", title, text), title_terms(title), title_terms(other), rarity)


def test_neighbouring_words_of_both_titles_are_the_subject():
    found = shared("A net for space junk", "Space Junk Falls on a Farm")
    assert (found.words, found.rarity, found.named) == ("space junk", 6.0, True)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("School lunches get better", "Space junk falls on a farm"),
        ("A better school", "A better farm"),  # shared, but common words
        ("Warning over lunches", "A warning for rockets"),  # rare, but says nothing
    ],
)
def test_titles_without_a_subject_in_common_share_none(title, other):
    assert shared(title, other) is None


def test_a_name_needs_less_likeness_than_a_word():
    word, name = shared("Late rocket here", "The rocket"), shared("Heavy rain in Kerra again today", "Kerra votes")
    assert (word.named, name.named, name.words) == (False, True, "Kerra")
    between = (MIN_COSINE + MIN_COSINE_OF_WORDS) / 2
    assert (word.is_shared(between), name.is_shared(between)) == (False, True)
    assert word.is_shared(MIN_COSINE_OF_WORDS)
    assert not name.is_shared(MIN_COSINE - 0.01)
    assert shared("Kerra Votes Again", "Kerra Rains", "It votes, says Kerra again.").named
    assert not shared("Kerra Votes Again", "Kerra Rains").named  # all words have capitals


def test_cosine_of_packed_vectors():
    assert cosine(bytes([3, 4]), bytes([3, 4])) == pytest.approx(1.0)
    assert cosine(bytes([1, 0]), bytes([0, 1])) == 0.0
    assert cosine(bytes([1, 0]), bytes([255, 0])) == pytest.approx(-1.0)
