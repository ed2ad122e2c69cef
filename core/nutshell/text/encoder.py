"""Sentence vectors by the encoder (models/encoder).

Texts are batched by length. Quantization scales are computed over a whole batch, so the batching is part of the result:
it happens here, in the core, and is the same in every host.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nutshell.ports import Models, Progress, Tensor

from .batching import vectors_of

WIDTH = 384
MAX_TOKENS = 128
BATCH = 8
# 128 tokens never reach further, except in a text without spaces, which is not worth tokenizing.
_MAX_CHARS = 4000
# A batch ends early when its shortest row would be mostly padding.
_MAX_LENGTH_RATIO, _EXTRA_TOKENS = 1.35, 6


class Tokenizer(Protocol):
    def encode(self, text: str, max_length: int) -> list[int]:
        """Returns token ids with [CLS] and [SEP], at most `max_length` of them."""
        ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """The encoder's output for n texts: float32 [n, 384], L2-normalized.

    `vectors` are the sentence vectors, for comparison by cosine. `lower` are the mean token vectors of the layer below
    the last: closer to wording and style, as input for trained heads.
    """

    vectors: Tensor
    lower: Tensor


async def encode(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None
) -> Encoded:
    """Returns both vectors of each text, in the order of the texts; otherwise like `embed`."""
    outputs = await _run(models, wordpiece, texts, ("vectors", "lower"), progress)
    return Encoded(outputs["vectors"], outputs["lower"])


async def embed(models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None) -> Tensor:
    """Returns one L2-normalized vector for each text: float32 [len(texts), 384], in the order of the texts.

    Only the first MAX_TOKENS tokens of a text count. The vector of an empty text means nothing. `progress` gets
    ("embed", texts done, all texts) after each batch. Raises ModelError.
    """
    return (await _run(models, wordpiece, texts, ("vectors",), progress))["vectors"]


async def _run(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], outputs: Sequence[str], progress: Progress | None
) -> dict[str, Tensor]:
    rows = [wordpiece.encode(text[:_MAX_CHARS], MAX_TOKENS) for text in texts]
    groups = batches([len(row) for row in rows])
    widths = dict.fromkeys(outputs, WIDTH)
    return await vectors_of(models, "encoder", rows, groups, widths=widths, stage="embed", progress=progress)


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Returns the indices of the rows, shortest first, in batches of at most BATCH with little padding."""
    found: list[list[int]] = []
    limit = 0.0
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not found or len(found[-1]) == BATCH or lengths[number] > limit:
            found.append([])
            limit = lengths[number] * _MAX_LENGTH_RATIO + _EXTRA_TOKENS
        found[-1].append(number)
    return found
