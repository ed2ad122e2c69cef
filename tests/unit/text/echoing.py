"""A fake tokenizer and model for the tests of both encoders."""

from array import array

from nutshell.ports import Tensor


class Tokens:
    """One token a word; the token is the word's number."""

    def encode(self, text, max_length):
        return [*[101, *map(int, text.split())][: max_length - 1], 102]


class Echo:
    """A vector that begins with one of the row's tokens, that at `place`, and the row's length without padding;
    `lower` is the same below zero."""

    def __init__(self, model, width, place):
        self.model, self.width, self.place = model, width, place
        self.shapes = []

    async def run(self, model, inputs):
        assert model == self.model
        ids = inputs["input_ids"]
        count, tokens = ids.shape
        assert ids.dtype == "int32"
        self.shapes.append(ids.shape)
        made = array("f", bytes(4 * count * self.width))
        for number in range(count):
            row = ids.data[number * tokens : (number + 1) * tokens].tolist()
            made[number * self.width] = row[self.place]
            made[number * self.width + 1] = sum(token != 0 for token in row)
        shape, other = (count, self.width), array("f", [-value for value in made])
        return {
            "vectors": Tensor("float32", shape, memoryview(made)),
            "lower": Tensor("float32", shape, memoryview(other)),
        }


def heads(vectors):
    """The first two numbers of each vector."""
    width = vectors.shape[1]
    return [tuple(vectors.data[n * width : n * width + 2].tolist()) for n in range(vectors.shape[0])]
