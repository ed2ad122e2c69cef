"""Questions to paragraphs, and the sentences that hold their answers: XQuAD in English (Artetxe et al. 2020).

240 paragraphs of 48 Wikipedia articles, 1,190 questions, all answerable from their paragraph. A question is made
unanswerable by moving it to another paragraph: the next one of the same article, which speaks of the same things.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from models.data import FOLDER
from models.shop import RecipeError
from nutshell.text.sentences import split_text


@dataclass(frozen=True, slots=True)
class Paragraph:
    article: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """`holds`: the sentences of its paragraph that hold an answer, by where it stands; `paragraph` and `moved` are
    numbers of paragraphs, its own and the one it is moved to."""

    question: str
    answers: tuple[str, ...]
    holds: tuple[int, ...]
    paragraph: int
    moved: int


@cache
def xquad() -> tuple[tuple[Paragraph, ...], tuple[Asked, ...]]:
    """Raises RecipeError when the data is not there."""
    path = FOLDER / "text" / "xquad" / "xquad.en.json"
    if not path.is_file():
        raise RecipeError(
            "training data xquad.en.json is not there: put the data set at ../shared/data/text beside the repository "
            "(it is not needed to build: trained weights are committed)"
        )
    paragraphs: list[Paragraph] = []
    asked: list[Asked] = []
    for article, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        first = len(paragraphs)
        count = len(entry["paragraphs"])
        for place, paragraph in enumerate(entry["paragraphs"]):
            context = paragraph["context"]
            spans = split_text(context)
            for row in paragraph["qas"]:
                starts = [answer["answer_start"] for answer in row["answers"]]
                holds = {n for n, (begin, end) in enumerate(spans) for at in starts if begin <= at < end}
                texts = tuple(answer["text"] for answer in row["answers"])
                moved = first + (place + 1) % count
                asked.append(Asked(row["question"], texts, tuple(sorted(holds)), len(paragraphs), moved))
            paragraphs.append(Paragraph(article, tuple(context[begin:end] for begin, end in spans)))
    return tuple(paragraphs), tuple(asked)
