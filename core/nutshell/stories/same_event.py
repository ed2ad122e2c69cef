"""What an item tells, and how likely two items tell of the same event.

Of two tellings: how much they share of all their words, of names, of numbers, of the rest, how much of the title of
each is in the other, how much they share that is rare, the cosine of their vectors, and that together with names. How
these weigh against each other was learned on events with hard negatives, the same kind of event happening to others
(ECB+: Cybulska & Vossen 2014; tests/bench/stories.py), which have no dates: what time says is set by hand.

Words are weighed by how rare they are (Sparck Jones 1972): in the reader's own news and, as long as there is little of
it, by their place in the encoder's vocabulary, whose words stand in the order of how often they are used (Zipf 1949).
Without that two headlines of the first day would seem alike, or not, by chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from nutshell.text.words import FUNCTION

SIMILARITIES = ("words", "vectors", "names", "numbers", "plain", "title", "shared", "named")

_CHARACTERS = 2_000
_TERMS = 90
_A_LOT = 10.0  # log-odds of rareness
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")
_SMALL = frozenset().union(*FUNCTION.values())
_ENDINGS = ("ing", "ed", "es", "s")
_FORMS = ("", "e", "s", "es", "ed", "ing")
_FEW = 5  # of a title of fewer words the other must have all, or a name
_FOR_A_DAY = 0.3  # log-odds, for within a day and against each further one
_NAMES, _NUMBERS, _PLAIN = 1, 2, 3
_A_NAME = 30.0  # what a rare name weighs, squared

# What is known of words before any item has come is worth so many items. A word at place r of the vocabulary is in one
# of 100 words with the chance _ZIPF / (r + _FLAT); one that has no place in it is rare.
_KNOWN_BEFORE = 1_000.0
_ZIPF, _FLAT, _NO_PLACE = 0.12, 20.0, 2e-7


class Document(Protocol):
    """What is to be known of an item."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def published(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class BagOfWords:
    """Words and how often; and those of the title."""

    words: Mapping[str, int]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class TermVector:
    """An item's rarest words with what each weighs, the rarest first; and when it appeared.

    `lengths` are those of its vectors of all words, names, numbers, the rest, and the title's words.
    """

    weights: Mapping[str, float]
    title: frozenset[str]
    lengths: tuple[float, float, float, float, float]
    at: float | None

    def within(self, other: TermVector, seconds: float) -> bool:
        """Whether both appeared within such a time; what has no date may have."""
        return self.at is None or other.at is None or abs(self.at - other.at) <= seconds


class Frequencies:
    """In how many items each word was. `place` gives a word's place in a list by frequency, None where it has none."""

    def __init__(self, place: Callable[[str], int | None] | None = None) -> None:
        self._counts: Counter[str] = Counter()
        self._all = 0
        self._words = 0
        self._place = place
        self._before: dict[str, float] = {}

    def count(self, bags: Iterable[BagOfWords]) -> None:
        for each in bags:
            self._counts.update(each.words.keys())
            self._words += len(each.words)
            self._all += 1

    def rarity(self, word: str) -> float:
        if self._place is None:
            return max(0.0, math.log((self._all + 1) / (self._counts[word] + 0.5)))
        chance = min(0.5, self._common(word) * self._words / max(1, self._all))
        return max(
            0.0,
            math.log((self._all + _KNOWN_BEFORE + 1) / (self._counts[word] + _KNOWN_BEFORE * chance + 0.5)),
        )

    def _common(self, word: str) -> float:
        """The chance that a word of a text is this one, as far as the vocabulary knows it."""
        chance = self._before.get(word)
        if chance is None and self._place is not None:
            plain = word.lower()
            places = [place for form in _FORMS if (place := self._place(plain + form)) is not None]
            chance = self._before[word] = _ZIPF / (min(places) + _FLAT) if places else _NO_PLACE
        return chance or 0.0

    def telling(self, bag: BagOfWords, at: float | None) -> TermVector:
        weights = {word: self.rarity(word) * (1 + math.log(count)) for word, count in bag.words.items()}
        kept = sorted(weights, key=weights.__getitem__, reverse=True)[:_TERMS]
        squares = [0.0, 0.0, 0.0, 0.0, 0.0]
        for word in kept:
            square = weights[word] ** 2
            squares[0] += square
            squares[_kind(word)] += square
            if word in bag.title:
                squares[4] += square
        lengths = [math.sqrt(square) or 1.0 for square in squares]
        return TermVector(
            {word: weights[word] for word in kept},
            bag.title,
            (lengths[0], lengths[1], lengths[2], lengths[3], lengths[4]),
            at,
        )


