import pytest

from nutshell.article import Article
from nutshell.ask.answering import SHORTLIST, find_answer, index_page
from nutshell.ask.question import complete_question, has_answer_kind, parse_question
from nutshell.ask.suggestions import suggest_questions
from nutshell.text.tokens import parse_text
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels

PAGE = [
    "The lighthouse on the Kerra coast will be dark by spring, after 81 years.",
    "The harbour board voted on Tuesday to replace it with a steel mast.",
    "Fishing crews say the mast cannot be seen in the fog.",
    "A survey counted 212 vessels a week, nearly all with satellite navigation.",
    "Ines Halvorsen is a spokeswoman for the crews.",
]


@pytest.fixture
def ask(run):
    tokenizer = WordPiece.from_vocab(VOCABULARY)

    def ask(question, sentences=PAGE):
        models = FakeModels()
        page = run(index_page(models, tokenizer, sentences))
        found = run(find_answer(models, tokenizer, page, question))
        return found, models.runs

    return ask


def test_the_sentence_that_shares_the_question_comes_first(ask):
    found, _ = ask("When did the harbour board vote to replace the lighthouse?")
    assert found.chances[0][1] == 1
    assert found.found


def test_what_the_page_does_not_speak_of_is_not_found(ask):
    found, _ = ask("Which composer wrote operas?")
    assert not found.found


def test_the_encoder_reads_only_a_shortlist_of_a_long_page(ask):
    found, runs = ask("Where do vessels sail at night?", PAGE * 200)
    assert len(found.chances) == SHORTLIST
    assert runs.count("encoder") < SHORTLIST


def test_a_second_question_reads_only_the_question(run):
    tokenizer, models = WordPiece.from_vocab(VOCABULARY), FakeModels()
    page = run(index_page(models, tokenizer, PAGE))
    run(find_answer(models, tokenizer, page, "What did the board vote for?"))
    models.runs.clear()
    run(find_answer(models, tokenizer, page, "How many vessels were counted?"))
    assert models.runs.count("encoder") == 1


def test_an_empty_page_answers_nothing(ask):
    found, _ = ask("Who?", [])
    assert not found.found
    assert found.chances == ()


@pytest.mark.parametrize("question", ["", "  ", "?!"])
def test_a_question_needs_a_word(ask, question):
    with pytest.raises(ValueError, match=r"ask\.no_words"):
        ask(question)


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
def test_a_question_says_what_it_wants(question, wants):
    assert parse_question(question).wants == wants


def test_an_answer_is_something_that_the_question_does_not_say():
    asked = {token.key for token in parse_question("Who met Alice?").tokens}
    assert has_answer_kind("name", parse_text(["then Alice met Bob there"]).sentences[0], asked)
    assert not has_answer_kind("name", parse_text(["then Alice went away"]).sentences[0], asked)


def test_a_follow_up_brings_along_what_it_leans_on():
    before = "Who won the Kerra race?"
    assert complete_question("And where?", before) == "Who won the Kerra race? And where?"
    assert complete_question("How old is he?", before) == "Who won the Kerra race? How old is he?"
    assert complete_question("What does the museum cost to enter on Sundays?", before) == (
        "What does the museum cost to enter on Sundays?"
    )


def test_suggestions_are_made_of_what_the_page_says():
    texts = [one.text for one in suggest_questions(Article.from_text("\n".join(PAGE)), PAGE)]
    assert "How many vessels?" in texts
    assert "What is Ines Halvorsen?" in texts or "Who is Ines Halvorsen?" in texts
