from nutshell.text.antonyms import ANTONYMS
from nutshell.text.stemming import stem


def test_antonyms_are_mutual():
    assert all(word in ANTONYMS[other] for word, others in ANTONYMS.items() for other in others)


def test_no_word_is_its_own_antonym():
    assert [word for word, others in ANTONYMS.items() if word in others] == []


def test_words_are_stored_by_their_stems():
    assert stem("decreases") in ANTONYMS[stem("increasing")]
    assert {"fall", "declin"} <= ANTONYMS["rise"] | ANTONYMS.get(stem("rises"), frozenset())
