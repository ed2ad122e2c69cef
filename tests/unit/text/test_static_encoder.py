"""Static vectors: one for each text, computed in large runs with little padding."""

from functools import partial

import pytest
from echoing import Echo, Tokens, heads

from nutshell.ports import ModelError
from nutshell.text.static_encoder import MAX_TOKENS, WIDTH, embed_static

ECHO = partial(Echo, "static", WIDTH, 0)


def test_vectors_are_in_the_order_of_the_texts_without_special_tokens(run):
    texts = [" ".join([str(number + 1)] * (number * 37 % 23 + 1)) for number in range(500)]
    found = run(embed_static(ECHO(), Tokens(), texts))
    assert (found.dtype, found.shape) == ("float32", (500, WIDTH))
    assert heads(found) == [(number + 1, number * 37 % 23 + 1) for number in range(500)]


def test_runs_are_large_and_have_little_padding(run):
    models = ECHO()
    lengths = [number % 60 + 1 for number in range(3000)]
    run(embed_static(models, Tokens(), [" ".join(["5"] * length) for length in lengths]))
    padded = sum(count * width for count, width in models.shapes)
    assert padded < 1.08 * sum(lengths)
    assert len(models.shapes) < 30


def test_progress_is_reported_after_every_run(run):
    told = []
    run(embed_static(ECHO(), Tokens(), ["1 " * 100] * 50, lambda *what: told.append(what)))
    assert told == [("embed-static", 40, 50), ("embed-static", 50, 50)]


def test_long_text_is_truncated_and_empty_text_has_the_zero_vector(run):
    models = ECHO()
    found = run(embed_static(models, Tokens(), ["", "1 " * 50_000, "2"]))
    assert max(width for _, width in models.shapes) == MAX_TOKENS
    assert [size for _, size in heads(found)] == [0, MAX_TOKENS, 1]


def test_only_empty_texts_have_zero_vectors(run):
    models = ECHO()
    assert run(embed_static(models, Tokens(), ["", " "])).shape == (2, WIDTH)
    assert models.shapes == [(2, 1)]


def test_no_texts_need_no_model(run):
    assert run(embed_static(None, Tokens(), [])).shape == (0, WIDTH)


def test_model_error_is_raised(run):
    class Dead:
        async def run(self, model, inputs):
            raise ModelError("ended")

    with pytest.raises(ModelError, match="ended"):
        run(embed_static(Dead(), Tokens(), ["1"]))
