"""Salience scores from 0 to 1."""

from array import array

import pytest

from nutshell.article import Article, Block, Role
from nutshell.ports import ModelError, Tensor
from nutshell.summary.features import COUNT
from nutshell.summary.salience import salience
from nutshell.text.encoder import Encoded
from nutshell.text.sentences import split

PAGE = Article((Block(Role.PARAGRAPH, "The bridge closes on Monday. A ferry sails instead. It is free."),))
VECTORS, LOWER = (Tensor("float32", (3, 384), memoryview(array("f", [value] * 3 * 384))) for value in (0.1, 0.2))
ENCODED = Encoded(VECTORS, LOWER)


class Head:
    def __init__(self, scores, error=""):
        self.scores, self.error, self.seen = scores, error, {}

    async def run(self, model, inputs):
        if self.error:
            raise ModelError(self.error)
        self.seen[model] = inputs
        size = len(self.scores)
        cosines = memoryview(array("f", range(size * size)))
        return {
            "scores": Tensor("float32", (size,), memoryview(array("f", self.scores))),
            "similarity": Tensor("float32", (size, size), cosines),
            "fitness": Tensor("float32", (size,), memoryview(array("f", [score / 2 for score in self.scores]))),
        }


def test_scores_are_relative_to_the_best(run):
    head = Head([0.125, 0.25, 0.0625])
    found = run(salience(head, PAGE, split(PAGE), ENCODED))
    assert found.scores == (0.5, 1.0, 0.25)
    assert found.fitness == (0.0625, 0.125, 0.03125)
    assert head.seen["salience"]["vectors"] is VECTORS
    assert head.seen["salience"]["lower"] is LOWER
    assert head.seen["salience"]["features"].shape == (3, COUNT)


def test_similarity_is_read_by_row_and_column(run):
    found = run(salience(Head([0.1, 0.2, 0.3]), PAGE, split(PAGE), ENCODED))
    assert (found.similarity(0, 2), found.similarity(2, 1)) == (2.0, 7.0)


def test_zero_scores_stay_zero(run):
    assert run(salience(Head([0.0, 0.0, 0.0]), PAGE, split(PAGE), ENCODED)).scores == (0.0, 0.0, 0.0)


def test_no_sentences_need_no_model(run):
    empty = Tensor("float32", (0, 384), memoryview(array("f")))
    assert run(salience(Head([], "never asked"), PAGE, [], Encoded(empty, empty))).scores == ()


def test_model_error_is_raised(run):
    with pytest.raises(ModelError, match="gone"):
        run(salience(Head([], "gone"), PAGE, split(PAGE), ENCODED))
