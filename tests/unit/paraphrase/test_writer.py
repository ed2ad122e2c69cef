from dataclasses import replace

import pytest

from nutshell.paraphrase.writer import MAX_SENTENCES, GeneratedSentence, ParaphraseWriter, SourcePassage, is_complete
from nutshell.ports import Decoder, ModelError
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels
from support.tokenizer import tokenizer

PAGE = [
    "The harbour board voted on Tuesday to replace the lighthouse with a steel mast.",
    "A survey counted 212 vessels a week in the strait.",
    "Fishing crews say that the mast cannot be seen in the fog.",
]


DECODER = Decoder("Tiny", 1, "Apache-2.0", 512, tokenizer())


class FakeGenerator:
    """Says each of `answers` in turn, four tokens at a time, whatever it is asked."""

    def __init__(self, pairs, *answers, there=True):
        self.pairs = pairs
        self.answers = list(answers)
        self.there = there
        self.asked = []
        self.closed = 0

    async def decoder(self):
        return DECODER if self.there else None

    async def generate(self, request):
        self.asked.append(request)
        ids = self.pairs.encode(self.answers.pop(0))
        try:
            for start in range(0, len(ids), 4):
                yield tuple(ids[start : start + 4])
        finally:
            self.closed += 1

    async def release(self):
        pass


@pytest.fixture
def write(run, pairs):
    def write(*answers, given=None):
        generator = FakeGenerator(pairs, *answers)
        writer = ParaphraseWriter(generator, DECODER, FakeModels(), WordPiece.from_vocab(VOCABULARY))

        async def collect():
            return [part async for part in writer.rewrite_each(given or [SourcePassage(" ".join(PAGE[:2]), 10)])]

        return run(collect()), generator

    return write


def test_supported_sentence_is_shown_with_its_support(write):
    parts, _ = write("The harbour board voted on Tuesday to replace the lighthouse.")
    last = parts[-1]
    assert isinstance(last, GeneratedSentence)
    assert (last.shown, last.reasons, last.support[0]) == (True, (), 10)
    assert parts[0] in last.text  # it was seen as it grew


@pytest.mark.parametrize(
    "said",
    [
        "The harbour board voted on Friday to replace the lighthouse.",
        "A survey counted 300 vessels a week in the strait.",
        "The harbour board did not vote on Tuesday to replace the lighthouse.",
        "The harbour board voted on Tuesday to",
        "The harbour board voted on Tuesday to replace the lighthouse with a.",
        "The steel mast.",
        "The lighthouse is a lighthouse with a steel mast.",
        "Penguins were seen by astronauts near glaciers.",
    ],
)
def test_sentence_that_fails_a_check_is_not_shown(write, said):
    parts, _ = write(said)
    assert not parts[-1].shown
    assert parts[-1].reasons


def test_generation_stops_after_one_sentence(write):
    parts, generator = write("A survey counted 212 vessels a week. " + "And more of it. " * 20)
    assert parts[-1].text == "A survey counted 212 vessels a week."
    assert generator.closed == 1


def test_only_words_of_the_page_and_function_words_are_allowed(write, pairs):
    _, generator = write("A survey counted 212 vessels a week.")
    allowed = set(generator.asked[0].allowed)
    assert set(pairs.encode(" survey")) <= allowed
    assert generator.asked[0].stop == (2,)
    assert not set(pairs.encode("Q")) & allowed


def test_each_passage_is_rewritten_alone_up_to_the_maximum(write, pairs):
    given = [SourcePassage(text, number) for number, text in enumerate([*PAGE, "A fourth one was said."])]
    parts, generator = write(*PAGE, given=given)
    assert [part.text for part in parts if isinstance(part, GeneratedSentence)] == PAGE
    assert [part.support for part in parts if isinstance(part, GeneratedSentence)] == [
        (number,) for number in range(MAX_SENTENCES)
    ]
    asked = [pairs.decode(request.prompt) for request in generator.asked]
    assert all(text in prompt and given[3].text not in prompt for text, prompt in zip(PAGE, asked, strict=True))


def test_dateline_is_not_part_of_the_prompt(write, pairs):
    _, generator = write(PAGE[1], given=[SourcePassage(f"LONDON (Reuters) - {PAGE[1]}", 0)])
    assert pairs.decode(generator.asked[0].prompt).rstrip().split("\n\n")[-1].startswith(PAGE[1])


def test_added_article_before_a_name_is_dropped(write):
    parts, _ = write(
        "The Harbour boards voted to replace it.", given=[SourcePassage("Harbour boards voted to replace it.", 0)]
    )
    assert parts[-1].text == "Harbour boards voted to replace it."
    parts, _ = write("The harbour board voted on Tuesday to replace the lighthouse.")
    assert parts[-1].text.startswith("The harbour")


@pytest.mark.parametrize("changes", [{"context": 60}, {"tokenizer": "{}"}])
def test_unusable_decoder_is_refused(pairs, changes):
    with pytest.raises(ModelError):
        ParaphraseWriter(
            FakeGenerator(pairs), replace(DECODER, **changes), FakeModels(), WordPiece.from_vocab(VOCABULARY)
        )


@pytest.mark.parametrize(
    ("text", "has"), [("By the end of 2026.", True), ("It is not.", False), ('She said "yes."', True)]
)
def test_complete_sentence(text, has):
    assert is_complete(text) == has
