"""Chooses the blocks of a page that are its main content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nutshell.article_detection import Signals, refusal
from nutshell.ports import ModelError, Models

from .candidates import Candidate, Candidates
from .content_features import count_words, inputs

THRESHOLD = 0.42
"""The lowest score of main content, which gives the best F1 in cross-validation (models/content/README.md)."""

_REMEMBERED = 2
_PROSE_ROLES = frozenset({"paragraph", "item", "quote"})
_ENDS = ".!?…。！？।۔؟\"'”’»›」』)]"
_PROSE_WORDS, _SENTENCE_WORDS = 20, 6

Wire = Mapping[str, Any]


class MainContent:
    """Replaces what Readability found in a page by what the model chooses from all of the page's blocks.

    Remembers the last pages, because requests about the same page send it again.
    """

    def __init__(self, models: Models) -> None:
        self._models = models
        self._remembered: list[tuple[Wire, Wire]] = []

    def clear_cache(self) -> None:
        self._remembered.clear()

    async def apply(self, wire: Wire) -> Wire:
        """Returns an article in its wire form with the main content as its blocks.

        An article without candidates (a selection, a plain text) is returned as it is. So is one for which the model
        cannot be run: Readability's blocks are nearly as good on articles. Raises MalformedCandidates.
        """
        if not isinstance(wire, Mapping) or "candidates" not in wire:
            return wire
        for known, made in self._remembered:
            if known == wire:
                return made
        made = await self._applied(wire)
        self._remembered = [(wire, made), *self._remembered[: _REMEMBERED - 1]]
        return made

    async def _applied(self, wire: Wire) -> Wire:
        made = {name: value for name, value in wire.items() if name != "candidates"}
        blocks = await self._blocks(wire)
        if blocks:
            made["blocks"] = blocks
        if wire.get("signals") is None:
            return made
        signals = Signals.from_wire(wire["signals"])
        if blocks:
            signals = replace(signals, words=max(signals.words, prose_words(blocks)))
            made["signals"] = {**wire["signals"], "words": signals.words}
        unhidden = wire.get("unhidden")
        if isinstance(unhidden, Mapping) and "candidates" in unhidden and refusal(signals) is not None:
            made["unhidden"] = await self._applied(unhidden)
        return made

    async def _blocks(self, wire: Wire) -> list[Wire]:
        candidates = Candidates.from_wire(wire["candidates"])
        url = wire.get("url", "")
        if not candidates.blocks or not isinstance(url, str):
            return []
        try:
            answer = await self._models.run("content", inputs(candidates, url).tensors())
        except ModelError:
            return []
        chosen = choose(candidates.blocks, answer["scores"].data.tolist())
        return [
            {name: block[name] for name in ("role", "text", "level", "anchor") if name in block}
            for block, keep in zip(wire["candidates"]["blocks"], chosen, strict=True)
            if keep
        ]


def choose(blocks: Sequence[Candidate], scores: Sequence[float]) -> list[bool]:
    """Returns which blocks are main content, from the probability of each."""
    return [score >= THRESHOLD for score in scores]


def prose_words(blocks: Sequence[Wire]) -> int:
    """Counts the words of the blocks that are sentences, not labels."""
    total = 0
    for block in blocks:
        words = count_words(block["text"]) if block["role"] in _PROSE_ROLES else 0
        if words >= _PROSE_WORDS or (words >= _SENTENCE_WORDS and block["text"][-1] in _ENDS):
            total += words
    return total
