"""Ask: does the quoted sentence hold the answer, and are unanswerable questions refused?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime

from models.ask.data import Paragraph, Question, xquad
from models.ask.examples import CROSS_VALIDATION, FOLDS, QuestionExample, question_examples
from models.evaluate.report import Result
from models.evaluate.statistics import share
from models.mlp import network
from models.tables import Table
from nutshell.ask.answering import MIN_CHANCE
from nutshell.ask.evidence import COUNT, NAMES

FEW = 120
THRESHOLDS = (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Answered:
    """The best sentence for a question.

    own: whether the paragraph is the question's own
    contains: whether the sentence contains an answer's text
    annotated: whether it is the sentence in which the answer was annotated
    """

    own: bool
    chance: float
    contains: bool
    annotated: bool


def measure(quick: bool) -> Result:
    paragraphs, questions = xquad()
    rows = question_examples(FEW if quick else None)
    answered = _cross_validated(rows, paragraphs, questions)
    own, unanswerable = [answer for answer in answered if answer.own], [answer for answer in answered if not answer.own]
    table = [["Nutshell", _share(answer.contains for answer in own), _share(answer.annotated for answer in own)]]
    for name, column in (("most shared words", "words"), ("MiniLM cosine", "cosine")):
        picks = [_baseline(row, column, paragraphs, questions) for row in rows if row.own]
        table.append([name, _share(contains for contains, _ in picks), _share(annotated for _, annotated in picks)])
    points = []
    for threshold in THRESHOLDS:
        shown = [answer for answer in own if answer.chance >= threshold]
        points.append(
            [
                f"{threshold:.2f}" + (" (shipped)" if threshold == MIN_CHANCE else ""),
                _share(answer.chance >= threshold for answer in own),
                _share(answer.contains for answer in shown),
                _share(answer.contains and answer.chance >= threshold for answer in own),
                _share(answer.chance < threshold for answer in unanswerable),
            ]
        )
    note = (
        f"{len(own)} questions, cross-validated over {FOLDS} folds of articles: each question is answered by a model "
        "trained on other articles. Unanswerable: the question paired with the next paragraph of its article."
    )
    tables = [
        Table(("quoted sentence", "contains the answer's text", "is the annotated sentence"), table, note=note),
        Table(
            (
                "threshold",
                "answerable, answered",
                "of these, correct",
                "answerable, answered correctly",
                "unanswerable, refused",
            ),
            points,
        ),
    ]
    figures = {
        "questions": len(own),
        "contains": float(np.mean([answer.contains for answer in own])),
        "annotated": float(np.mean([answer.annotated for answer in own])),
        "answered correctly": float(np.mean([answer.contains and answer.chance >= MIN_CHANCE for answer in own])),
        "refused": float(np.mean([answer.chance < MIN_CHANCE for answer in unanswerable])),
    }
    return Result("ask", tables, figures=figures)


def _cross_validated(
    rows: Sequence[QuestionExample], paragraphs: Sequence[Paragraph], questions: Sequence[Question]
) -> list[Answered]:
    """Answers each question with the weights that were trained without its article."""
    found = []
    with np.load(CROSS_VALIDATION) as stored:
        folds = dict(stored)
    for fold in range(FOLDS):
        prefix = f"{fold}/"
        weights = {n.removeprefix(prefix): v.astype(np.float32) for n, v in folds.items() if n.startswith(prefix)}
        session = onnxruntime.InferenceSession(network("ask", weights, COUNT))
        for row in rows:
            if row.article % FOLDS == fold:
                scores = session.run(None, {"features": row.features})[0]
                best = int(scores.argmax())
                contains, annotated = _is_right(row, best, paragraphs, questions)
                found.append(Answered(row.own, float(scores[best]), contains, annotated))
    return found


def _baseline(
    row: QuestionExample, column: str, paragraphs: Sequence[Paragraph], questions: Sequence[Question]
) -> tuple[bool, bool]:
    return _is_right(row, int(row.features[:, NAMES.index(column)].argmax()), paragraphs, questions)


def _is_right(
    row: QuestionExample, best: int, paragraphs: Sequence[Paragraph], questions: Sequence[Question]
) -> tuple[bool, bool]:
    if not row.own:
        return False, False
    question = questions[row.question]
    sentence = " ".join(paragraphs[question.paragraph].sentences[best].lower().split())
    contains = any(" ".join(text.lower().split()) in sentence for text in question.answers)
    return contains, bool(row.is_answer[best])


def _share(values: Iterable[bool]) -> str:
    flags = list(values)
    found = share(sum(flags), len(flags))
    return f"{found.mean:.1f} % [{found.low:.1f}, {found.high:.1f}]"
