import pytest

from nutshell.ask.lookup import MIN_SHARE, best_cells, lookup_scores, named_passages
from nutshell.ask.passages import Passage
from nutshell.ask.question import parse_question
from nutshell.ask.tables import Cell
from nutshell.ask.word_similarity import WordSimilarity
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text

ALIKE = WordSimilarity({}, {}, ())  # no word is similar to another


def row(label, *cells):
    placed = tuple(Cell(header, text, 0) for header, text in cells)
    text = f"{label}: " + ", ".join(f"{header} {text}" for header, text in cells)
    return Passage(text, text, 0, label=label, cells=placed)


def value(label, text, heading="", block=0):
    return Passage(f"{label}: {text}", text, block, label=label, heading=heading)


@pytest.fixture
def scores():
    def scores(question, passages, title=()):
        slots = SlotIndex(parse_text([passage.text for passage in passages]))
        named = named_passages(passages)
        return lookup_scores(parse_question(question), passages, named, slots, frozenset(title), ALIKE)

    return scores


CHILD = row("Child", ("Single", "£6"), ("Return", "£9"))
ADULT = row("Adult", ("Single", "£14"), ("Return", "£22"))


def test_row_that_the_question_names_is_found(scores):
    assert set(scores("How much is a return for a child?", [ADULT, CHILD])) == {1}


def test_row_is_not_found_if_its_names_do_not_account_for_the_question(scores):
    assert scores("How much is the insurance of a child's bicycle?", [ADULT, CHILD]) == {}
    assert MIN_SHARE > 0.5


def test_value_must_have_the_form_of_the_answer(scores):
    assert scores("When does a child return?", [CHILD]) == {}


def test_label_that_the_question_says_in_full_is_better_than_a_longer_one(scores):
    passages = [value("Price of a spare part", "$4"), value("Price", "$9")]
    found = scores("What is the price?", passages)
    assert found[1] > found[0]


def test_label_said_in_full_is_enough(scores):
    assert 0 in scores("What is the operating force of the keys?", [value("Operating force", "38.53 gf")])


def test_heading_above_a_value_names_it_too(scores):
    passages = [value("Part-time rate", "$645", "Graduate"), value("Part-time rate", "$455", "Undergraduate")]
    found = scores("What is the part-time rate for an undergraduate?", passages)
    assert found[1] > found.get(0, 0.0)


def test_fact_need_not_name_the_subject_of_the_page(scores):
    price = Passage("Price (cost): 60 USD", "60 USD", -1, label="Price")
    assert 0 in scores("How much does the mug cost?", [price], title={"mug"})
    assert scores("How much does the lamp cost?", [price], title={"mug"}) == {}


def test_address_for_mail_is_found_wherever_it_is(scores):
    passages = [Passage(text, text, 0) for text in ("Write to ada@example.org.", "The email was lost.")]
    assert set(scores("What is her email address?", passages)) == {0}


def test_cell_of_the_column_that_the_question_names_is_the_answer():
    question = parse_question("How much is a return for a child?")
    assert [cell.text for cell in best_cells(question, CHILD, ALIKE)] == ["£9"]


def test_all_cells_answer_if_no_column_is_named():
    question = parse_question("What is it for a child?")
    assert [cell.text for cell in best_cells(question, CHILD, ALIKE)] == ["£6", "£9"]


def test_cell_of_the_wanted_form_is_the_answer():
    passage = row("Child", ("Note", "with an adult"), ("", "£9"))
    question = parse_question("How much is it for a child?")
    assert [cell.text for cell in best_cells(question, passage, ALIKE)] == ["£9"]
