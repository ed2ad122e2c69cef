"""How much of the page each sentence carries, by the trained network over sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import Article, Sentence
from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Encoded

from .features import features


@dataclass(frozen=True, slots=True)
class Salience:
    """`scores` has one number, 0 to 1, for each of n sentences; `similarities` is their [n, n] cosines."""

    scores: tuple[float, ...]
    similarities: Tensor

    def similarity(self, one: int, other: int) -> float:
        """Cosine of two sentences, -1 to 1."""
        return float(self.similarities.data[one * len(self.scores) + other])


async def salience(models: Models, article: Article, sentences: Sequence[Sentence], encoded: Encoded) -> Salience:
    """Scores from what the encoder says of each sentence, in their order; the best is 1. Raises ModelError."""
    if not sentences:
        return Salience((), Tensor("float32", (0, 0), memoryview(b"").cast("f")))
    seen = {"vectors": encoded.vectors, "lower": encoded.lower, "features": features(article, sentences)}
    answer = await models.run("salience", seen)
    found = answer["scores"].data.tolist()
    most = max(found) or 1.0
    return Salience(tuple(value / most for value in found), answer["similarity"])
