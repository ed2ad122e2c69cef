"""What an item tells, and how likely two items tell of the same event.

Of two tellings: how much they share of all their words, of names, of numbers, of the rest, how much of the title of
each is in the other, how much they share that is rare, the cosine of their vectors, and that together with names. How
these weigh against each other was learned on events with hard negatives, the same kind of event happening to others
(ECB+: Cybulska & Vossen 2014; tests/bench/stories.py), which have no dates: what time says is set by hand. Words are
weighed by how rare they are in the reader's own news (Sparck Jones 1972).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ..text.words import FUNCTION

SIMILARITIES = ("words", "vectors", "names", "numbers", "plain", "title", "shared", "named")

_CHARACTERS = 2_000
_TERMS = 90
_A_LOT = 10.0  # log-odds of rareness
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")
_SMALL = frozenset().union(*FUNCTION.values())
_ENDINGS = ("ing", "ed", "es", "s")
_THE_SAME = 0.9  # cosine of all words: one text, or nearly
_SHARED = SIMILARITIES.index("shared")
_ENOUGH = math.log1p(4.0 / _A_LOT)  # two short titles that share a word or two are alike by chance
_FOR_A_DAY = 0.3  # log-odds, for within a day and against each further one
_KINDS = {"names": 1, "numbers": 2, "plain": 3}


class Told(Protocol):
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
class Bag:
    """Words and how often; and those of the title."""

    words: Mapping[str, int]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class Telling:
    """An item's rarest words with how often each stands there, the rarest first; and when it appeared.

    `lengths` are those of its vectors of all words, names, numbers, the rest, and the title's words.
    """

    counts: Mapping[str, int]
    title: frozenset[str]
    lengths: tuple[float, float, float, float, float]
    at: float | None

    def within(self, other: Telling, seconds: float) -> bool:
        """Whether both appeared within such a time; what has no date may have."""
        return self.at is None or other.at is None or abs(self.at - other.at) <= seconds


class Frequencies:
    """In how many items each word was."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._all = 0

    def count(self, bags: Iterable[Bag]) -> None:
        for each in bags:
            self._counts.update(each.words.keys())
            self._all += 1

    def rarity(self, word: str) -> float:
        return max(0.0, math.log((self._all + 1) / (self._counts[word] + 0.5)))

    def telling(self, bag: Bag, at: float | None) -> Telling:
        weights = {word: self.rarity(word) * (1 + math.log(count)) for word, count in bag.words.items()}
        kept = sorted(weights, key=weights.__getitem__, reverse=True)[:_TERMS]
        squares = [0.0, 0.0, 0.0, 0.0, 0.0]
        for word in kept:
            squares[0] += weights[word] ** 2
            kind = _kind(word)
            squares[kind] += (weights[word] if kind == _KINDS["plain"] else self.rarity(word)) ** 2
        squares[4] = sum([self.rarity(word) ** 2 for word in bag.title])
        lengths = [math.sqrt(square) or 1.0 for square in squares]
        return Telling(
            {word: bag.words[word] for word in kept},
            bag.title,
            (lengths[0], lengths[1], lengths[2], lengths[3], lengths[4]),
            at,
        )


@dataclass(frozen=True, slots=True)
class Judge:
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

    def alike(self, one: Telling, other: Telling, cosine: float, frequencies: Frequencies) -> float:
        """How sure it is that both tell of the same event, from -1 to 1; 0 is even odds."""
        weights = (self.words, self.vectors, self.names, self.numbers, self.plain, self.title, self.shared, self.named)
        values = similarities(one, other, cosine, frequencies)
        if values[_SHARED] < _ENOUGH and values[0] < _THE_SAME:
            return -1.0
        odds = self.bias + sum([weight * value for weight, value in zip(weights, values, strict=True)])
        if one.at is not None and other.at is not None:
            odds += _FOR_A_DAY * (1 - abs(one.at - other.at) / 86_400)
        return math.tanh(odds / 4)


JUDGE = Judge(
    words=10.4, vectors=7.9, names=16.5, numbers=4.8, plain=-8.6, title=5.4, shared=1.4, named=-17.0,
    bias=-8.8, join=-0.05,
)  # fmt: skip


def similarities(one: Telling, other: Telling, cosine: float, frequencies: Frequencies) -> tuple[float, ...]:
    """In the order of SIMILARITIES."""
    sums = [0.0, 0.0, 0.0, 0.0]
    rare = 0.0
    for word in one.counts.keys() & other.counts.keys():
        rarity = frequencies.rarity(word)
        both = rarity**2 * (1 + math.log(one.counts[word])) * (1 + math.log(other.counts[word]))
        sums[0] += both
        kind = _kind(word)
        sums[kind] += both if kind == _KINDS["plain"] else rarity**2
        rare += rarity
    words, names, numbers, plain = (
        min(1.0, total / (mine * others))
        for total, mine, others in zip(sums, one.lengths[:4], other.lengths[:4], strict=True)
    )
    title = (_titled(one, other, frequencies) + _titled(other, one, frequencies)) / 2
    return words, cosine, names, numbers, plain, title, math.log1p(rare / _A_LOT), names * cosine


def _titled(one: Telling, other: Telling, frequencies: Frequencies) -> float:
    """Cosine of a title's words with all that the other says."""
    shared = [
        frequencies.rarity(word) ** 2 * (1 + math.log(other.counts[word])) for word in one.title & other.counts.keys()
    ]
    return min(1.0, sum(shared) / (one.lengths[4] * other.lengths[0]))


def bag(item: Told) -> Bag:
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
    return Bag(dict(found), frozenset(_stem(word.lower()) if word in plain else word for word in title))


def _kind(word: str) -> int:
    return _KINDS["numbers"] if word[0].isdigit() else _KINDS["names"] if word[0].isupper() else _KINDS["plain"]


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
