"""Composes an answer from the passages that were found: which are shown with the best one, and which of its cells.

"He", "The latter" and "First" need the sentence before them, and an announcement ("for three reasons:") needs what it
announces. Parts are in the page's order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nutshell.article import Article, Role
from nutshell.text.context import depends_on_context

from .answering import MIN_CHANCE, AskResult
from .passages import Passage

Certainty = Literal["sure", "likely", "unsure"]

_SURE, _LIKELY = 0.8, 0.5
_MAX_LISTED = 6
_ANNOUNCES = re.compile(
    r"[:：]\W*$|\b(?:two|three|four|five|six|several|following|some) (?:\w+ ){0,2}"
    r"(?:complications|reasons|ways|steps|things|factors|types|kinds|options|problems|causes|conditions|stages|parts)\b"
)
_ENUMERATES = re.compile(
    r"(?:first|firstly|one|second|secondly|third|thirdly|fourth|finally|another|the other)\b", re.I
)
_COMPOUND = re.compile(
    r",? and (?=(?:how|what|when|where|who|whom|why|which|whose|for what|with whom|in which|at what)\b)", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`parts` and `more` are indices of passages: those that answer, in the page's order, and others that may.

    `best` is the part with the highest `chance`; -1 for a page without passages.
    """

    best: int
    parts: tuple[int, ...]
    more: tuple[int, ...]
    chance: float

    @property
    def found(self) -> bool:
        return self.chance >= MIN_CHANCE

    @property
    def certainty(self) -> Certainty:
        if self.chance >= _SURE:
            return "sure"
        return "likely" if self.chance >= _LIKELY else "unsure"


def split_compound(question: str) -> list[str]:
    """Returns the questions that are asked in one: "Who teaches the class, and since when?" asks two."""
    parts = [part.strip() for part in _COMPOUND.split(question) if part.strip()]
    return parts if len(parts) == 2 else [question]


def compose(results: Sequence[AskResult], passages: Sequence[Passage], article: Article, more: int) -> Answer:
    """Returns the answer of one result, or of those of a compound question. At most `more` other passages are named."""
    answered = [result for result in results if result.found] or list(results[:1])
    if not answered or not answered[0].chances:
        return Answer(-1, (), (), 0.0)
    bests = [result.chances[0][1] for result in answered]
    parts = sorted({part for best in bests for part in _with_context(best, passages, article)})
    chance = max(result.chance for result in answered)
    best = max(answered, key=lambda result: result.chance).chances[0][1]
    others = [index for value, index in answered[0].chances if value >= MIN_CHANCE and index not in parts]
    if passages[best].label:
        others = []  # a value has a name: what is like it is another value
    return Answer(best, tuple(parts), tuple(others[:more]), chance)


def _with_context(index: int, passages: Sequence[Passage], article: Article) -> list[int]:
    passage = passages[index]
    if passage.sentence < 0 or passage.label:
        return [index]
    found = [index]
    before = index - 1
    if before >= 0 and _continues(passages[before], passage) and depends_on_context(passage.text, article.lang):
        found.insert(0, before)
    return found + _announced(index, passages, article)


def _announced(index: int, passages: Sequence[Passage], article: Article) -> list[int]:
    """Returns the passages that a sentence announces: the items of a list, or the sentences of an enumeration."""
    if not _ANNOUNCES.search(passages[index].text):
        return []
    found: list[int] = []
    for at in range(index + 1, min(len(passages), index + 1 + _MAX_LISTED)):
        passage = passages[at]
        if passage.block < 0:
            break
        item = article.blocks[passage.block].role is Role.ITEM and passage.block != passages[index].block
        listed = _ENUMERATES.match(passage.text) and passage.block - passages[index].block <= 1
        if not item and not listed:
            break
        found.append(at)
    return found


def _continues(before: Passage, passage: Passage) -> bool:
    return before.sentence == passage.sentence - 1 and 0 <= passage.block - before.block <= 1 and not before.label
