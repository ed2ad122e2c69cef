import pytest

from nutshell import messages
from nutshell.article import Article, Block, Role
from nutshell.ask.passages import Passage
from nutshell.ask.tables import Cell
from nutshell.views.ask import answer_part, render_answer, trace_key, traces

ROW = Passage("Child: Single £6, Return £9", "Child\t£6\t£9", 0, 0, 11, label="Child")
CELLS = (Cell("Single", "£6", 6), Cell("Return", "£9", 9))


def row():
    return Passage(ROW.text, ROW.quote, 0, 0, 11, label="Child", cells=CELLS)


@pytest.fixture
def answer():
    part = answer_part(4, row(), CELLS[1:])
    return {
        "question": "How much?",
        "before": "",
        "reading": "alone",
        "found": True,
        "certainty": "likely",
        "parts": [part],
        "also": [],
    }


def test_cell_is_named_by_row_and_column():
    part = answer_part(4, row(), CELLS[1:])
    assert (part["label"], part["quote"], part["text"]) == ("Child · Return", "£9", "Child · Return: £9")
    assert (part["start"], part["end"]) == (9, 11)


def test_several_cells_are_listed_with_their_columns():
    part = answer_part(4, row(), ())
    assert part["text"] == "Child: Single £6, Return £9"
    assert (part["start"], part["end"]) == (0, 11)


def test_trace_of_a_cell_is_its_place_in_the_row(answer):
    article = Article((Block(Role.ROW, ROW.quote, anchor=7),))
    assert traces(article, answer) == {trace_key(4): {"anchor": 7, "start": 9, "end": 11, "text": "£9"}}


def test_trace_of_a_caption_has_its_time(answer):
    article = Article((Block(Role.PARAGRAPH, ROW.quote, anchor=7, times=((0, 1.0), (6, 5.5))),))
    assert traces(article, answer)[trace_key(4)]["time"] == 5.5


@pytest.mark.parametrize("certainty", ["sure", "likely", "unsure"])
def test_certainty_is_told_in_words(answer, certainty):
    html = render_answer(answer | {"certainty": certainty}, "en", known=True)
    assert f'data-certainty="{certainty}">{messages.text(f"ask.{certainty}")}<' in html


def test_closest_passage_is_shown_at_once(answer):
    html = render_answer(answer | {"found": False}, "en", known=True)
    assert messages.text("ask.closest") in html
    assert "<details" not in html
    assert "£9" in html


def test_first_question_says_nothing_about_how_it_was_understood(answer):
    assert "data-reading" not in render_answer(answer, "en", known=True)


def test_data_of_the_page_has_no_place(answer):
    fact = answer_part(9, Passage("Price (cost): 60 USD", "60 USD", -1, label="Price"), ())
    html = render_answer(answer | {"parts": [fact]}, "en", known=True)
    assert "data-trace" not in html
    assert "cost" not in html
    assert traces(Article(()), answer | {"parts": [fact]}) == {}
