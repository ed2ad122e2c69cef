"""TF-IDF rows for LexRank: prefixes of words, or pairs of characters in scripts without spaces."""

import pytest

from nutshell.article import Sentence
from nutshell.summary.centrality import WIDTH, centrality, terms, tf_idf


def row(tensor, number):
    return tensor.data.tolist()[number * WIDTH : (number + 1) * WIDTH]


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_terms_are_prefixes_of_content_words():
    assert terms("Der Bürgermeister und die Bürgermeisterin", "de") == ["bürger", "bürger"]


@pytest.mark.parametrize(
    ("text", "found"), [("旧港大桥", ["旧港", "港大", "大桥"]), ("橋", ["橋"]), ("สะพาน", ["สะ", "ะพ", "พา", "าน"])]
)
def test_terms_of_unspaced_scripts_are_pairs_of_characters(text, found):
    assert terms(text) == found


def test_mixed_scripts_have_both_kinds_of_terms():
    assert set(terms("Nutshell 3 는 요약 NASA")) >= {"nutshe", "nasa", "요약"}


def test_rare_word_weighs_more():
    made = tf_idf(["Brücke Fähre", "Brücke Tunnel", "Brücke Hafen"], "de")
    assert made.shape == (3, WIDTH)
    shared, alone = sorted({round(value, 4) for value in row(made, 0) if value})
    assert shared < alone
    assert dot(row(made, 0), row(made, 1)) == pytest.approx(shared**2, rel=1e-3)


@pytest.mark.parametrize("text", ["", "   ", "...", "😀", "\ud800", "\u202e"])
def test_text_without_words_has_a_row(text):
    made = tf_idf([text, "Brücke"])
    assert not any(row(made, 0)) or dot(row(made, 0), row(made, 1)) == 0


def test_best_sentence_scores_one(run):
    from support.fakes import FakeModels  # noqa: PLC0415

    sentences = [Sentence(text, 0, 0, len(text)) for text in ("Die Brücke", "Der Hafen", "Das Schiff")]
    found = run(centrality(FakeModels(), sentences, "de"))
    assert found.scores[0] == 1.0
    assert len(found.scores) == 3
    assert found.similarity(1, 1) == 1.0


def test_no_sentences_need_no_model(run):
    assert run(centrality(None, [], "de")).scores == ()