@dataclass(frozen=True, slots=True)
class SameEventClassifier:
    """Log-odds of the same event for one unit of each similarity, and without any; and from where on an item joins."""

    words: float
    vectors: float
    names: float
    numbers: float
    plain: float
    title: float
    shared: float
    named: float
    bias: float
    join: float

    def alike(self, one: TermVector, other: TermVector, cosine: float) -> float:
        """How sure it is that both tell of the same event, from -1 to 1; 0 is even odds."""
        few = min(len(one.weights), len(other.weights))
        if few < _FEW:
            both = one.weights.keys() & other.weights.keys()
            if not both or (len(both) < few and not any(_kind(word) == _NAMES for word in both)):
                return -1.0
        words, vectors, names, numbers, plain, title, shared, named = similarities(one, other, cosine)
        odds = (
            self.bias
            + self.words * words
            + self.vectors * vectors
            + self.names * names
            + self.numbers * numbers
            + self.plain * plain
            + self.title * title
            + self.shared * shared
            + self.named * named
        )
        if one.at is not None and other.at is not None:
            odds += _FOR_A_DAY * (1 - abs(one.at - other.at) / 86_400)
        return math.tanh(odds / 4)


CLASSIFIER = SameEventClassifier(
    words=7.5, vectors=7.8, names=19.1, numbers=6.4, plain=-2.2, title=0.9, shared=-0.5, named=-19.5,
    bias=-7.3, join=-0.1,
)  # fmt: skip


def similarities(
    one: TermVector, other: TermVector, cosine: float
) -> tuple[float, float, float, float, float, float, float, float]:
    """In the order of SIMILARITIES."""
    mine, others = one.weights, other.weights
    sums = [0.0, 0.0, 0.0, 0.0]
    rare = titled = titling = 0.0
    for word in mine.keys() & others.keys():
        left, right = mine[word], others[word]
        both = left * right
        sums[0] += both
        sums[_kind(word)] += both
        rare += left if left < right else right
        if word in one.title:
            titled += both
        if word in other.title:
            titling += both
    lengths = [length * beside for length, beside in zip(one.lengths[:4], other.lengths[:4], strict=True)]
    words, plain = min(1.0, sums[0] / lengths[0]), min(1.0, sums[_PLAIN] / lengths[_PLAIN])
    # One town that both name is not all of both, though it may be all the names they have.
    names, numbers = sums[_NAMES] / (lengths[_NAMES] + _A_NAME), sums[_NUMBERS] / (lengths[_NUMBERS] + _A_NAME)
    title = min(1.0, titled / (one.lengths[4] * other.lengths[0])) + min(
        1.0, titling / (other.lengths[4] * one.lengths[0])
    )
    return words, cosine, names, numbers, plain, title / 2, math.log1p(rare / _A_LOT), names * cosine


def bag_of_words(item: Document) -> BagOfWords:
    """Names keep their capital, the rest is lower case without its ending.

    A capital counts only where the word is never written without one in the item.
    """
    text = f"{item.title}\n{item.text}"[:_CHARACTERS]
    lower: set[str] = set()
    found = Counter([_normal(written, lower) for written in _WORD.findall(text)])
    del found[""]
    plain = {word for word in found if word[0].isupper() and word.lower() in lower}
    for word in plain:
        found[_stem(word.lower())] += found.pop(word)
    title = {_normal(written, set()) for written in _WORD.findall(item.title)} - {""}
    return BagOfWords(dict(found), frozenset(_stem(word.lower()) if word in plain else word for word in title))


def _kind(word: str) -> int:
    return _NUMBERS if word[0].isdigit() else _NAMES if word[0].isupper() else _PLAIN


def _normal(written: str, lower: set[str]) -> str:
    """A word as it is counted, "" for what is not; `lower` hears of words written without a capital."""
    word = written.removesuffix("'s").removesuffix("\u2019s")
    plain = word.lower()
    if plain in _SMALL or (len(plain) < 2 and not plain.isdigit()):
        return ""
    if word[0].isupper():
        return word.capitalize()
    lower.add(plain)
    return plain if plain[0].isdigit() else _stem(plain)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
