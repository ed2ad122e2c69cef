"""How similar the words of a question are to those of a page, by static vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor
from nutshell.text.encoder import Tokenizer
from nutshell.text.static_encoder import embed_static
from nutshell.text.vectors import cosines


@dataclass(frozen=True, slots=True)
class WordSimilarity:
    """`values` holds a row of cosines for each of `asked`, one for each of the page's `words` (word -> column)."""

    asked: Mapping[str, int]
    words: Mapping[str, int]
    values: Sequence[float]

    def best(self, asked: str, words: Iterable[str]) -> float:
        """Returns the highest cosine of a word of the question to some words of the page; 0 if there are none."""
        start = self.asked[asked] * len(self.words)
        return max((self.values[start + self.words[word]] for word in words), default=0.0)


async def word_similarity(
    models: Models, tokenizer: Tokenizer, asked: Sequence[str], words: Mapping[str, int], vectors: Tensor
) -> WordSimilarity:
    """`vectors` are the static vectors of `words`, in their order. Raises ModelError."""
    numbers = {word: number for number, word in enumerate(asked)}
    if not asked or not words:
        return WordSimilarity(numbers, {}, ())
    values = await cosines(models, await embed_static(models, tokenizer, asked), vectors)
    return WordSimilarity(numbers, words, values)
