import pytest

from nutshell import messages
from nutshell.extraction.reading import PageReader
from nutshell.ports import ModelError
from nutshell.requests.ask import AskRequests
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels

SENTENCES = [
    "The northern harbour opened a new pier for the electric ferry on Monday morning.",
    "Fishing crews say that the mast cannot be seen in the fog.",
    "A survey counted 212 vessels a week in the strait.",
]
QUESTION = "Where did the harbour open a new pier?"


def article(sentences=SENTENCES, lang="en"):
    blocks = [{"role": "paragraph", "text": sentence, "anchor": n + 5} for n, sentence in enumerate(sentences)]
    return {"title": "Ferry", "lang": lang, "blocks": blocks}


class Rig:
    def __init__(self, run):
        self.models = FakeModels()
        self.requests = AskRequests(self.models, WordPiece.from_vocab(VOCABULARY), PageReader(self.models))
        self._run = run

    def ask(self, name, **payload):
        return self._run(self.requests.handlers()[name](payload, lambda *_: None))


@pytest.fixture
def rig(run):
    return Rig(run)


def test_answer_quotes_a_sentence_and_its_place(rig):
    answer = rig.ask("ask", article=article(), question=QUESTION)
    assert answer["found"]
    assert (answer["quote"], answer["answer"], answer["index"]) == (SENTENCES[0], SENTENCES[0], 0)
    assert answer["traces"]["a0"] == {"anchor": 5, "start": 0, "end": len(SENTENCES[0]), "text": SENTENCES[0]}
    assert 'data-trace="a0"' in answer["html"]


def test_unanswered_question_quotes_the_closest_sentence(rig):
    answer = rig.ask("ask", article=article(), question="Which composers wrote symphonies?")
    assert not answer["found"]
    assert answer["answer"] == messages.text("ask.not_found")
    assert answer["quote"] in SENTENCES


def test_page_without_sentences_has_no_answer(rig):
    answer = rig.ask("ask", article=article([]), question=QUESTION)
    assert (answer["found"], answer["quote"], answer["index"], answer["traces"]) == (False, "", -1, {})
    assert rig.ask("ask.questions", article=article([]))["questions"] == []


def test_markup_in_a_question_is_escaped(rig):
    answer = rig.ask("ask", article=article(), question="<img src=x onerror=alert(1)> harbour?")
    assert "<img" not in answer["html"]


def test_follow_up_question_is_completed(rig):
    answer = rig.ask("ask", article=article(), question="And when?", before=QUESTION)
    assert answer["question"] == "And when?"
    assert answer["asked"] == f"{QUESTION} And when?"


def test_reader_can_ask_on_its_own_what_was_taken_for_a_follow_up(rig):
    payload = {"article": article(), "question": "And when?", "before": QUESTION}
    taken = rig.ask("ask", **payload)
    assert taken["reading"] == "follow_up"
    assert 'data-reading="alone"' in taken["html"]
    alone = rig.ask("ask", **payload, reading="alone")
    assert (alone["reading"], alone["asked"]) == ("alone", "And when?")
    assert 'data-reading="follow_up"' in alone["html"]


def test_question_that_stands_alone_is_not_joined_to_the_one_before(rig):
    answer = rig.ask("ask", article=article(), question="Who counted the vessels?", before=QUESTION)
    assert (answer["reading"], answer["asked"]) == ("alone", "Who counted the vessels?")


def test_answer_from_a_table_names_row_and_column_and_traces_the_cell(rig):
    blocks = [
        {"role": "row", "level": 1, "text": "Passenger\tSingle\tReturn", "anchor": 1},
        {"role": "row", "text": "Adult\t£14\t£22", "anchor": 2},
        {"role": "row", "text": "Child\t£6\t£9", "anchor": 3},
    ]
    answer = rig.ask("ask", article={"blocks": blocks, "lang": "en"}, question="How much is a return for a child?")
    (part,) = answer["parts"]
    assert (part["label"], part["quote"]) == ("Child · Return", "£9")
    assert answer["answer"] == "Child · Return: £9"
    assert answer["traces"] == {"a1": {"anchor": 3, "start": 9, "end": 11, "text": "£9"}}


def test_fact_of_the_page_data_is_quoted_without_a_place(rig):
    data = {"product": {"price": "60.00", "currency": "USD"}}
    answer = rig.ask("ask", article=article() | {"data": data}, question="What is the price?")
    assert answer["found"]
    assert answer["parts"][0]["quote"] == "60.00 USD"
    assert messages.text("form.from_data") in answer["html"]
    assert answer["index"] == -1


def test_second_question_reads_no_sentence_again_until_the_cache_is_cleared(rig):
    rig.ask("ask", article=article(), question=QUESTION)
    runs = len(rig.models.runs)
    rig.ask("ask", article=article(), question=QUESTION)
    again = len(rig.models.runs) - runs
    rig.requests.clear_cache()
    rig.ask("ask", article=article(), question=QUESTION)
    assert len(rig.models.runs) - runs - again == runs > again


@pytest.mark.parametrize("question", ["", "  ", "?", 7, "x" * 401, None])
def test_invalid_question_is_refused(rig, question):
    with pytest.raises(ValueError, match=r"question|ask\.(too_long|no_words)"):
        rig.ask("ask", article=article(), question=question)


def test_invalid_previous_question_is_refused(rig):
    with pytest.raises(ValueError, match="before"):
        rig.ask("ask", article=article(), question=QUESTION, before=["x"])


def test_suggested_questions_are_ones_the_page_answers(rig):
    answer = rig.ask("ask.questions", article=article())
    assert answer["questions"] == ["How many vessels?"]
    assert 'data-question="How many vessels?"' in answer["html"]


def test_page_in_another_language_has_no_suggestions(rig):
    german = article(["Der Hafen bekam am Montag eine neue Mole für die Fähre."] * 3, lang="de")
    assert rig.ask("ask.questions", article=german)["questions"] == []
    assert rig.models.runs == []


def test_check_supports_a_sentence_of_the_source(rig):
    answer = rig.ask("check", source="\n".join(SENTENCES), sentence=SENTENCES[2])
    assert (answer["verdict"], answer["reasons"]) == ("supported", [])
    assert answer["support"][0] == 2


def test_check_gives_reasons_as_text(rig):
    answer = rig.ask("check", source=SENTENCES[2], sentence="A survey counted 300 vessels a week in the strait.")
    assert answer["verdict"] == "unsupported"
    assert answer["reasons"][0] == messages.text("check.replaced", claim="300", source="212")


@pytest.mark.parametrize("payload", [{"source": "A."}, {"sentence": "A."}, {"source": "A.", "sentence": " "}])
def test_check_needs_a_source_and_a_sentence(rig, payload):
    with pytest.raises(ValueError, match="must be a string"):
        rig.ask("check", **payload)


def test_failing_model_is_reported(rig):
    rig.models.error = "ask.onnx is damaged."
    with pytest.raises(ModelError, match="damaged"):
        rig.ask("ask", article=article(), question=QUESTION)
