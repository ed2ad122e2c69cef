import pytest

from nutshell.ask.question import MAX_CHARS, has_answer_kind, parse_question
from nutshell.text.tokens import parse_text


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_question_without_a_word_is_refused(question):
    with pytest.raises(ValueError, match=r"ask\.no_words"):
        parse_question(question)


def test_long_question_is_truncated():
    assert len(parse_question("why " * 1_000).text) <= MAX_CHARS


@pytest.mark.parametrize(
    ("question", "wants"),
    [
        ("Who won the race?", "name"),
        ("Where is it kept?", "name"),
        ("When did it open?", "date"),
        ("In what year did it open?", "date"),
        ("How many people came?", "number"),
        ("What percentage of crews agreed?", "number"),
        ("Why did they leave?", "reason"),
        ("What did the board decide?", "thing"),
    ],
)
def test_kind_of_answer_follows_from_the_question(question, wants):
    assert parse_question(question).wants == wants


def test_question_words_are_not_content():
    question = parse_question("How many vessels does the strait have?")
    assert {"vessel", "strait"} <= {token.key for token in question.tokens}
    assert not {"how", "many", "does"} & {token.low for token in question.tokens}


def test_head_names_what_is_wanted():
    assert parse_question("Which sea did they cross?").head == "sea"
    assert parse_question("Who crossed it?").head == ""


def test_answer_kind_ignores_what_the_question_says_itself():
    asked = {token.key for token in parse_question("Who met Alice?").tokens}
    assert has_answer_kind("name", parse_text(["then Alice met Bob there"]).sentences[0], asked)
    assert not has_answer_kind("name", parse_text(["then Alice went away"]).sentences[0], asked)


@pytest.mark.parametrize(
    ("wants", "sentence", "expected"),
    [
        ("number", "It cost a million pounds.", True),
        ("number", "It cost a lot.", False),
        ("date", "It opened in May 1987.", True),
        ("date", "It has 300,000 visitors.", False),
        ("reason", "It closed because of the storm.", True),
        ("thing", "It closed.", True),
    ],
)
def test_answer_kind_is_found_in_a_sentence(wants, sentence, expected):
    assert has_answer_kind(wants, parse_text([sentence]).sentences[0], set()) is expected


def test_part_that_asks_decides_what_is_wanted():
    question = parse_question("When did the race start? And who won?", asks="And who won?")
    assert (question.wants, question.form) == ("name", "person")
    assert "race" in {token.low for token in question.tokens}


def test_name_in_the_question_is_no_answer_to_who():
    question = parse_question("Who married Rosa Lind?")
    assert question.answered_in_form_by("The bride wore white, and Jon Amdal wore grey.")
    assert not question.answered_in_form_by("The wedding of Rosa Lind was on Monday.")
    assert not parse_question("Who owns the company?").answered_in_form_by("The company pays back what it cost.")
