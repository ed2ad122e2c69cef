"""Scores how much of the page each sentence carries, with the model `salience` over sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Sentence
from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Encoded

from .features import features


@dataclass(frozen=True, slots=True)
class Salience:
    """`scores`: 0 to 1 for each of n sentences. `similarities`: their cosines, float32 [n, n]."""

    scores: tuple[float, ...]
    similarities: Tensor

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
    return Salience(tuple(value / best for value in scores), answer["similarity"])
