import pytest

from nutshell.article import Article, Block, Role
from nutshell.ask.answering import AskResult
from nutshell.ask.composition import compose, split_compound
from nutshell.ask.passages import passages_of
from nutshell.ask.question import parse_question


@pytest.fixture
def composed():
    def composed(blocks, *chances, more=2):
        article = Article(tuple(blocks), lang="en")
        results = [AskResult(parse_question("Who?"), tuple(found)) for found in chances]
        return compose(results, passages_of(article), article, more)

    return composed


def paragraph(text):
    return Block(Role.PARAGRAPH, text)


HARBOUR = [paragraph("Ada Brill chairs the board. She voted for the mast. The fog is thick.")]


def test_sentence_that_cannot_stand_alone_brings_the_one_before(composed):
    answer = composed(HARBOUR, [(0.9, 1)])
    assert (answer.best, answer.parts) == (1, (0, 1))


def test_sentence_that_stands_alone_is_shown_alone(composed):
    assert composed(HARBOUR, [(0.9, 2)]).parts == (2,)


def test_announcement_brings_the_list(composed):
    blocks = [paragraph("There are two types:"), *(Block(Role.ITEM, text, 1) for text in ("Android.", "iPhone."))]
    assert composed([*blocks, paragraph("Others exist.")], [(0.9, 0)]).parts == (0, 1, 2)


def test_announcement_brings_the_sentences_that_enumerate(composed):
    blocks = [paragraph("We hit two complications. First, it has settings. Second, there are versions. We go on.")]
    assert composed(blocks, [(0.9, 0)]).parts == (0, 1, 2)


def test_answers_of_a_compound_question_are_in_the_order_of_the_page(composed):
    answer = composed(HARBOUR, [(0.6, 2)], [(0.9, 0)])
    assert (answer.best, answer.parts, answer.chance) == (0, (0, 2), 0.9)


def test_part_of_a_compound_question_that_is_not_answered_is_left_out(composed):
    assert composed(HARBOUR, [(0.1, 2)], [(0.9, 0)]).parts == (0,)


def test_more_passages_are_those_that_may_answer_too(composed):
    answer = composed(HARBOUR, [(0.9, 2), (0.5, 0), (0.1, 1)])
    assert answer.more == (0,)
    assert composed(HARBOUR, [(0.9, 2), (0.5, 0)], more=0).more == ()


@pytest.mark.parametrize(("chance", "certainty"), [(0.9, "sure"), (0.6, "likely"), (0.3, "unsure")])
def test_certainty_is_told_in_words(composed, chance, certainty):
    assert composed(HARBOUR, [(chance, 2)]).certainty == certainty


def test_page_without_passages_has_no_answer(composed):
    answer = composed([], [])
    assert (answer.best, answer.found) == (-1, False)


def test_compound_question_is_split():
    assert split_compound("Who teaches it, and how long has she done so?") == [
        "Who teaches it",
        "how long has she done so?",
    ]
    assert split_compound("Who are Ada and Ines?") == ["Who are Ada and Ines?"]
