import pytest

from nutshell.ask.follow_up import reading_of, readings

BEFORE = "Who won the Kerra race?"


@pytest.mark.parametrize(
    "question",
    [
        "Who funded the study?",
        "When was the ferry built?",
        "Why did the board replace the lighthouse?",
        "How much is a ticket that includes a bicycle?",
        "What does the museum cost to enter on Sundays?",
    ],
)
def test_question_with_words_of_its_own_is_asked_alone(question):
    assert [asked.reading for asked in readings(question, BEFORE)] == ["alone"]


@pytest.mark.parametrize(
    "question", ["And where?", "Why?", "How long did that last?", "What about Rosa?", "When was that?"]
)
def test_fragment_is_asked_with_the_question_before(question):
    first = readings(question, BEFORE)[0]
    assert (first.reading, first.text, first.asks) == ("follow_up", f"{BEFORE} {question}", question)


@pytest.mark.parametrize("question", ["How old is he?", "How long does it take?", "What is their address?"])
def test_question_with_a_pronoun_is_tried_in_both_ways(question):
    assert {asked.reading for asked in readings(question, BEFORE)} >= {"follow_up"}


def test_question_with_a_pronoun_and_words_of_its_own_is_tried_in_both_ways():
    assert [asked.reading for asked in readings("Does it need an egg?", BEFORE)] == ["follow_up", "alone"]


def test_first_question_is_alone():
    assert [asked.reading for asked in readings("And where?", "")] == ["alone"]


def test_reader_decides_how_a_question_is_understood():
    assert reading_of("Who funded the study?", BEFORE, "follow_up").text == f"{BEFORE} Who funded the study?"
    assert reading_of("And where?", BEFORE, "alone").text == "And where?"
    assert reading_of("And where?", "", "follow_up").reading == "alone"


def test_text_without_a_word_is_refused():
    with pytest.raises(ValueError, match=r"ask\.no_words"):
        readings("?!", BEFORE)
