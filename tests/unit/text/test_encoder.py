"""Sentence vectors: one for each text, computed in batches with little padding."""

from functools import partial

import pytest
from echoing import Echo, Tokens, heads

from nutshell.ports import ModelError
from nutshell.text.encoder import BATCH, MAX_TOKENS, WIDTH, batches, embed, encode

ECHO = partial(Echo, "encoder", WIDTH, 1)


def test_vectors_are_in_the_order_of_the_texts(run):
    texts = [" ".join(["7"] * (number * 37 % 23 + 1)).replace("7", str(number + 1), 1) for number in range(50)]
    found = run(embed(ECHO(), Tokens(), texts))
    assert found.shape == (50, WIDTH)
    assert heads(found) == [(number + 1, number * 37 % 23 + 3) for number in range(50)]


def test_both_outputs_are_in_the_order_of_the_texts(run):
    texts = [" ".join([str(number + 1)] * (number * 37 % 23 + 1)) for number in range(50)]
    found = run(encode(ECHO(), Tokens(), texts))
    assert heads(found.vectors) == [(number + 1, number * 37 % 23 + 3) for number in range(50)]
    assert heads(found.lower) == [(-one, -other) for one, other in heads(found.vectors)]


def test_batches_are_full_and_have_little_padding():
    lengths = [number % 60 + 2 for number in range(600)]
    made = batches(lengths)
    assert sorted(number for batch in made for number in batch) == list(range(600))
    assert max(map(len, made)) == BATCH
    padded = sum(len(batch) * max(lengths[n] for n in batch) for batch in made)
    assert padded < 1.03 * sum(lengths)


def test_long_text_gets_its_own_batch():
    assert batches([5, 128, 6, 4]) == [[3, 0, 2], [1]]


def test_progress_is_reported_after_every_batch(run):
    told = []
    run(embed(ECHO(), Tokens(), ["1"] * 20, lambda *what: told.append(what)))
    assert told == [("embed", 8, 20), ("embed", 16, 20), ("embed", 20, 20)]


def test_long_text_is_truncated_and_empty_text_has_a_vector(run):
    models = ECHO()
    found = run(embed(models, Tokens(), ["", "1 " * 50_000, "2"]))
    assert found.shape == (3, WIDTH)
    assert max(width for _, width in models.shapes) == MAX_TOKENS
    assert [size for _, size in heads(found)] == [2, MAX_TOKENS, 3]


def test_ten_thousand_texts_are_encoded(run):
    assert run(embed(ECHO(), Tokens(), ["1 2 3"] * 10_000)).shape == (10_000, WIDTH)


def test_no_texts_need_no_model(run):
    assert run(embed(None, Tokens(), [])).shape == (0, WIDTH)


def test_model_error_is_raised(run):
    class Dead:
        async def run(self, model, inputs):
            raise ModelError("ended")

    with pytest.raises(ModelError, match="ended"):
        run(embed(Dead(), Tokens(), ["1"]))
