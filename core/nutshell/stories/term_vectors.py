"""Items as vectors of weighted terms.

A term weighs more the rarer it is (inverse document frequency: Sparck Jones 1972). Its frequency is counted in the
user's own news and, while there is little of it, estimated from the word's rank in the encoder's vocabulary, which is
sorted by frequency (Zipf 1949). Without the estimate, chance would decide how similar headlines of the first day are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from nutshell.text.words import FUNCTION

NAME, NUMBER, WORD = 1, 2, 3
"""Kinds of terms, by their first character: an upper-case letter, a digit, anything else."""

_MAX_CHARACTERS = 2_000
_MAX_TERMS = 90
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")
_FUNCTION_WORDS = frozenset().union(*FUNCTION.values())
_ENDINGS = ("ing", "ed", "es", "s")
_FORMS = ("", "e", "s", "es", "ed", "ing")

# The estimate from the vocabulary counts as much as this many items. A word of rank r occurs at each place in a text
# with probability _ZIPF / (r + _ZIPF_OFFSET); a word that is not in the vocabulary is rare.
_PRIOR_ITEMS = 1_000.0
_ZIPF, _ZIPF_OFFSET, _UNRANKED = 0.12, 20.0, 2e-7


class Document(Protocol):
    """The fields of an item that are compared. `published` is in Unix seconds, None if not known."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class BagOfWords:
    """Terms with their counts, and the terms of the title."""

    counts: Mapping[str, int]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class TermVector:
    """The weights of an item's rarest terms, the rarest first, and when the item was published.

    `lengths` are the Euclidean lengths of the vectors of all terms, names, numbers, other words, and title terms.
    """

    weights: Mapping[str, float]
    title: frozenset[str]
    lengths: tuple[float, float, float, float, float]
    published: float | None
    source: str = ""

    def is_within(self, other: TermVector, seconds: float) -> bool:
        """Whether both were published within `seconds` of each other; True if a date is not known."""
        return self.published is None or other.published is None or abs(self.published - other.published) <= seconds


class Frequencies:
    """The number of items with each term. `rank` returns a word's rank by frequency in a vocabulary, or None."""

    def __init__(self, rank: Callable[[str], int | None] | None = None) -> None:
        self._counts: Counter[str] = Counter()
        self._items = 0
        self._terms = 0
        self._rank = rank
        self._probabilities: dict[str, float] = {}

    def count(self, bags: Iterable[BagOfWords]) -> None:
        for bag in bags:
            self._counts.update(bag.counts.keys())
            self._terms += len(bag.counts)
            self._items += 1

    def rarity(self, term: str) -> float:
        """Returns the inverse document frequency of a term, on a logarithmic scale from 0."""
        if self._rank is None:
            return max(0.0, math.log((self._items + 1) / (self._counts[term] + 0.5)))
        share = min(0.5, self._probability(term) * self._terms / max(1, self._items))
        return max(
            0.0,
            math.log((self._items + _PRIOR_ITEMS + 1) / (self._counts[term] + _PRIOR_ITEMS * share + 0.5)),
        )

    def vectorize(self, bag: BagOfWords, published: float | None, source: str = "") -> TermVector:
        weights = {term: self.rarity(term) * (1 + math.log(count)) for term, count in bag.counts.items()}
        rarest = sorted(weights, key=weights.__getitem__, reverse=True)[:_MAX_TERMS]
        squares = [0.0, 0.0, 0.0, 0.0, 0.0]
        for term in rarest:
            square = weights[term] ** 2
            squares[0] += square
            squares[kind_of(term)] += square
            if term in bag.title:
                squares[4] += square
        lengths = [math.sqrt(square) or 1.0 for square in squares]
        return TermVector(
            {term: weights[term] for term in rarest},
            bag.title,
            (lengths[0], lengths[1], lengths[2], lengths[3], lengths[4]),
            published,
            source,
        )

    def _probability(self, term: str) -> float:
        """Returns the probability that a word of a text is this term, estimated from the vocabulary."""
        probability = self._probabilities.get(term)
        if probability is None and self._rank is not None:
            # Terms have lost their ending: any form of the word counts.
            ranks = [rank for form in _FORMS if (rank := self._rank(term.lower() + form)) is not None]
            probability = _ZIPF / (min(ranks) + _ZIPF_OFFSET) if ranks else _UNRANKED
            self._probabilities[term] = probability
        return probability or 0.0


def bag_of_words(item: Document) -> BagOfWords:
    """Counts an item's terms. Names keep their capital; other words are in lower case, without their ending.

    A word is a name only if the item never has it in lower case.
    """
    text = f"{item.title}\n{item.text}"[:_MAX_CHARACTERS]
    lower_case: set[str] = set()
    counts = Counter([_term(word, lower_case) for word in _WORD.findall(text)])
    del counts[""]
    not_names = {term for term in counts if term[0].isupper() and term.lower() in lower_case}
    for term in not_names:
        counts[_strip_ending(term.lower())] += counts.pop(term)
    title = {_term(word, set()) for word in _WORD.findall(item.title)} - {""}
    return BagOfWords(
        dict(counts), frozenset(_strip_ending(term.lower()) if term in not_names else term for term in title)
    )


def kind_of(term: str) -> int:
    """Returns NAME, NUMBER or WORD."""
    return NUMBER if term[0].isdigit() else NAME if term[0].isupper() else WORD


def _term(word: str, lower_case: set[str]) -> str:
    """Returns the term of a word, "" for a function word; adds words written in lower case to `lower_case`."""
    word = word.removesuffix("'s").removesuffix("\u2019s")
    lower = word.lower()
    if lower in _FUNCTION_WORDS or (len(lower) < 2 and not lower.isdigit()):
        return ""
    if word[0].isupper():
        return word.capitalize()
    lower_case.add(lower)
    return lower if lower[0].isdigit() else _strip_ending(lower)


def _strip_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
