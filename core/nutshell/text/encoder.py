"""Sentence vectors: texts to token ids, sorted into batches of like length, through the encoder.

Quantization scales are taken over a whole batch, so the batching is part of the result: it happens
here, in the core, and is the same in every host.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Protocol

from ..ports import Models, Progress, Tensor

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
    vectors = memoryview(array("f", bytes(4 * WIDTH * len(rows))))
    done = 0
    for batch in batches([len(row) for row in rows]):
        answer = await models.run("encoder", {"input_ids": _padded([rows[number] for number in batch])})
        made = answer["vectors"].data
        for place, number in enumerate(batch):
            vectors[number * WIDTH : (number + 1) * WIDTH] = made[place * WIDTH : (place + 1) * WIDTH]
        done += len(batch)
        if progress is not None:
            progress("embed", done, len(rows))
    return Tensor("float32", (len(rows), WIDTH), vectors)


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


def _padded(rows: Sequence[Sequence[int]]) -> Tensor:
    width = max(map(len, rows))
    ids = array("i")
    for row in rows:
        ids.extend(row)
        ids.extend([0] * (width - len(row)))
    return Tensor("int32", (len(rows), width), memoryview(ids))
