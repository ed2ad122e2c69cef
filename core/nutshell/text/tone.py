"""How a headline or a short text is written: is it bait, how hard is it to read, what mood is it in.

Three heads of a few KB (`models/interest`) on vectors that `embed_static` has made already, and on a handful of
counts. They read single words and their company, not what is meant: irony, quotation and denial escape them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.ports import Models, Tensor

from .static_encoder import WIDTH

MOODS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
FEATURES = 9
_MAX_CHARS = 1000  # what is counted; more of a text says nothing new
_LONG = re.compile(r"\w{7,}")
_VERY_LONG = re.compile(r"\w{10,}")
_ENDS = re.compile(r"[.!?]+(?=\s|$)")
_NUMBERED = re.compile(r"\W*\d")


@dataclass(frozen=True, slots=True)
class Tone:
    """`clickbait` and each of `moods` are chances in 0-1 (several moods may hold at once).

    `grade` is a reading level from 3 to 12, after the school grades for which CLEAR's excerpts were chosen: 7.5
    is as hard as the middle one of them. `mood` is the likeliest of MOODS.
    """

    clickbait: float
    grade: float
    moods: tuple[float, ...]

    @property
    def mood(self) -> str:
        return MOODS[max(range(len(MOODS)), key=self.moods.__getitem__)]


async def tones(models: Models, texts: Sequence[str], vectors: Tensor) -> list[Tone]:
    """The tone of each text; `vectors` float32 [len(texts), 256] are `embed_static`'s of the same texts.

    An empty text has a tone too, of no meaning. Raises ModelError, and ValueError when the vectors are not the texts'.
    """
    if vectors.shape != (len(texts), WIDTH):
        raise ValueError(f"{len(texts)} texts and vectors of shape {vectors.shape}")
    if not texts:
        return []
    counted = array("f")
    for text in texts:
        counted.extend(features(text))
    inputs = {"vectors": vectors, "features": Tensor("float32", (len(texts), FEATURES), memoryview(counted))}
    columns = (await models.run("interest", inputs))["tones"]
    width = 2 + len(MOODS)
    rows = (columns.data[at : at + width].tolist() for at in range(0, len(texts) * width, width))
    return [Tone(clickbait, grade, tuple(moods)) for clickbait, grade, *moods in rows]


def features(text: str) -> tuple[float, ...]:
    """FEATURES numbers of about unit size; letter case is left out, which tells sites and not ways of writing apart."""
    text = text[:_MAX_CHARS]
    words = text.split()
    count = max(len(words), 1)
    letters = (len(text) - len(words) + 1) / count
    sentences = max(len(_ENDS.findall(text)), 1)
    return (
        letters - 5,
        min(count / sentences, 60) / 20,
        min(count, 80) / 20,
        len(_LONG.findall(text)) / count,
        len(_VERY_LONG.findall(text)) / count,
        float("?" in text),
        float("!" in text),
        float(_NUMBERED.match(text) is not None),
        text.count(",") / count * 5,
    )
