"""How much of each block of a page is in the text that people expect from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

WORD = re.compile(r"\w+")
Words = Sequence[str]

_MAX_PLACES = 40
_LONG = 4
"""Words from which on a block is recognized outside the order of the page, or in part."""


def words_of(text: str) -> list[str]:
    return WORD.findall(text.lower())


def word_f1(found: Words, expected: Words) -> float:
    """Returns the F1 of words regardless of their order, as the WCXB benchmark defines it."""
    if not found or not expected:
        return float(not found and not expected)
    shared = (Counter(found) & Counter(expected)).total()
    return 2 * shared / (len(found) + len(expected))


class _Highest:
    """The highest weight up to an index (a Fenwick tree), with what was stored beside it."""

    def __init__(self, size: int) -> None:
        self._tree: list[tuple[float, Any]] = [(0.0, None)] * (size + 2)

    def get(self, index: int) -> tuple[float, Any]:
        best = self._tree[0]
        index += 1
        while index > 0:
            if self._tree[index][0] > best[0]:
                best = self._tree[index]
            index -= index & -index
        return best

    def set(self, index: int, value: tuple[float, Any]) -> None:
        index += 1
        while index < len(self._tree):
            if value[0] > self._tree[index][0]:
                self._tree[index] = value
            index += index & -index


def labels(blocks: Sequence[Words], expected: Words) -> list[float]:
    """Returns the share of each block's words that are in the expected text.

    The longest chain of blocks that occur in the expected text in the same order counts first. So a short text that is
    also in a menu counts where it belongs. Then longer blocks count that occur elsewhere, in whole or in part, unless
    another block has covered the place.
    """
    text = f" {' '.join(expected)} "
    covered = bytearray(len(text))
    places = [_places(block, text) for block in blocks]
    found = [0.0] * len(blocks)
    for number, start, end in _longest_chain(blocks, places, len(text)):
        found[number] = 1.0
        covered[start:end] = b"\1" * (end - start)
    grams = set(zip(expected, expected[1:], expected[2:], strict=False))
    for number in sorted(range(len(blocks)), key=lambda number: -len(blocks[number])):
        block = blocks[number]
        if found[number] or len(block) < _LONG:
            continue
        for start, end in places[number]:
            if sum(covered[start:end]) < 0.3 * (end - start):
                found[number] = 1.0
                covered[start:end] = b"\1" * (end - start)
                break
        if not places[number]:
            found[number] = _share(block, grams, text, covered)
    return found


def _places(block: Words, text: str) -> list[tuple[int, int]]:
    """Returns where the block's words occur in the text, as ranges of characters."""
    wanted = f" {' '.join(block)} "
    places: list[tuple[int, int]] = []
    at = text.find(wanted) if block else -1
    while at >= 0 and len(places) < _MAX_PLACES:
        places.append((at, at + len(wanted) - 1))
        at = text.find(wanted, at + 1)
    return places


def _longest_chain(
    blocks: Sequence[Words], places: Sequence[Sequence[tuple[int, int]]], size: int
) -> list[tuple[int, int, int]]:
    """Returns (block, start, end) of the blocks in the heaviest chain of places without overlap. Words are weight."""
    highest = _Highest(size)
    for number, block in enumerate(blocks):
        made = []
        for start, end in places[number]:
            weight, before = highest.get(start)
            made.append((end, (weight + len(block) + 0.01 * (len(block) >= _LONG), (before, number, start, end))))
        for end, value in made:
            highest.set(end, value)
    chain = []
    link = highest.get(size)[1]
    while link:
        link, number, start, end = link
        chain.append((number, start, end))
    return chain


def _share(block: Words, grams: set[tuple[str, str, str]], text: str, covered: bytearray) -> float:
    """Returns the share of a block's words in runs of three or more that the text has where nothing was found yet."""
    inside = [False] * len(block)
    for place, gram in enumerate(zip(block, block[1:], block[2:], strict=False)):
        if gram in grams:
            inside[place : place + 3] = [True] * 3
    total, place = 0, 0
    while place < len(block):
        if not inside[place]:
            place += 1
            continue
        end = place
        while end < len(block) and inside[end]:
            end += 1
        run = f" {' '.join(block[place:end])} "
        at = text.find(run)
        if at < 0:
            total += end - place
        elif sum(covered[at : at + len(run) - 1]) <= 0.7 * (len(run) - 1):
            total += end - place
            covered[at : at + len(run) - 1] = b"\1" * (len(run) - 1)
        place = end
    return total / len(block)
