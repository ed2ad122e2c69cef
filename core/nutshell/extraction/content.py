"""Chooses the blocks of a page that are its main content."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nutshell.article_detection import Signals, refusal
from nutshell.ports import ModelError, Models

from .candidates import BlockCandidate, Candidates
from .content_features import count_words, inputs
from .interruptions import is_interruption
from .page_kind import PageKind, kind_of

THRESHOLD = 0.38
"""The lowest probability of main content, which gives the best F1 in cross-validation (models/content/README.md)."""
LIST_THRESHOLD, SPARSE_LIST_THRESHOLD = 0.15, 0.03
"""The same for lists of links or products, whose entries the model doubts; the second for those that lose most."""
_SPARSE_SHARE = 0.35  # of the page's words

_NEIGHBOURS_SHARE = 0.2
"""How much the mean of the blocks around a block adds to its log-odds."""
_READABILITY_SHARE = 0.2
"""Log-odds for a block that Readability counts to the article, and against one that it does not."""
_INTERRUPTION = -2.5
"""Log-odds for a short line that begins as a credit, an appeal or a link to another article does."""
_TABLE_THRESHOLD = 0.05
"""The same for a table within main content: a heading without its table, or text around it, would say less."""
_TABLES = frozenset({"dl", "table"})
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_ITEM_SHARE = 0.5
"""How much of an item's log-odds comes from its whole list. A table is kept or left out as a whole."""
_FEW_BLOCKS, _FEW_ITEMS = 4, 3
_REPEATED_CHARS = 40
"""From this length on, a text that was kept is not kept again elsewhere: pages repeat parts for small screens."""

_ARTICLE_WORDS, _LEAST_SHARE = 100, 0.25
_PROSE_ROLES = frozenset({"paragraph", "item", "quote"})
_ENDS = ".!?…。！？।۔؟\"'”’»›」』)]"
_PROSE_WORDS, _SENTENCE_WORDS, _LABELS_PER_WORD = 20, 6, 4

Wire = Mapping[str, Any]


class MainContent:
    """Replaces what Readability found in a page by what the model chooses from all of the page's blocks."""

    def __init__(self, models: Models) -> None:
        self._models = models

    async def apply(self, wire: Wire) -> Wire:
        """Returns an article in its wire form with the main content as its blocks.

        An article without candidates (a selection, a plain text) is returned as it is. So is one for which the model
        cannot be run: Readability's blocks are nearly as good on articles. Raises MalformedCandidates.
        """
        if not isinstance(wire, Mapping) or "candidates" not in wire:
            return wire
        return await self._applied(wire)

    async def _applied(self, wire: Wire) -> Wire:
        made = {name: value for name, value in wire.items() if name != "candidates"}
        is_list = kind_of(wire) is PageKind.LIST
        blocks = await self._blocks(wire, is_list)
        if blocks:
            made["blocks"] = blocks
        if wire.get("signals") is None:
            return made
        signals = Signals.from_wire(wire["signals"])
        if blocks:
            signals = replace(signals, words=max(signals.words, prose_words(blocks, labels=not is_list)))
            made["signals"] = {**wire["signals"], "words": signals.words}
        unhidden = wire.get("unhidden")
        if isinstance(unhidden, Mapping) and "candidates" in unhidden and refusal(signals) is not None:
            made["unhidden"] = await self._applied(unhidden)
        return made

    async def _blocks(self, wire: Wire, is_list: bool) -> list[Wire]:
        candidates = Candidates.from_wire(wire["candidates"])
        url = wire.get("url", "")
        if not candidates.blocks or not isinstance(url, str):
            return []
        try:
            answer = await self._models.run("content", inputs(candidates, url).tensors())
        except ModelError:
            return []
        scores = answer["scores"].data.tolist()
        if is_list:
            chosen = choose_of_list(candidates, scores)
        else:
            chosen = choose(candidates, scores)
            if _loses_the_article(candidates, chosen):
                return []
        return [
            {name: block[name] for name in ("role", "text", "level", "anchor") if name in block}
            for block, keep in zip(wire["candidates"]["blocks"], chosen, strict=True)
            if keep
        ]


def _loses_the_article(candidates: Candidates, chosen: Sequence[bool]) -> bool:
    """Returns whether much less was chosen than Readability found: then Readability is more often right."""
    words = [len(block.text.split()) for block in candidates.blocks]
    found = sum(count for count, block in zip(words, candidates.blocks, strict=True) if block.kept)
    kept = sum(count for count, keep in zip(words, chosen, strict=True) if keep)
    return found >= _ARTICLE_WORDS and kept < _LEAST_SHARE * found


def choose_of_list(candidates: Candidates, scores: Sequence[float]) -> list[bool]:
    """Returns which blocks of a list or index are main content, from the probability of each."""
    chosen = choose(candidates, scores, LIST_THRESHOLD)
    words = [len(block.text.split()) for block in candidates.blocks]
    kept = sum(count for count, keep in zip(words, chosen, strict=True) if keep)
    return chosen if kept >= _SPARSE_SHARE * sum(words) else choose(candidates, scores, SPARSE_LIST_THRESHOLD)


