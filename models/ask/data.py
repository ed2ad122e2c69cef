"""XQuAD in English (Artetxe et al. 2020): questions, their paragraphs, and the sentences that hold the answers.

240 paragraphs of 48 Wikipedia articles, 1,190 questions, each answered by its paragraph. To make a question
unanswerable, pair it with the next paragraph of the same article, which covers the same subject.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from models.data import path_of
from nutshell.text.sentences import split_text


@dataclass(frozen=True, slots=True)
class Paragraph:
    article: int
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers.

    answer_sentences: numbers of the paragraph's sentences in which an answer starts
    paragraph, other_paragraph: numbers of its own paragraph and of the one it is paired with as unanswerable
    """

    question: str
    answers: tuple[str, ...]
    answer_sentences: tuple[int, ...]
    paragraph: int
    other_paragraph: int


@cache
def xquad() -> tuple[tuple[Paragraph, ...], tuple[Question, ...]]:
    """Raises RecipeError when the data set is missing."""
    path = path_of("text/xquad/xquad.en.json")
    paragraphs: list[Paragraph] = []
    questions: list[Question] = []
    for article, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        first = len(paragraphs)
        count = len(entry["paragraphs"])
        for place, paragraph in enumerate(entry["paragraphs"]):
            context = paragraph["context"]
            spans = split_text(context)
            for row in paragraph["qas"]:
                starts = [answer["answer_start"] for answer in row["answers"]]
                holds = {n for n, (begin, end) in enumerate(spans) for start in starts if begin <= start < end}
                answers = tuple(answer["text"] for answer in row["answers"])
                other = first + (place + 1) % count
                questions.append(Question(row["question"], answers, tuple(sorted(holds)), len(paragraphs), other))
            paragraphs.append(Paragraph(article, tuple(context[begin:end] for begin, end in spans)))
    return tuple(paragraphs), tuple(questions)
