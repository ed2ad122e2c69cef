"""Training examples of the ask model: each question with its own paragraph and with one that does not answer it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.artifacts import ROOT
from models.ask.data import xquad
from models.host import BuiltModels, run_sync, wordpiece
from nutshell.ask.answering import candidate_features, index_page
from nutshell.ask.question import parse_question

CROSS_VALIDATION = ROOT / "ask" / "cross_validation.npz"
FOLDS = 4


@dataclass(frozen=True, slots=True)
class QuestionExample:
    """A question with a paragraph.

    article: the XQuAD article, by number
    question: the question's number in XQuAD
    own: whether the paragraph is the question's own
    features: float32 [sentences, COUNT]
    is_answer: float32 [sentences], 1 for sentences that hold the answer
    """

    article: int
    question: int
    own: bool
    features: NDArray[np.float32]
    is_answer: NDArray[np.float32]


def question_examples(limit: int | None = None) -> list[QuestionExample]:
    """Returns two examples for each of the first `limit` questions: the own paragraph and the other one."""
    models, tokenizer = BuiltModels(1), wordpiece()
    paragraphs, questions = xquad()
    pages = {}
    examples = []
    for number, row in enumerate(questions[:limit]):
        for place in (row.paragraph, row.other_paragraph):
            if place not in pages:
                pages[place] = run_sync(index_page(models, tokenizer, paragraphs[place].sentences))
            page = pages[place]
            own = place == row.paragraph
            question = parse_question(row.question, page.names)
            chosen, features = run_sync(candidate_features(models, tokenizer, page, question))
            is_answer = np.array([own and sentence in row.answer_sentences for sentence in chosen], np.float32)
            examples.append(
                QuestionExample(paragraphs[place].article, number, own, np.array(features, np.float32), is_answer)
            )
    return examples
