"""Static vectors: every text its own, in the order of the texts, in runs that are full and little padded."""

from functools import partial

import pytest
from echoing import Echo, Tokens, heads

from nutshell.ports import ModelError
from nutshell.text.static_encoder import MAX_TOKENS, WIDTH, embed_static

ECHO = partial(Echo, "static", WIDTH, 0)


def test_vectors_come_in_the_order_of_the_texts_without_special_tokens(run):
    texts = [" ".join([str(number + 1)] * (number * 37 % 23 + 1)) for number in range(500)]
    found = run(embed_static(ECHO(), Tokens(), texts))
    assert (found.dtype, found.shape) == ("float32", (500, WIDTH))
    assert heads(found) == [(number + 1, number * 37 % 23 + 1) for number in range(500)]


def test_runs_are_few_and_little_padded(run):
    models = ECHO()
    lengths = [number % 60 + 1 for number in range(3000)]
    run(embed_static(models, Tokens(), [" ".join(["5"] * length) for length in lengths]))
    padded = sum(count * width for count, width in models.shapes)
    assert padded < 1.08 * sum(lengths)
    assert len(models.shapes) < 30


def test_progress_is_told_after_every_run(run):
    told = []
    run(embed_static(ECHO(), Tokens(), ["1 " * 100] * 50, lambda *what: told.append(what)))
    assert told == [("embed-static", 40, 50), ("embed-static", 50, 50)]


def test_long_and_empty_texts(run):
    models = ECHO()
    found = run(embed_static(models, Tokens(), ["", "1 " * 50_000, "2"]))
    assert max(width for _, width in models.shapes) == MAX_TOKENS
    assert [size for _, size in heads(found)] == [0, MAX_TOKENS, 1]


def test_only_empty_texts(run):
    models = ECHO()
    assert run(embed_static(models, Tokens(), ["", " "])).shape == (2, WIDTH)
    assert models.shapes == [(2, 1)]


def test_no_texts_need_no_model(run):
    assert run(embed_static(None, Tokens(), [])).shape == (0, WIDTH)


def test_a_dead_model_is_told(run):
    class Dead:
        async def run(self, model, inputs):
            raise ModelError("ended")

    with pytest.raises(ModelError, match="ended"):
        run(embed_static(Dead(), Tokens(), ["1"]))
