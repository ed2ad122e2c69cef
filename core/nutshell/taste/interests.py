"""Interests: several of them, each the events that belong together, named by the words they share.

One average of all that somebody likes is like nothing they like; several vectors keep tastes apart (MIND: Li et al.
2019; PinnerSage: Pal et al. 2020). An event joins the interest whose events it is most like on average, or founds one
(leader clustering with average link), so an interest never changes its identity while it has events.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..ports import Models, Tensor
from ..text.static import WIDTH
from ..text.words import FUNCTION, words
from .events import Event

JOIN = 0.45
"""Mean cosine of features from which an event belongs to an interest."""

MOST = 24
"""Interests at a time; a further one joins the nearest."""

_SMALL = frozenset().union(*FUNCTION.values())


@dataclass(frozen=True, slots=True)
class Interest:
    """`weight` is -1 to 1: how much it counts among all, below 0 when the reader wants less of it.

    `count` is how many items it was learned from, `since` and `last` when, `factor` the reader's own say in it.
    """

    id: int
    name: str
    weight: float
    count: int
    since: float
    last: float
    factor: float
    own: bool
    titles: tuple[str, ...]


async def assign(
    models: Models, features: Sequence[bytes], belongs: Sequence[int], fresh: int
) -> tuple[list[int], list[int]]:
    """Which interest each of `features` (int8 rows) belongs to; `belongs` holds 0 where that is not known yet.

    Answers the interests of all rows, and those that were founded, numbered from `fresh`. One run of the model
    for all of them; what is left here is adding up cosines.
    """
    count = len(features)
    interests = list(belongs)
    unknown = [row for row in range(count) if not interests[row]]
    if not unknown:
        return interests, []
    cosines = await _cosines(models, features, unknown)
    members: dict[int, list[int]] = {}
    for row, interest in enumerate(interests):
        if interest:
            members.setdefault(interest, []).append(row)
    founded: list[int] = []
    for place, row in enumerate(unknown):
        to = cosines[place * count : (place + 1) * count]
        like = {interest: sum([to[other] for other in rows]) / len(rows) for interest, rows in members.items()}
        best = max(like, key=like.__getitem__, default=0)
        if not best or (like[best] < JOIN and len(members) < MOST):
            best = fresh + len(founded)
            founded.append(best)
        members.setdefault(best, []).append(row)
        interests[row] = best
    return interests, founded


async def _cosines(models: Models, features: Sequence[bytes], rows: Sequence[int]) -> Sequence[float]:
    """Cosines of some rows with all of them, row by row."""

    def matrix(chosen: Sequence[bytes]) -> Tensor:
        return Tensor("int8", (len(chosen), WIDTH), memoryview(b"".join(chosen)).cast("b"))

    inputs = {"rows": matrix([features[row] for row in rows]), "others": matrix(features)}
    answer = await models.run("nearest", inputs)
    return answer["cosines"].data


def name(events: Sequence[Event], common: Mapping[str, int], pool: int) -> str:
    """The words that are typical of the events: frequent among them, rare in the pool. Two or three, as they stand."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for event in events:
        found = {
            word: None for word in words(event.title) if len(word) > 2 and word not in _SMALL and not word.isdigit()
        }
        counted.update(found.keys())
        for word in event.title.replace("\u2019", "'").split():
            bare = word.strip(".,:;!?\"'()[]\u201c\u201d\u2018").removesuffix("'s")
            written.setdefault(bare.lower(), bare)
    if not counted:
        return events[0].title[:40] if events else ""

    def typical(word: str) -> tuple[float, int]:
        # How often here, times how surprising in the pool (Robertson & Sparck Jones 1976); a word that no other
        # headline has says less of a subject than one that some have.
        elsewhere = common.get(word, 0) - counted[word]
        surprise = math.log((pool + 2) / (elsewhere + 1)) if elsewhere > 0 else 0.5 * math.log(pool + 2)
        return (counted[word] - 0.5) * surprise, len(word)

    best = sorted(counted, key=typical, reverse=True)[:2]
    first = events[-1].title.lower()
    best.sort(key=lambda word: first.find(word) if word in first else 1 << 20)
    return " ".join(_plain(written.get(word, word)) for word in best)


def _plain(word: str) -> str:
    """Lower case, unless capitals are the word's own (NASA, McDonald)."""
    return word if any(char.isupper() for char in word[1:]) or (word[:1].isupper() and len(word) > 1) else word.lower()
