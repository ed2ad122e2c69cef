"""ROUGE-1 and ROUGE-2 F1 (Lin 2004) over bags of words, fast enough for search.

Tokens and stems are those of the `rouge-score` package, so the scores match it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from nltk.stem.porter import PorterStemmer
from rouge_score.tokenize import tokenize

_STEMMER = PorterStemmer()
Bag = Counter[Any]


@cache
def _stem(word: str) -> str:
    return str(_STEMMER.stem(word)) if len(word) > 3 else word


def tokens(text: str) -> list[str]:
    return [_stem(word) for word in tokenize(text, None)]


def bags(text: str) -> tuple[Bag, Bag]:
    """Returns the counts of unigrams and of bigrams."""
    stems = tokens(text)
    return Counter(stems), Counter(itertools.pairwise(stems))


def f1(summary: Bag, reference: Bag) -> float:
    shared = sum((summary & reference).values())
    if not shared:
        return 0.0
    precision, recall = shared / sum(summary.values()), shared / sum(reference.values())
    return 2 * precision * recall / (precision + recall)


class Reference:
    """A human reference summary."""

    def __init__(self, text: str) -> None:
        self.one, self.two = bags(text)

    def score(self, text: str) -> tuple[float, float]:
        """Returns ROUGE-1 and ROUGE-2 F1 of a summary."""
        one, two = bags(text)
        return f1(one, self.one), f1(two, self.two)

    def gains(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """Returns the mean of ROUGE-1 and ROUGE-2 F1 of each text on its own."""
        return np.array([sum(self.score(text)) / 2 for text in texts])

    def oracle(self, texts: Sequence[str], limit: int = 4) -> list[int]:
        """Returns the greedy oracle (Nallapati et al. 2017): adds the best sentence while the sum of both F1 grows."""
        made = [bags(text) for text in texts]
        chosen: list[int] = []
        best = 0.0
        one, two = Counter[Any](), Counter[Any]()
        while len(chosen) < limit:
            found = max(
                (
                    (f1(one + made[i][0], self.one) + f1(two + made[i][1], self.two), -i)
                    for i in range(len(made))
                    if i not in chosen
                ),
                default=(0.0, 0),
            )
            if found[0] <= best:
                break
            best = found[0]
            chosen.append(-found[1])
            one, two = one + made[chosen[-1]][0], two + made[chosen[-1]][1]
        return sorted(chosen)
