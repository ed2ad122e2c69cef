"""Questions, their paragraphs, and the sentences that hold the answers.

XQuAD in English (Artetxe et al. 2020): 240 paragraphs of 48 Wikipedia articles, 1,190 questions, each answered by its
paragraph. To make a question unanswerable, pair it with the next paragraph of the same article.

SQuAD 2.0 (Rajpurkar et al. 2018), half of its development set: 3,000 questions to 645 paragraphs of 16 articles.
People wrote 1,578 of them so that the paragraph seems to answer them but does not. Both sets have articles in common.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache

from models.data import path_of
from nutshell.text.sentences import split_text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`article` is the title of the Wikipedia article."""

    article: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answers, of which there are none if its paragraph does not answer it.

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
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        article = entry["title"]
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


@cache
def squad() -> tuple[tuple[Paragraph, ...], tuple[Question, ...]]:
    """Raises RecipeError when the data set is missing."""
    paragraphs: list[Paragraph] = []
    numbers: dict[str, int] = {}
    questions: list[Question] = []
    with gzip.open(path_of("questions/questions.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["source_set"] == "squad2_dev"]
    rows.sort(key=lambda row: (row["title"], row["context"]))
    for row in rows:
        context = row["context"]
        spans = split_text(context)
        if context not in numbers:
            numbers[context] = len(paragraphs)
            paragraphs.append(Paragraph(row["title"], tuple(context[begin:end] for begin, end in spans)))
        # The set has the answers' texts without their places: the sentences that contain one whole.
        holds = [n for n, (begin, end) in enumerate(spans) if any(a in context[begin:end] for a in row["answers"])]
        answers = tuple(row["answers"])
        questions.append(Question(row["question"], answers, tuple(holds), numbers[context], numbers[context]))
    return tuple(paragraphs), tuple(questions)
