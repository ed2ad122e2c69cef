import pytest

from nutshell.ask.evidence import COUNT, NAMES, Around, WordMatch, evidence
from nutshell.ask.question import parse_question
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text

PAGE = ["The board met in Kerra.", "It voted for a steel mast.", "The mast cost 3 million."]


@pytest.fixture
def features():
    def features(question, sentences=PAGE, cosines=(0.5, 0.25, 0.0), match=None, title=(), blocks=None):
        slots = SlotIndex(parse_text(sentences))
        matches = [match or WordMatch()] * len(sentences)
        around = Around(
            sentences, blocks or [frozenset()] * len(sentences), frozenset(title), list(cosines), list(cosines)
        )
        rows = evidence(parse_question(question), slots, around, matches, range(len(sentences)))
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
    row = features("What did the mast cost?", match=WordMatch(0.1, 0.2, 0.3, 0.4, 0.5, 0.6))[0]
    names = ("soft", "soft_least", "soft_weighted", "soft_head", "soft_least_around", "soft_least_on_page")
    assert [row[name] for name in names] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


def test_form_of_the_answer_is_marked(features):
    rows = features("How much did the mast cost?", ["The mast cost £3 million.", "The mast cost lives."], (0, 0))
    assert [row["asks_form"] for row in rows] == [1, 1]
    assert [row["has_form"] for row in rows] == [1, 0]
    assert [row["lacks_form"] for row in rows] == [0, 1]


def test_words_of_the_title_count_apart(features):
    row = features("Where is the Kerra board?", title={"board"})[0]
    assert row["words"] == row["words_beside_title"] == 1
    assert row["words_not_of_title"] < 1
    assert 0 < row["title_asked"] < 1


def test_words_of_the_block_and_its_heading_count(features):
    blocks = [frozenset({"kerra"}), frozenset({"mast", "cost"}), frozenset()]
    rows = features("What did the mast cost?", blocks=blocks)
    assert [row["words_in_block"] for row in rows] == pytest.approx([0, 1, 1])


def test_definition_is_marked(features):
    sentences = ["A tannin is a bitter compound.", "It has a tannin.", "Tannin levels were high."]
    rows = features("What is a tannin?", sentences, (0, 0, 0))
    assert [row["defines"] for row in rows] == [1, 0, 1]
    assert features("Who has a tannin?", sentences, (0, 0, 0))[0]["defines"] == 0


def test_negation_that_the_question_does_not_have_is_marked(features):
    sentences = ["The drug does not work.", "The drug works."]
    assert [row["negates"] for row in features("Does the drug work?", sentences, (0, 0))] == [1, 0]
    assert [row["negates"] for row in features("Why does it not work?", sentences, (0, 0))] == [0, 0]
