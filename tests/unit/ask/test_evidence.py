import pytest

from nutshell.ask.evidence import COUNT, NAMES, WordMatch, evidence
from nutshell.ask.question import parse_question
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text

PAGE = ["The board met in Kerra.", "It voted for a steel mast.", "The mast cost 3 million."]


@pytest.fixture
def features():
    def features(question, sentences=PAGE, cosines=(0.5, 0.25, 0.0), match=None):
        slots = SlotIndex(parse_text(sentences))
        matches = [match or WordMatch()] * len(sentences)
        rows = evidence(parse_question(question), slots, list(cosines), matches, list(cosines))
        return [dict(zip(NAMES, row, strict=True)) for row in rows]

    return features


def test_every_sentence_has_all_features(features):
    rows = features("What did the mast cost?")
    assert len(rows) == len(PAGE)
    assert all(len(row) == COUNT == len(set(NAMES)) for row in rows)


def test_shared_words_count_by_their_rarity(features):
    rows = features("What did the mast cost?")
    assert [row["words"] for row in rows] == pytest.approx([0.0, rows[1]["words"], 1.0])
    assert 0 < rows[1]["words"] < 0.5
    assert rows[1]["words_after"] == pytest.approx(1 - rows[1]["words"])


def test_cosines_are_ranked(features):
    rows = features("What did the mast cost?")
    assert [row["rank"] for row in rows] == pytest.approx([1, 1 / 2, 1 / 3])
    assert [row["cosine_behind"] for row in rows] == pytest.approx([0, 0.25, 0.5])
    assert [row["cosine_before"] for row in rows] == pytest.approx([0, 0.5, 0.25])


def test_sentence_of_the_wanted_kind_is_marked(features):
    rows = features("How much did the mast cost?")
    assert [row["right_kind"] for row in rows] == [0, 0, 1]
    assert [row["wrong_kind"] for row in rows] == [1, 1, 0]
    assert rows[0]["wants_number"] == 1


def test_sentence_that_points_back_is_marked(features):
    rows = features("What did the board vote for?")
    assert [row["points_back"] for row in rows] == [0, 1, 0]
    assert rows[1]["points_back_to_words"] > 0


def test_prefixes_match_other_forms_of_a_word(features):
    rows = features("What was the voting about?", ["They voted.", "They left."], cosines=(0, 0))
    assert rows[0]["words"] >= rows[1]["words"] == 0
    matched = features("Who criticized it?", ["There was criticism.", "They left."], cosines=(0, 0))
    assert matched[0]["prefixes"] > matched[1]["prefixes"] == 0


def test_word_match_is_passed_on(features):
    row = features("What did the mast cost?", match=WordMatch(0.1, 0.2, 0.3, 0.4))[0]
    assert [row[name] for name in ("soft", "soft_least", "soft_weighted", "soft_head")] == [0.1, 0.2, 0.3, 0.4]
