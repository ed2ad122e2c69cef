"""Sentence vectors: texts to token ids, sorted into batches of like length, through the encoder.

Quantization scales are taken over a whole batch, so the batching is part of the result: it happens
here, in the core, and is the same in every host.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..ports import Models, Progress, Tensor
from .batched import vectors_of

WIDTH = 384
MAX_TOKENS = 128
BATCH = 8
# No page's 128 tokens reach further; what follows in a text without spaces is not worth cutting into words.
_MAX_CHARS = 4000
# A batch ends early where its longest row would make its shortest mostly padding.
_STRETCH, _SLACK = 1.35, 6


class Tokenizer(Protocol):
    def encode(self, text: str, max_length: int) -> list[int]:
        """Token ids with [CLS] and [SEP], at most `max_length` of them."""
        ...


async def embed(models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None) -> Tensor:
    """One L2-normalized vector for each text: float32 [len(texts), 384], in the order of the texts.

    A text longer than MAX_TOKENS is known by its beginning. An empty text has a vector too, of no
    meaning. `progress` hears ("embed", texts done, texts in all) after each batch. Raises ModelError.
    """
    rows = [wordpiece.encode(text[:_MAX_CHARS], MAX_TOKENS) for text in texts]
    groups = batches([len(row) for row in rows])
    return await vectors_of(models, "encoder", rows, groups, width=WIDTH, told="embed", progress=progress)


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """The rows' numbers from shortest to longest, in batches of at most BATCH with little padding."""
    found: list[list[int]] = []
    limit = 0.0
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not found or len(found[-1]) == BATCH or lengths[number] > limit:
            found.append([])
            limit = lengths[number] * _STRETCH + _SLACK
        found[-1].append(number)
    return found
