"""Scores how much of the page each sentence carries, and whether it makes a key point, with the model `salience`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Sentence
from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Encoded

from .features import features


@dataclass(frozen=True, slots=True)
class Salience:
    """`scores`: 0 to 1 for each of n sentences. `similarities`: their cosines, float32 [n, n].

    `fitness`: how likely each makes a good key point, 0 to 1; empty where that is not known. A sentence can carry much
    of the page and still be a bad point: a seller's terms, an invitation, an example, chatter.
    """

    scores: tuple[float, ...]
    similarities: Tensor
    fitness: tuple[float, ...] = ()

    def similarity(self, first: int, second: int) -> float:
        """Returns the cosine of two sentences, -1 to 1."""
        return float(self.similarities.data[first * len(self.scores) + second])


async def salience(models: Models, article: Article, sentences: Sequence[Sentence], encoded: Encoded) -> Salience:
    """Returns scores in the order of the sentences; the best is 1.

    `encoded`: the sentences' vectors. Raises ModelError.
    """
    if not sentences:
        return Salience((), Tensor("float32", (0, 0), memoryview(b"").cast("f")))
    inputs = {"vectors": encoded.vectors, "lower": encoded.lower, "features": features(article, sentences)}
    answer = await models.run("salience", inputs)
    scores = answer["scores"].data.tolist()
    best = max(scores) or 1.0
    return Salience(
        tuple(value / best for value in scores), answer["similarity"], tuple(answer["fitness"].data.tolist())
    )
