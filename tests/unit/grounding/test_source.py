import pytest

from nutshell.grounding.source import MAX_SUPPORT, compare_claims, index_source, nearest_sentences
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels

SOURCE = ["Alice Brown met Bob Stone in Paris .", "The bridge will open in October.", "The bridge did n't sink."]


@pytest.fixture
def tokenizer():
    return WordPiece.from_vocab(VOCABULARY)


def test_source_has_restored_punctuation_names_and_vectors(run, tokenizer):
    source = run(index_source(FakeModels(), tokenizer, SOURCE))
    assert source.texts[0] == "Alice Brown met Bob Stone in Paris."
    assert source.texts[2] == "The bridge didn't sink."
    assert source.names >= {"alice", "brown", "paris"}
    assert source.vectors.shape == (3, 256)


def test_source_is_read_once_for_many_claims(run, tokenizer):
    models = FakeModels()
    source = run(index_source(models, tokenizer, SOURCE))
    reading = len(models.runs)
    run(compare_claims(models, tokenizer, source, ["The bridge will open.", "Alice met Bob.", "It sank."]))
    assert (reading, models.runs.count("encoder")) == (1, 0)


def test_claims_are_compared_in_their_order(run, tokenizer):
    models = FakeModels()
    source = run(index_source(models, tokenizer, SOURCE))
    first, second = run(compare_claims(models, tokenizer, source, ["The bridge will open.", "Alice met Bob."]))
    assert [token.text for token in first.claim] == ["The", "bridge", "will", "open"]
    assert len(first.support) == len(second.support) == MAX_SUPPORT
    assert first.evidence[0] == 1
    assert second.evidence[0] == 0
    assert first.findings.new_words == ()


def test_empty_source_compares_nothing(run, tokenizer):
    models = FakeModels()
    source = run(index_source(models, tokenizer, []))
    assert run(compare_claims(models, tokenizer, source, ["It rained."])) == []


def test_nearest_sentence_has_the_best_cosine_and_words():
    slots = SlotIndex(parse_text(SOURCE))
    (claim,) = parse_text(["The bridge opened."]).sentences
    assert nearest_sentences(slots, claim, [0.5, 0.4, 0.1])[0] == 1
    assert nearest_sentences(slots, claim, [1.0, -0.9, 0.0])[0] == 0
