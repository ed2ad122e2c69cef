"""Interests: groups of liked items that belong together, named by the words they share.

One average of everything a user likes resembles nothing they like; several vectors keep interests apart (MIND: Li et
al. 2019; PinnerSage: Pal et al. 2020). An event joins the interest whose events it is most similar to on average, or
starts a new one (leader clustering with average linkage), so an interest keeps its identity while it has events.
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

from .subjects import is_generic

MIN_SIMILARITY = 0.45
"""Mean cosine of features from which an event belongs to an interest."""

MAX_INTERESTS = 24
"""Further events join the most similar interest."""

_FUNCTION_WORDS = frozenset().union(*FUNCTION.values())
_MARKS = ".,:;!?\"'()[]\u201c\u201d\u2018\u2013\u2014"
_ENDS = '.,:;!?")]\u201d\u2013\u2014'
_MAX_TITLE = 60
_TEXT_START = 120
"""Characters of a text that stand in for a missing title."""


@dataclass(frozen=True, slots=True)
class Interest:
    """`weight` is from -1 to 1: how much it counts among all interests, below 0 when the user wants less of it.

    `count` is the number of items it comes from, `since` and `last` the times of the first and last event, `factor`
    what the user multiplied it by. `own` interests were added in words.
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
    models: Models, features: Sequence[bytes], interests: Sequence[int], first_new: int
) -> tuple[list[int], list[int]]:
    """Assigns each row of `features` (int8, 256 bytes) to an interest; `interests` has 0 for rows without one.

    Returns the interests of all rows, and the new ones among them, numbered from `first_new`. Raises ModelError.
    """
    count = len(features)
    assigned = list(interests)
    unassigned = [row for row in range(count) if not assigned[row]]
    if not unassigned:
        return assigned, []
    cosines = await _cosines(models, features, unassigned)
    members: dict[int, list[int]] = {}
    for row, interest in enumerate(assigned):
        if interest:
            members.setdefault(interest, []).append(row)
    created: list[int] = []
    for place, row in enumerate(unassigned):
        similar = cosines[place * count : (place + 1) * count]
        mean = {interest: sum([similar[other] for other in rows]) / len(rows) for interest, rows in members.items()}
        best = max(mean, key=mean.__getitem__, default=0)
        if not best or (mean[best] < MIN_SIMILARITY and len(members) < MAX_INTERESTS):
            best = first_new + len(created)
            created.append(best)
        members.setdefault(best, []).append(row)
        assigned[row] = best
    return assigned, created


async def _cosines(models: Models, features: Sequence[bytes], rows: Sequence[int]) -> Sequence[float]:
    """Returns the cosines of some rows with all rows, row by row."""

    def matrix(chosen: Sequence[bytes]) -> Tensor:
        return Tensor("int8", (len(chosen), WIDTH), memoryview(b"".join(chosen)).cast("b"))

    inputs = {"rows": matrix([features[row] for row in rows]), "others": matrix(features)}
    answer = await models.run("nearest", inputs)
    return answer["cosines"].data


def name_of(events: Sequence[Event], title_words: Mapping[str, int], titles: int) -> str:
    """Returns what two or more of the events' titles are about: the words they share, as they are written there.

    Without such words it is the last title: one story is a hint, and no name for an interest follows from it.
    `title_words` says in how many of all `titles` each word is. Words are weighted by how frequent they are here and
    how rare elsewhere (Robertson & Sparck Jones 1976); neighbouring words are preferred, because they form a phrase.
    """
    counts, written, pairs = _count_words(events)
    shared = {word: count for word, count in counts.items() if count > 1 and not is_generic(word)}
    if not shared:
        last = next((text for event in reversed(events) if (text := event.title or event.text)), "")
        return shortened(last) or "something without a title"

    def typical(word: str) -> float:
        # A word that no other headline has says less about a subject than one that a few have.
        elsewhere = title_words.get(word, 0) - counts[word]
        rareness = math.log((titles + 2) / (elsewhere + 1)) if elsewhere > 0 else 0.5 * math.log(titles + 2)
        return (counts[word] - 0.5) * rareness

    best = [max(shared, key=lambda word: (typical(word), len(word)))]
    together = [pair for pair, count in pairs.items() if count > 1 and best[0] in pair]
    if together:
        one, other = max(together, key=lambda pair: typical(pair[0]) + typical(pair[1]))
        best = [one, other]
    return " ".join(_lower(written[word]) for word in best)


def shortened(title: str) -> str:
    """Returns a title cut between words."""
    if len(title) <= _MAX_TITLE:
        return title
    return title[:_MAX_TITLE].rpartition(" ")[0].rstrip(" ,;:") + "\u2026"


def _count_words(events: Sequence[Event]) -> tuple[Counter[str], dict[str, str], Counter[tuple[str, str]]]:
    """Returns in how many titles each content word is, how it is written, and the pairs of neighbouring words."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    pairs: Counter[tuple[str, str]] = Counter()
    for event in reversed(events):
        found: dict[str, None] = {}
        found_pairs: set[tuple[str, str]] = set()
        before = ""
        for word in _title(event).replace("\u2019", "'").split():
            bare = word.strip(_MARKS).removesuffix("'s")
            lower = bare.lower()
            if len(lower) < 3 or lower in _FUNCTION_WORDS or lower.isdigit() or words(lower) != [lower]:
                before = ""
                continue
            written.setdefault(lower, bare)
            found[lower] = None
            if before:
                found_pairs.add((before, lower))
            before = lower if word[-1] not in _ENDS and not word.endswith("'s") else ""
        counts.update(found.keys())
        pairs.update(found_pairs)
    return counts, written, pairs


def _title(event: Event) -> str:
    return event.title or event.text[:_TEXT_START]


def _lower(word: str) -> str:
    """Returns the word in lower case, unless its capitals belong to it (NASA, McDonald)."""
    return word if any(char.isupper() for char in word[1:]) or (word[:1].isupper() and len(word) > 1) else word.lower()
