import pytest

from nutshell.grounding.source import MAX_SUPPORT, compare_claims, index_source, nearest_sentences
from nutshell.text.slots import SlotIndex
from nutshell.text.tokens import parse_text
from nutshell.text.wordpiece import WordPiece
from support.fakes import VOCABULARY, FakeModels, floats

SOURCE = ["Alice Brown met Bob Stone in Paris .", "The bridge will open in October.", "The bridge did n't sink."]


@pytest.fixture
def tokenizer():
    return WordPiece.from_vocab(VOCABULARY)


def test_source_has_restored_punctuation_names_and_vectors(run, tokenizer):
    source = run(index_source(FakeModels(), tokenizer, SOURCE))
    assert source.texts[0] == "Alice Brown met Bob Stone in Paris."
    assert source.texts[2] == "The bridge didn't sink."
    assert source.names >= {"alice", "brown", "paris"}
    assert source.vectors.shape == (3, 384)


def test_given_vectors_are_used(run, tokenizer):
    models = FakeModels()
    vectors = floats((3, 384), [1.0] * 3 * 384)
    assert run(index_source(models, tokenizer, SOURCE, vectors)).vectors is vectors
    assert models.runs == []


def test_claims_are_compared_in_their_order(run, tokenizer):
    models = FakeModels()
    source = run(index_source(models, tokenizer, SOURCE))
    first, second = run(compare_claims(models, tokenizer, source, ["The bridge will open.", "Alice met Bob."]))
    assert [token.text for token in first.claim] == ["The", "bridge", "will", "open"]
    assert len(first.support) == len(second.support) == MAX_SUPPORT
    assert first.findings.new_words == ()


def test_empty_source_compares_nothing(run, tokenizer):
    models = FakeModels()
    source = run(index_source(models, tokenizer, []))
    assert run(compare_claims(models, tokenizer, source, ["It rained."])) == []


def test_nearest_sentence_has_the_best_cosine_and_words():
    slots = SlotIndex(parse_text(SOURCE))
    (claim,) = parse_text(["The bridge opened."]).sentences
    assert nearest_sentences(slots, claim, [0.5, 0.4, 0.1]) == (1, 0, 2)
    assert nearest_sentences(slots, claim, [0.9, 0.0, 0.0])[0] == 0
