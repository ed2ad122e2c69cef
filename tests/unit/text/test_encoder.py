"""Embedding: every text gets its own vector back, in little-padded batches, whatever the texts are."""

from array import array

import pytest

from nutshell.ports import ModelError, Tensor
from nutshell.text.encoder import BATCH, MAX_TOKENS, WIDTH, batches, embed


class Tokens:
    """One token a word; the token is the word's number."""

    def encode(self, text, max_length):
        return [*[101, *map(int, text.split())][: max_length - 1], 102]


class Echo:
    """A vector that begins with the row's second token and its length without padding."""

    def __init__(self):
        self.shapes = []

    async def run(self, model, inputs):
        assert model == "encoder"
        ids = inputs["input_ids"]
        count, width = ids.shape
        assert ids.dtype == "int32"
        self.shapes.append(ids.shape)
        made = array("f", bytes(4 * count * WIDTH))
        for number in range(count):
            row = ids.data[number * width : (number + 1) * width].tolist()
            made[number * WIDTH] = row[1]
            made[number * WIDTH + 1] = sum(token != 0 for token in row)
        return {"vectors": Tensor("float32", (count, WIDTH), memoryview(made))}


def heads(vectors):
    return [tuple(vectors.data[n * WIDTH : n * WIDTH + 2].tolist()) for n in range(vectors.shape[0])]


def test_vectors_come_in_the_order_of_the_texts(run):
    texts = [" ".join(["7"] * (number * 37 % 23 + 1)).replace("7", str(number + 1), 1) for number in range(50)]
    found = run(embed(Echo(), Tokens(), texts))
    assert found.shape == (50, WIDTH)
    assert heads(found) == [(number + 1, number * 37 % 23 + 3) for number in range(50)]


def test_batches_are_full_and_of_like_length():
    lengths = [number % 60 + 2 for number in range(600)]
    made = batches(lengths)
    assert sorted(number for batch in made for number in batch) == list(range(600))
    assert max(map(len, made)) == BATCH
    padded = sum(len(batch) * max(lengths[n] for n in batch) for batch in made)
    assert padded < 1.03 * sum(lengths)


def test_one_long_text_is_not_padding_for_the_short_ones():
    assert batches([5, 128, 6, 4]) == [[3, 0, 2], [1]]


def test_progress_is_told_after_every_batch(run):
    told = []
    run(embed(Echo(), Tokens(), ["1"] * 20, lambda *what: told.append(what)))
    assert told == [("embed", 8, 20), ("embed", 16, 20), ("embed", 20, 20)]


def test_long_and_empty_texts(run):
    models = Echo()
    found = run(embed(models, Tokens(), ["", "1 " * 50_000, "2"]))
    assert found.shape == (3, WIDTH)
    assert max(width for _, width in models.shapes) == MAX_TOKENS
    assert [size for _, size in heads(found)] == [2, MAX_TOKENS, 3]


def test_ten_thousand_texts(run):
    assert run(embed(Echo(), Tokens(), ["1 2 3"] * 10_000)).shape == (10_000, WIDTH)


def test_no_texts_need_no_model(run):
    assert run(embed(None, Tokens(), [])).shape == (0, WIDTH)


def test_a_dead_model_is_told(run):
    class Dead:
        async def run(self, model, inputs):
            raise ModelError("ended")

    with pytest.raises(ModelError, match="ended"):
        run(embed(Dead(), Tokens(), ["1"]))
