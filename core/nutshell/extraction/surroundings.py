"""What the elements around a page's blocks tell about them: features and hashed class names.

Each list here has an entry for the page's body, then one for each of its elements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from zlib import crc32

from .candidates import Candidates, Element

BUCKETS = 4_096
"""Words are hashed to 1 to BUCKETS - 1; 0 is padding."""

NEAR_HINTS, FAR_HINTS = 12, 16
SHORTEST_WORD = 3  # characters

_TAGS = (
    *("nav", "aside", "footer", "header", "article", "main", "form", "figure", "table", "ul", "ol", "li", "a"),
    *("section", "dl", "blockquote", "details", "address"),
)
_TAG_PLACE = {tag: place for place, tag in enumerate(_TAGS)}
_GROUPS = 5
"""How many of the elements around a block, each with more blocks than the one inside it, are described."""
_GROUP = ("blocks", "words", "linked", "kept", "mean_words", "sentences", "headings")
_KEPT_GROUPS = (_GROUPS - 1) * len(_GROUP)
NAMES = (
    *("depth", "log_like", "like_words"),
    *_TAGS,
    *(f"{name}_{group}" for group in range(_GROUPS) for name in _GROUP),
    *(f"{name}_page" for name in _GROUP),
)
_NEAR_ELEMENTS = 3
_ELEMENT_WORDS = 6
_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\x00-\x7f]+")


def padded(hashes: tuple[int, ...], length: int) -> tuple[int, ...]:
    return hashes[:length] if len(hashes) >= length else hashes + (0,) * (length - len(hashes))


def hash_word(word: str) -> int:
    return crc32(word.encode()) % (BUCKETS - 1) + 1


class Group:
    """Sums over the blocks in an element."""

    __slots__ = ("blocks", "headings", "kept", "linked", "sentences", "words")

    def __init__(self) -> None:
        self.blocks = self.words = self.sentences = self.headings = 0
        self.linked = self.kept = 0.0

    def describe(self) -> tuple[float, ...]:
        words = self.words or 1
        return (
            math.log1p(self.blocks) / 5,
            math.log1p(self.words) / 7,
            self.linked / words,
            self.kept / words,
            math.log1p(self.words / (self.blocks or 1)) / 4,
            min(1.0, 10 * self.sentences / words),
            self.headings / (self.blocks or 1),
        )


def sum_groups(candidates: Candidates, words: Sequence[int], sentences: Sequence[int]) -> list[Group]:
    """Returns the sums of each element, and of the whole page as the last."""
    elements = candidates.elements
    groups = [Group() for _ in range(len(elements) + 1)]
    for block, count, ends in zip(candidates.blocks, words, sentences, strict=True):
        group = groups[block.element]
        group.blocks += 1
        group.words += count
        group.linked += count * block.linked
        group.kept += count * block.kept
        group.sentences += ends
        group.headings += block.role == "heading"
    for number in range(len(elements) - 1, -1, -1):
        group, outer = groups[number], groups[elements[number].parent]
        outer.blocks += group.blocks
        outer.words += group.words
        outer.linked += group.linked
        outer.kept += group.kept
        outer.sentences += group.sentences
        outer.headings += group.headings
    return groups


class Paths:
    """What the elements around a block tell."""

    def __init__(self, elements: Sequence[Element], groups: Sequence[Group]) -> None:
        self._page = groups[-1].describe()
        self._made: dict[int, tuple[tuple[float, ...], tuple[int, ...]]] = {}
        self._outer = outers = [0]
        self._depths = depths = [0]
        self._around = around = [(0.0,) * len(_TAGS)]
        # What the elements are called, and those of the elements around them too, from the innermost outward.
        own: list[tuple[int, ...]] = [()]
        self._own = own
        hints: list[tuple[int, ...]] = [()]
        self._hints = hints
        # The sums of each, and of the elements around it with more blocks.
        chains: list[tuple[float, ...]] = [()]
        self._groups = chains
        # The number of elements that are like it, or like one around it, and their words.
        self._like = likes = [(1, 0)]
        alike = _alike(elements, groups)
        known: dict[str, dict[str, tuple[int, ...]]] = {}
        for number, element in enumerate(elements):
            outer, group, tag = element.parent + 1, groups[number], element.tag
            names = known.setdefault(tag, {})
            called = names.get(element.hints)
            if called is None:
                called = names[element.hints] = _element_hashes(tag, element.hints)
            outers.append(outer)
            depths.append(depths[outer] + 1)
            own.append(called)
            hints.append((called + hints[outer])[:FAR_HINTS])
            flags, place = around[outer], _TAG_PLACE.get(tag)
            if place is not None and not flags[place]:
                flags = (*flags[:place], 1.0, *flags[place + 1 :])
            around.append(flags)
            chain = chains[outer]
            if not chain or groups[element.parent].blocks != group.blocks:
                chain = group.describe() + chain[:_KEPT_GROUPS]
            chains.append(chain)
            same = alike.get(number)
            likes.append(same if same and same[0] >= likes[outer][0] else likes[outer])

    def of(self, number: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """Returns the features and the hashes of an element."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(number + 1)
        return made

    def _make(self, number: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
        near, at = self._own[number], self._outer[number]
        for _ in range(_NEAR_ELEMENTS - 1):
            near += self._own[at]
            at = self._outer[at]
        groups = self._groups[number]
        while len(groups) < _GROUPS * len(_GROUP):
            groups += self._page
        like, like_words = self._like[number]
        features = (
            min(1.0, self._depths[number] / 30),
            math.log(like) / 4,
            math.log1p(like_words / like) / 5,
            *self._around[number],
            *groups,
            *self._page,
        )
        return features, padded(near, NEAR_HINTS) + padded(self._hints[at], FAR_HINTS)


def _alike(elements: Sequence[Element], groups: Sequence[Group]) -> dict[int, tuple[int, int]]:
    """Returns for each element that has siblings like it how many there are, with itself, and their words."""
    found: dict[tuple[int, str, str], list[int]] = {}
    for number, element in enumerate(elements):
        if groups[number].words:
            found.setdefault((element.parent, element.tag, element.hints), []).append(number)
    alike = {}
    for numbers in found.values():
        if len(numbers) > 1:
            same = len(numbers), sum(groups[number].words for number in numbers)
            alike.update(dict.fromkeys(numbers, same))
    return alike


def _element_hashes(tag: str, hints: str) -> tuple[int, ...]:
    words = dict.fromkeys(word.lower() for word in _PARTS.findall(hints) if len(word) >= SHORTEST_WORD)
    return (hash_word(f"<{tag}"), *map(hash_word, list(words)[:_ELEMENT_WORDS]))