def choose(candidates: Candidates, scores: Sequence[float], threshold: float = THRESHOLD) -> list[bool]:
    """Returns which blocks are main content, from the probability of each."""
    blocks = candidates.blocks
    odds = _with_lists(candidates, [_log_odds(score) for score in scores])
    around = _means_around(candidates, odds)
    limit = _log_odds(threshold)
    kept: list[bool] = []
    seen: dict[str, int] = {}  # text -> the parent of the element it was in
    for block, own, mean in zip(blocks, odds, around, strict=True):
        total = own + _NEIGHBOURS_SHARE * mean + (_READABILITY_SHARE if block.kept else -_READABILITY_SHARE)
        keep = total >= limit and not (total < limit - _INTERRUPTION and is_interruption(block.text))
        if keep and len(block.text) > _REPEATED_CHARS:
            parent = candidates.elements[block.element].parent if block.element >= 0 else -1
            keep = seen.setdefault(block.text, parent) == parent
        kept.append(keep)
    for rows in _tables(candidates):
        if not kept[rows[0]] and odds[rows[0]] >= _log_odds(_TABLE_THRESHOLD) and _is_within(kept, rows, blocks):
            for number in rows:
                kept[number] = True
    return kept


def _tables(candidates: Candidates) -> Iterable[list[int]]:
    """Returns the numbers of the rows of each table and definition list."""
    around = [-1]  # of the body, then of each element: the table that it is in
    for number, element in enumerate(candidates.elements):
        around.append(number if element.tag in _TABLES else around[element.parent + 1])
    tables: dict[int, list[int]] = {}
    for number, block in enumerate(candidates.blocks):
        if block.role == "row" and around[block.element + 1] >= 0:
            tables.setdefault(around[block.element + 1], []).append(number)
    return tables.values()


def _is_within(kept: Sequence[bool], rows: Sequence[int], blocks: Sequence[BlockCandidate]) -> bool:
    """Returns whether a table stands in the main content: between two blocks of it, or below a heading of it."""
    before, after = rows[0] - 1, rows[-1] + 1
    if before < 0 or not kept[before]:
        return False
    return blocks[before].role == "heading" or (after < len(kept) and kept[after])


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 0.005), 0.995)
    return math.log(bounded / (1 - bounded))


def _with_lists(candidates: Candidates, odds: Sequence[float]) -> list[float]:
    """Returns log-odds that are alike for the items of a list, and the same for the cells of a table."""
    lists = [-1]  # of the body, then of each element: the list that it is in
    for number, element in enumerate(candidates.elements):
        lists.append(number if element.tag in _LISTS else lists[element.parent + 1])
    members: dict[int, list[int]] = {}
    for number, block in enumerate(candidates.blocks):
        share = _SHARES.get(block.role)
        if share is not None and lists[block.element + 1] >= 0:
            members.setdefault(lists[block.element + 1], []).append(number)
    mixed = list(odds)
    for numbers in members.values():
        if len(numbers) < _FEW_ITEMS:
            continue
        weights = [len(candidates.blocks[number].text) ** 0.5 for number in numbers]
        mean = sum(odds[number] * weight for number, weight in zip(numbers, weights, strict=True)) / (sum(weights) or 1)
        for number in numbers:
            share = _SHARES[candidates.blocks[number].role]
            mixed[number] = (1 - share) * odds[number] + share * mean
    return mixed


_SHARES = {"item": _ITEM_SHARE, "row": 1.0}


def _means_around(candidates: Candidates, odds: Sequence[float]) -> list[float]:
    """Returns for each block the mean log-odds in the smallest element around it that has a few blocks.

    Longer texts weigh more. 0 where only the body has enough blocks.
    """
    elements = candidates.elements
    counts, weights, sums = [0] * (len(elements) + 1), [0.0] * (len(elements) + 1), [0.0] * (len(elements) + 1)
    for block, value in zip(candidates.blocks, odds, strict=True):
        weight = len(block.text) ** 0.5
        counts[block.element] += 1
        weights[block.element] += weight
        sums[block.element] += weight * value
    for number in range(len(elements) - 1, -1, -1):
        outer = elements[number].parent
        counts[outer] += counts[number]
        weights[outer] += weights[number]
        sums[outer] += sums[number]
    means = []
    for block in candidates.blocks:
        at = block.element
        while at >= 0 and counts[at] < _FEW_BLOCKS:
            at = elements[at].parent
        means.append(sums[at] / weights[at] if at >= 0 and weights[at] else 0.0)
    return means


def prose_words(blocks: Sequence[Wire], labels: bool = True) -> int:
    """Counts the words of the blocks that are sentences. Of labels a part counts, unless `labels` is false."""
    total = prose = 0
    for block in blocks:
        words = count_words(block["text"])
        total += words
        if block["role"] in _PROSE_ROLES and (
            words >= _PROSE_WORDS or (words >= _SENTENCE_WORDS and block["text"][-1] in _ENDS)
        ):
            prose += words
    return max(prose, total // _LABELS_PER_WORD if labels else 0)
