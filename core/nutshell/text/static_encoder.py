"""Static vectors (models/static): the weighted mean of a text's token vectors, thousands of texts a second.

For many short texts (news headlines) and fast first guesses. It ignores word order; `encoder.embed` is more accurate
and a hundred times slower.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from nutshell.ports import Models, Progress, Tensor

from .batching import vectors_of
from .encoder import Tokenizer

WIDTH = 256
MAX_TOKENS = 128
# Tokens of one run, with padding: large enough to amortize the call, small enough to stay in the CPU cache.
_RUN_TOKENS = 4096
# 128 tokens never reach further, except in a text without spaces, which is not worth tokenizing.
_MAX_CHARS = 4000
# The tokenizer runs in the thread that answers requests: it yields after this many texts.
_YIELD_AFTER = 256


async def embed_static(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None
) -> Tensor:
    """Returns one L2-normalized vector for each text: float32 [len(texts), 256], in the order of the texts.

    Only the first MAX_TOKENS tokens of a text count. A text without tokens has the zero vector, whose cosine with every
    other is 0. A text's vector does not depend on the other texts. `progress` gets ("embed-static", texts done, all
    texts) after each run. Raises ModelError.
    """
    rows: list[list[int]] = []
    for number, text in enumerate(texts):
        if number % _YIELD_AFTER == _YIELD_AFTER - 1:
            await asyncio.sleep(0)
        rows.append(wordpiece.encode(text[:_MAX_CHARS], MAX_TOKENS + 2)[1:-1])  # without [CLS] and [SEP]
    groups = _groups([len(row) for row in rows])
    widths = {"vectors": WIDTH}
    outputs = await vectors_of(models, "static", rows, groups, widths=widths, stage="embed-static", progress=progress)
    return outputs["vectors"]


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yields the indices of the rows, shortest first, as many together as fit in one run."""
    group: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and (len(group) + 1) * lengths[number] > _RUN_TOKENS:
            yield group
            group = []
        group.append(number)
    if group:
        yield group
