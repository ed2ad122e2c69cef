"""Static vectors: every text its own, in the order of the texts, in runs that are full and little padded."""

from array import array

import pytest

from nutshell.ports import ModelError, Tensor
from nutshell.text.static import MAX_TOKENS, WIDTH, embed_static


class Tokens:
    """One token a word; the token is the word's number."""

    def encode(self, text, max_length):
        return [*[101, *map(int, text.split())][: max_length - 1], 102]


class Echo:
    """A vector that begins with the row's first token and its length without padding."""

    def __init__(self):
        self.shapes = []

    async def run(self, model, inputs):
        assert model == "static"
        ids = inputs["input_ids"]
        count, width = ids.shape
        assert ids.dtype == "int32"
        self.shapes.append(ids.shape)
        made = array("f", bytes(4 * count * WIDTH))
        for number in range(count):
            row = ids.data[number * width : (number + 1) * width].tolist()
            made[number * WIDTH] = row[0]
            made[number * WIDTH + 1] = sum(token != 0 for token in row)
        return {"vectors": Tensor("float32", (count, WIDTH), memoryview(made))}


def heads(vectors):
    return [tuple(vectors.data[n * WIDTH : n * WIDTH + 2].tolist()) for n in range(vectors.shape[0])]


def test_vectors_come_in_the_order_of_the_texts_without_special_tokens(run):
    texts = [" ".join([str(number + 1)] * (number * 37 % 23 + 1)) for number in range(500)]
    found = run(embed_static(Echo(), Tokens(), texts))
    assert (found.dtype, found.shape) == ("float32", (500, WIDTH))
    assert heads(found) == [(number + 1, number * 37 % 23 + 1) for number in range(500)]


def test_runs_are_few_and_little_padded(run):
    models = Echo()
    lengths = [number % 60 + 1 for number in range(3000)]
    run(embed_static(models, Tokens(), [" ".join(["5"] * length) for length in lengths]))
    padded = sum(count * width for count, width in models.shapes)
    assert padded < 1.08 * sum(lengths)
    assert len(models.shapes) < 30


def test_progress_is_told_after_every_run(run):
    told = []
    run(embed_static(Echo(), Tokens(), ["1 " * 100] * 50, lambda *what: told.append(what)))
    assert told == [("embed-static", 40, 50), ("embed-static", 50, 50)]


def test_long_and_empty_texts(run):
    models = Echo()
    found = run(embed_static(models, Tokens(), ["", "1 " * 50_000, "2"]))
    assert max(width for _, width in models.shapes) == MAX_TOKENS
    assert [size for _, size in heads(found)] == [0, MAX_TOKENS, 1]


def test_only_empty_texts(run):
    models = Echo()
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
