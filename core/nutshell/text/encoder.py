"""Sentence vectors: texts to token ids, sorted into batches of like length, through the encoder.

Quantization scales are taken over a whole batch, so the batching is part of the result: it happens
here, in the core, and is the same in every host.
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
# No page's 128 tokens reach further; what follows in a text without spaces is not worth cutting into words.
_MAX_CHARS = 4000
# A batch ends early where its longest row would make its shortest mostly padding.
_STRETCH, _SLACK = 1.35, 6


class Tokenizer(Protocol):
    def encode(self, text: str, max_length: int) -> list[int]:
        """Token ids with [CLS] and [SEP], at most `max_length` of them."""
        ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the encoder says of each of n texts, both float32 [n, 384] and L2-normalized.

    `vectors` are the sentence vectors, to be compared by cosine. `lower` are the means of what the layer below the last
    says of the text's tokens: nearer to its words and its manner, for networks that learn from it.
    """

    vectors: Tensor
    lower: Tensor


async def encode(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None
) -> Encoded:
    """Both vectors of each text, in the order of the texts; all else as `embed`."""
    made = await _made(models, wordpiece, texts, ("vectors", "lower"), progress)
    return Encoded(made["vectors"], made["lower"])


async def embed(models: Models, wordpiece: Tokenizer, texts: Sequence[str], progress: Progress | None = None) -> Tensor:
    """One L2-normalized vector for each text: float32 [len(texts), 384], in the order of the texts.

    A text longer than MAX_TOKENS is known by its beginning. An empty text has a vector too, of no
    meaning. `progress` hears ("embed", texts done, texts in all) after each batch. Raises ModelError.
    """
    return (await _made(models, wordpiece, texts, ("vectors",), progress))["vectors"]


async def _made(
    models: Models, wordpiece: Tokenizer, texts: Sequence[str], outputs: Sequence[str], progress: Progress | None
) -> dict[str, Tensor]:
    rows = [wordpiece.encode(text[:_MAX_CHARS], MAX_TOKENS) for text in texts]
    groups = batches([len(row) for row in rows])
    widths = dict.fromkeys(outputs, WIDTH)
    return await vectors_of(models, "encoder", rows, groups, widths=widths, told="embed", progress=progress)


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
