"""How calm a headline is and how deep its text goes, for the sliders of the ranking.

Both come from the heads of models/interest on static vectors: the chance that a headline is clickbait, and the reading
level of the title and the text.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence

from nutshell.ports import Models, Tensor
from nutshell.text.static_encoder import WIDTH, embed_static
from nutshell.text.tone import Tone, tones
from nutshell.text.wordpiece import WordPiece

from .candidates import Candidate

_MIDDLE_GRADE, _GRADES = 7.5, 4.5
"""Reading levels are from 3 to 12."""
_BATCH = 250
"""Texts after which other requests get a turn."""


async def calm_and_depth(
    models: Models, wordpiece: WordPiece, items: Sequence[Candidate], vectors: Tensor
) -> tuple[array[float], array[float]]:
    """Returns the calm of each item, from -0.5 for sure clickbait to 0.5, and its depth, from -1 to 1 for the hardest.

    Over news both have a standard deviation of 0.4, so neither outweighs the other. `vectors` are float32 [items, 256],
    `embed_static`'s of the items' indexed texts. Raises ModelError.
    """
    titles = [item.title for item in items]
    headlines = await _tones(models, titles, await embed_static(models, wordpiece, titles))
    texts = await _tones(models, [item.indexed_text for item in items], vectors)
    calm = array("f", [0.5 - tone.clickbait for tone in headlines])
    depth = array("f", [max(-1.0, min(1.0, (tone.grade - _MIDDLE_GRADE) / _GRADES)) for tone in texts])
    return calm, depth


async def _tones(models: Models, texts: Sequence[str], vectors: Tensor) -> list[Tone]:
    found = []
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        rows = vectors.data[start * WIDTH : (start + len(batch)) * WIDTH]
        found += await tones(models, batch, Tensor("float32", (len(batch), WIDTH), rows))
        await asyncio.sleep(0)
    return found
