"""Training examples of the ask model: questions with texts that answer them and with texts that do not.

Each question is paired with its paragraph alone, and with pages of several paragraphs, with and without its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.ask.data import Paragraph, Question, squad, xquad
from models.host import BuiltModels, run_sync, wordpiece
from nutshell.ask.answering import IndexedPage, candidate_features, index_page
from nutshell.ask.passages import Passage
from nutshell.ask.question import parse_question

Part = Literal["train", "test"]

_PAGE_PARAGRAPHS = 6
_PAGES_EVERY = 2  # every second question is also paired with pages


@dataclass(frozen=True, slots=True)
class QuestionExample:
    """A question with a text.

    source: "xquad" or "squad"
    question: the question's number in its set
    own: whether the question's paragraph is in the text
    page: whether the text is a page of several paragraphs
    features: float32 [passages, COUNT]
    is_answer: float32 [passages], 1 for sentences that hold the answer
    sentences: the text of each passage
    """

    source: str
    question: int
    own: bool
    page: bool
    features: NDArray[np.float32]
    is_answer: NDArray[np.float32]
    sentences: tuple[str, ...]

    @property
    def is_misleading(self) -> bool:
        """Whether the text only seems to answer the question: SQuAD's unanswerable ones with their own paragraph."""
        return self.source == "squad" and self.own and not self.is_answer.any()


def part_of(article: str) -> Part:
    """Half of the Wikipedia articles are for training. Both sets have some articles in common."""
    return "train" if hashlib.sha256(article.encode()).digest()[0] % 2 == 0 else "test"


def question_examples(part: Part, limit: int | None = None, *, pages: bool = True) -> list[QuestionExample]:
    """Returns the examples of the first `limit` questions of each set, without pages if these are not wanted."""
    return [
        *_examples("xquad", *xquad(), part, limit, pages=pages),
        *_examples("squad", *squad(), part, limit, pages=pages),
    ]


def _examples(
    source: str,
    paragraphs: Sequence[Paragraph],
    questions: Sequence[Question],
    part: Part,
    limit: int | None,
    *,
    pages: bool,
) -> list[QuestionExample]:
    models, tokenizer = BuiltModels(1), wordpiece()
    groups = _groups(paragraphs)
    indexed: dict[tuple[int, ...], IndexedPage] = {}
    examples = []
    rows = [(n, row) for n, row in enumerate(questions) if part_of(paragraphs[row.paragraph].article) == part]
    for number, row in rows[:limit]:
        texts: list[tuple[int, ...]] = [(row.paragraph,)]
        if row.other_paragraph != row.paragraph:
            texts.append((row.other_paragraph,))
        if pages and number % _PAGES_EVERY == 0:
            texts += _pages_for(row, paragraphs, groups)
        for text in texts:
            page = indexed.get(text)
            if page is None:
                page = indexed[text] = run_sync(index_page(models, tokenizer, *_page(text, paragraphs)))
            question = parse_question(row.question, page.names)
            chosen, features = run_sync(candidate_features(models, tokenizer, page, question))
            holds = _answer_places(row, text, paragraphs)
            examples.append(
                QuestionExample(
                    source,
                    number,
                    row.paragraph in text,
                    len(text) > 1,
                    np.array(features, np.float32),
                    np.array([place in holds for place in chosen], np.float32),
                    tuple(page.texts[place] for place in chosen),
                )
            )
    return examples


def _page(text: tuple[int, ...], paragraphs: Sequence[Paragraph]) -> tuple[list[Passage], str]:
    """Returns the passages and the title of a text."""
    passages = [Passage(sentence, sentence, place) for place in text for sentence in paragraphs[place].sentences]
    return passages, paragraphs[text[0]].article.replace("_", " ")


def _groups(paragraphs: Sequence[Paragraph]) -> list[tuple[int, ...]]:
    """Returns pages of up to _PAGE_PARAGRAPHS paragraphs of one article."""
    by_article: dict[str, list[int]] = {}
    for number, paragraph in enumerate(paragraphs):
        by_article.setdefault(paragraph.article, []).append(number)
    return [
        tuple(numbers[start : start + _PAGE_PARAGRAPHS])
        for numbers in by_article.values()
        for start in range(0, len(numbers), _PAGE_PARAGRAPHS)
    ]


def _pages_for(
    row: Question, paragraphs: Sequence[Paragraph], groups: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Returns the page that has a question's paragraph, and the next page of the article (which does not answer it)."""
    article = paragraphs[row.paragraph].article
    of_article = [group for group in groups if paragraphs[group[0]].article == article]
    place = next(at for at, group in enumerate(of_article) if row.paragraph in group)
    other = of_article[(place + 1) % len(of_article)]
    found = [of_article[place]] if len(of_article[place]) > 1 else []
    if other != of_article[place] and len(other) > 1:
        found.append(other)
    return found


def _answer_places(row: Question, text: tuple[int, ...], paragraphs: Sequence[Paragraph]) -> set[int]:
    found, start = set(), 0
    for place in text:
        if place == row.paragraph:
            found |= {start + sentence for sentence in row.answer_sentences}
        start += len(paragraphs[place].sentences)
    return found
