import pytest

from nutshell.ask.answering import MIN_CHANCE, SHORTLIST, find_answer, index_page
from nutshell.ask.passages import Passage
from nutshell.ask.question import parse_question
from nutshell.ask.tables import Cell
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels


@pytest.fixture
def ask(run, passages_from):
    tokenizer = WordPiece.from_vocab(VOCABULARY)

    def ask(question, sentences):
        models = FakeModels()
        passages = [text if isinstance(text, Passage) else passages_from([text])[0] for text in sentences]
        index = run(index_page(models, tokenizer, passages))
        return run(find_answer(models, tokenizer, index, parse_question(question, index.names))), models.runs

    return ask


def test_sentence_with_the_words_of_the_question_comes_first(ask, page):
    result, _ = ask("When did the harbour board vote to replace the lighthouse?", page)
    assert result.chances[0][1] == 1
    assert result.chances[0][0] >= MIN_CHANCE
    assert result.found


def test_question_about_something_else_is_not_found(ask, page):
    result, _ = ask("Which composer wrote operas?", page)
    assert not result.found


def test_encoder_reads_only_the_shortlist_of_a_long_page(ask, page):
    result, runs = ask("Where do vessels sail at night?", page * 200)
    assert len(result.chances) == SHORTLIST
    assert runs.count("encoder") < SHORTLIST


def test_second_question_encodes_only_the_question(run, page, passages_from):
    tokenizer, models = WordPiece.from_vocab(VOCABULARY), FakeModels()
    index = run(index_page(models, tokenizer, passages_from(page)))
    run(find_answer(models, tokenizer, index, parse_question("What did the board vote for?")))
    models.runs.clear()
    run(find_answer(models, tokenizer, index, parse_question("How many vessels were counted?")))
    assert models.runs.count("encoder") == 1


def test_page_without_sentences_has_no_answer(ask):
    result, _ = ask("Who?", [])
    assert not result.found
    assert result.chances == ()


def test_question_without_a_word_is_refused(ask, page):
    with pytest.raises(ValueError, match=r"ask\.no_words"):
        ask("?!", page)


def test_passage_without_the_form_of_the_answer_is_unlikely(ask):
    with_price, _ = ask("How much does the mast cost?", ["The mast cost the board £300."])
    without, _ = ask("How much does the mast cost?", ["The mast cost the board its majority."])
    assert without.chance == pytest.approx(0.3 * with_price.chance)


def test_row_that_the_question_names_is_found(ask, page):
    row = Passage(
        "Fares, Child: Single £6, Return £9", "Child\t£6\t£9", 9, label="Child", cells=(Cell("Return", "£9", 9),)
    )
    result, _ = ask("How much is a return for a child?", [*page, row])
    assert result.found
    assert result.chances[0][1] == len(page)
