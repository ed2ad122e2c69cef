"""Stories: the items that tell of the same event, found as items come in.

Two items tell of the same event when they share what is particular to it: names, numbers, rare words, and, by their
vectors, the subject; and when they appeared within days of each other. Each is a similarity from 0 to 1; how they
weigh against each other was learned on events with hard negatives, the same kind of event happening to others (ECB+:
Cybulska & Vossen 2014; tests/bench/stories.py). An item joins the story whose items it resembles most on average
(single-pass clustering: Allan et al. 1998, "On-line new event detection and tracking"), or begins one.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..ports import Models, Tensor
from ..text.words import FUNCTION

WINDOW = 4 * 86_400.0
"""Seconds between two tellings of the same event, at most."""

# What makes a pair: log-odds of the same event for one unit of each similarity, and without any.
WEIGHTS: Mapping[str, float] = {"words": 9.0, "vectors": 6.0, "names": 9.5, "numbers": 7.0, "plain": -7.0}
BIAS = -7.1
JOIN = 0.0
"""Mean log-odds with the items of a story from which another belongs to it."""

_CHARACTERS = 2_000
_TERMS = 90
_LOOKED_UP, _NEAR = 14, 24
_COMMON = 0.12  # a word in more of the items than this finds nobody
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")
_SMALL = frozenset().union(*FUNCTION.values())
_ENDINGS = ("ing", "ed", "es", "s")


class Told(Protocol):
    """What stories need to know of an item."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def published(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Story:
    """Items of one event, the one that came first leading. `id` is the first item's and stays while any is left."""

    id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What an item says, as unit vectors over words: all, only names, only numbers, only the rest."""

    words: Mapping[str, float]
    names: Mapping[str, float]
    numbers: Mapping[str, float]
    plain: Mapping[str, float]
    at: float | None


class Stories:
    """Groups items as they come. What was grouped once stays so."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._story: dict[str, str] = {}
        self._items: dict[str, list[str]] = {}
        self._told: dict[str, _Telling] = {}
        self._having: defaultdict[str, list[str]] = defaultdict(list)
        self._counts: Counter[str] = Counter()
        self._all = 0

    def of(self, item: str) -> Story:
        """The story of an item; an item that is not known is a story by itself."""
        story = self._story.get(item, item)
        return Story(story, tuple(self._items.get(story, (item,))))

    def all(self) -> list[Story]:
        return [Story(story, tuple(items)) for story, items in self._items.items()]

    async def add(
        self, items: Sequence[Told], packed: Callable[[str], bytes], known: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Group new items; answers the story of each. `packed` gives an item's vector (int8).

        `known` holds the stories of items that were grouped before. Raises ModelError.
        """
        before = known or {}
        bags = {}
        for number, item in enumerate(items):
            if number % 100 == 99:
                await asyncio.sleep(0)
            bags[item.id] = bag = _bag(item)
            self._counts.update(bag)
        self._all += len(items)
        order = sorted(items, key=lambda item: (item.published is None, item.published or 0.0))
        for number, item in enumerate(order):
            if number % 50 == 49:
                await asyncio.sleep(0)
            telling = self._telling(bags[item.id], item.published)
            story = before.get(item.id) or await self._find(item.id, telling, packed) or item.id
            self._take(item.id, story, telling)
        return {item.id: self._story[item.id] for item in items}

    def keep(self, ids: set[str]) -> None:
        """Forget all other items."""
        for item in [item for item in self._story if item not in ids]:
            story = self._story.pop(item)
            self._items[story].remove(item)
            if not self._items[story]:
                del self._items[story]
            del self._told[item]
        for word in list(self._having):
            left = [item for item in self._having[word] if item in ids]
            if left:
                self._having[word] = left
            else:
                del self._having[word]

    def _take(self, item: str, story: str, telling: _Telling) -> None:
        self._story[item] = story
        self._items.setdefault(story, []).append(item)
        self._told[item] = telling
        for word in _rarest(telling):
            self._having[word].append(item)

    async def _find(self, item: str, telling: _Telling, packed: Callable[[str], bytes]) -> str:
        """The story that the item belongs to, or ""."""
        shared: Counter[str] = Counter()
        for word in _rarest(telling):
            if self._counts[word] <= max(20, _COMMON * self._all):
                shared.update(self._having.get(word, ()))
        near = [other for other, _ in shared.most_common(4 * _NEAR) if _together(telling, self._told[other])][:_NEAR]
        if not near:
            return ""
        # A story is judged as a whole, also by those of its items that share no rare word with this one.
        stories = list(dict.fromkeys(self._story[other] for other in near))
        others = [other for story in stories for other in self._items[story][-_NEAR:]]
        cosines = await self._cosines(packed(item), [packed(other) for other in others])
        found: dict[str, list[float]] = {}
        for other, cosine in zip(others, cosines, strict=True):
            found.setdefault(self._story[other], []).append(same_event(telling, self._told[other], cosine))
        best = max(found, key=lambda story: sum(found[story]) / len(found[story]))
        return best if sum(found[best]) / len(found[best]) > JOIN else ""

    async def _cosines(self, one: bytes, others: Sequence[bytes]) -> Sequence[float]:
        width = len(one)
        answer = await self._models.run(
            "nearest",
            {
                "rows": Tensor("int8", (1, width), memoryview(one).cast("b")),
                "others": Tensor("int8", (len(others), width), memoryview(b"".join(others)).cast("b")),
            },
        )
        return answer["cosines"].data

    def _telling(self, bag: Mapping[str, int], at: float | None) -> _Telling:
        weights = {word: self._rarity(word) * (1 + math.log(count)) for word, count in bag.items()}
        kept = sorted(weights, key=weights.__getitem__, reverse=True)[:_TERMS]
        parts: dict[str, dict[str, float]] = {"names": {}, "numbers": {}, "plain": {}}
        for word in kept:
            kind = "numbers" if word[0].isdigit() else "names" if word[0].isupper() else "plain"
            parts[kind][word] = self._rarity(word) if kind != "plain" else weights[word]
        names, numbers, plain = (_unit(part) for part in parts.values())
        return _Telling(_unit({word: weights[word] for word in kept}), names, numbers, plain, at)

    def _rarity(self, word: str) -> float:
        return max(0.0, math.log((self._all + 1) / (self._counts[word] + 0.5)))


def same_event(one: _Telling, other: _Telling, cosine: float) -> float:
    """Log-odds that two items tell of the same event, from the cosine of their vectors and their words."""
    return (
        BIAS
        + WEIGHTS["words"] * _dot(one.words, other.words)
        + WEIGHTS["vectors"] * cosine
        + WEIGHTS["names"] * _dot(one.names, other.names)
        + WEIGHTS["numbers"] * _dot(one.numbers, other.numbers)
        + WEIGHTS["plain"] * _dot(one.plain, other.plain)
    )


def _bag(item: Told) -> dict[str, int]:
    """Words and how often: names keep their capital, the rest is lower case without its ending.

    A capital counts only where the word is never written without one in the item.
    """
    text = f"{item.title}\n{item.text}"[:_CHARACTERS]
    found: Counter[str] = Counter()
    lower: set[str] = set()
    for written in _WORD.findall(text):
        word = written.removesuffix("'s").removesuffix("\u2019s")
        plain = word.lower()
        if plain in _SMALL or (len(plain) < 2 and not plain.isdigit()):
            continue
        if word[0].isupper():
            found[word.capitalize()] += 1
        else:
            lower.add(plain)
            found[plain if plain[0].isdigit() else _stem(plain)] += 1
    for word in [word for word in found if word[0].isupper() and word.lower() in lower]:
        found[_stem(word.lower())] += found.pop(word)
    return dict(found)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _rarest(telling: _Telling) -> list[str]:
    return list(telling.words)[:_LOOKED_UP]


def _together(one: _Telling, other: _Telling) -> bool:
    return one.at is None or other.at is None or abs(one.at - other.at) <= WINDOW


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(value * value for value in weights.values()))
    return {word: value / length for word, value in weights.items()} if length else {}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(one[word] * other[word] for word in one.keys() & other.keys())
