"""Joins the sentences of one quotation, so that no half of a quotation stands alone without its speaker."""

from __future__ import annotations

from collections.abc import Sequence

# A longer quotation stays in its sentences.
_MAX_CHARS = 320
_PAIRS = (("“", "”"), ("«", "»"), ("„", "“"), ("「", "」"), ("『", "』"))


def join_quotations(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Returns the spans, with those joined that share a quotation: `“We will go. We must,” she said.`"""
    joined: list[tuple[int, int]] = []
    number = 0
    while number < len(spans):
        start, end = spans[number]
        last = number
        if _leaves_open(text[start:end]):
            for other in range(number + 1, len(spans)):
                if spans[other][1] - start > _MAX_CHARS:
                    break
                if not _leaves_open(text[start : spans[other][1]]):
                    last = other
                    break
        joined.append((start, spans[last][1]))
        number = last + 1
    return joined


def _leaves_open(sentence: str) -> bool:
    """Whether a quotation that begins in the sentence does not end in it."""
    if sentence.count('"') % 2:
        return True
    for opening, closing in _PAIRS:
        if opening == "“" and "„" in sentence:
            continue  # German: “ closes
        opened = sentence.rfind(opening)
        if opened >= 0 and sentence.count(opening) > sentence.count(closing) and sentence.find(closing, opened) < 0:
            return True
    return False
