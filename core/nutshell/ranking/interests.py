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

from nutshell.ports import Models, Tensor
from nutshell.records.events import Event
from nutshell.text.static_encoder import WIDTH
from nutshell.text.words import FUNCTION, words

JOIN = 0.45
"""Mean cosine of features from which an event belongs to an interest."""

MOST = 24
"""Interests at a time; a further one joins the nearest."""

_SMALL = frozenset().union(*FUNCTION.values())
_MARKS = ".,:;!?\"'()[]\u201c\u201d\u2018\u2013\u2014"
_ENDS = '.,:;!?")]\u201d\u2013\u2014'
_PHRASE = 1.6
_BEGINNING = 120
"""Letters of a text that stand for the title where there is none."""


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
    pairs: dict[tuple[str, str], None] = {}
    for event in reversed(events):
        found: dict[str, None] = {}
        before = ""
        for word in (event.title or event.text[:_BEGINNING]).replace("\u2019", "'").split():
            bare = word.strip(_MARKS).removesuffix("'s")
            plain = bare.lower()
            if len(plain) < 3 or plain in _SMALL or plain.isdigit() or words(plain) != [plain]:
                before = ""
                continue
            written.setdefault(plain, bare)
            found[plain] = None
            if before:
                pairs[before, plain] = None
            before = plain if word[-1] not in _ENDS and not word.endswith("'s") else ""
        counted.update(found.keys())
    if not counted:
        return next((said[:40] for event in events if (said := event.title or event.text)), "something without a title")

    def typical(word: str) -> float:
        # How often here, times how surprising in the pool (Robertson & Sparck Jones 1976); a word that no other
        # headline has says less of a subject than one that some have.
        elsewhere = common.get(word, 0) - counted[word]
        surprise = math.log((pool + 2) / (elsewhere + 1)) if elsewhere > 0 else 0.5 * math.log(pool + 2)
        return (counted[word] - 0.5) * surprise

    best = sorted(counted, key=lambda word: (typical(word), len(word)), reverse=True)[:2]
    # Words that stand side by side are a phrase, and say more than two that do not.
    phrase = max(pairs, key=lambda pair: typical(pair[0]) + typical(pair[1]), default=None)
    if phrase and _PHRASE * sum(map(typical, phrase)) >= sum(map(typical, best)):
        best = list(phrase)
    else:
        first = (events[-1].title or events[-1].text[:_BEGINNING]).lower()
        best.sort(key=lambda word: first.find(word) if word in first else 1 << 20)
    return " ".join(_plain(written[word]) for word in best)


def _plain(word: str) -> str:
    """Lower case, unless capitals are the word's own (NASA, McDonald)."""
    return word if any(char.isupper() for char in word[1:]) or (word[:1].isupper() and len(word) > 1) else word.lower()
