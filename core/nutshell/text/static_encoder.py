"""Vectors of many short texts at once, thousands a second: each is the weighted mean of its tokens' own vectors.

For whoever has ten thousand headlines to compare (the news) or cannot wait (a first guess). It sees which words
are there and not their order; `encoder.embed` reads better, a hundred times slower. The model is `models/static`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from nutshell.ports import Models, Progress, Tensor

from .batching import vectors_of
from .encoder import Tokenizer

WIDTH = 256
MAX_TOKENS = 128
# Tokens of one run, padding included: large enough that asking costs little, small enough to stay in the cache.
_RUN = 4096
# No headline's 128 tokens reach further; what follows in a text without spaces is not worth cutting into words.
_MAX_CHARS = 4000
# The tokenizer is Python, in the thread that answers the reader: it rests after so many texts.
_REST = 256


async def embed_static(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None
) -> Tensor:
    """One L2-normalized vector for each text: float32 [len(texts), 256], in the order of the texts.

    A text longer than MAX_TOKENS is known by its beginning; one without any token (an empty one) has the zero
    vector, whose cosine with every other is 0. A text's vector depends on that text alone. `progress` hears
    ("embed-static", texts done, texts in all) after each run. Raises ModelError.
    """
    rows: list[list[int]] = []
    for number, text in enumerate(texts):
        if number % _REST == _REST - 1:
            await asyncio.sleep(0)
        rows.append(wordpiece.encode(text[:_MAX_CHARS], MAX_TOKENS + 2)[1:-1])  # without [CLS] and [SEP]
    groups = _groups([len(row) for row in rows])
    widths = {"vectors": WIDTH}
    made = await vectors_of(models, "static", rows, groups, widths=widths, told="embed-static", progress=progress)
    return made["vectors"]


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The rows' numbers from shortest to longest, as many together as fit in one run."""
    group: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[number] > _RUN:
            yield group
            group = []
        group.append(number)
    if group:
        yield group
