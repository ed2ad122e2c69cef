"""Ask: does the quoted sentence hold the answer, and are unanswerable questions refused?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.ask.data import Question, squad, xquad
from models.ask.examples import QuestionExample, question_examples
from models.evaluate.report import Result
from models.evaluate.statistics import share
from models.host import BuiltModels
from models.tables import Table
from nutshell.ask.answering import MIN_CHANCE
from nutshell.ask.evidence import NAMES

FEW = 60
THRESHOLDS = (0.05, 0.12, 0.25, 0.5)

Scorer = Callable[[QuestionExample], np.ndarray]


@dataclass(frozen=True, slots=True)
class Answered:
    """The best sentence for a question.

    answerable: whether the text answers the question
    contains: whether the sentence contains an answer's text
    """

    answerable: bool
    chance: float
    contains: bool


def measure(quick: bool) -> Result:
    rows = question_examples("test", FEW if quick else None)
    session = BuiltModels(1).session("ask")
    questions = {"xquad": xquad()[1], "squad": squad()[1]}
    scorers: dict[str, Scorer] = {
        "Nutshell": lambda row: session.run(None, {"features": row.features})[0],
        "most shared words (TF-IDF)": lambda row: row.features[:, NAMES.index("words")],
        "MiniLM cosine": lambda row: row.features[:, NAMES.index("cosine")],
    }
    sets = {
        "XQuAD, paragraph": [row for row in rows if row.source == "xquad" and not row.page],
        "SQuAD 2.0, paragraph": [row for row in rows if row.source == "squad" and not row.page],
        "both, page of six paragraphs": [row for row in rows if row.page],
    }
    table, figures = [], {}
    for name, examples in sets.items():
        for scorer, score in scorers.items():
            answered = [_answered(row, questions[row.source][row.question], score(row)) for row in examples]
            own = [answer for answer in answered if answer.answerable]
            table.append([name, scorer, _share(answer.contains for answer in own), *_balance(answered)])
            if scorer == "Nutshell":
                figures[name] = float(np.mean([answer.contains for answer in own]))
    chosen = [_answered(row, questions[row.source][row.question], scorers["Nutshell"](row)) for row in rows]
    tables = [
        Table(
            ("text", "quoted sentence", "contains the answer", "answered or refused rightly, best threshold"),
            table,
            note=f"{len(rows)} pairs of a question and a text, of the articles that were not trained on. Unanswerable: "
            "XQuAD's questions with the next paragraph of the article, SQuAD's own, and pages without the paragraph.",
        ),
        _operating_points(chosen),
    ]
    return Result("ask", tables, figures=figures)


def _operating_points(answered: Sequence[Answered]) -> Table:
    own = [answer for answer in answered if answer.answerable]
    unanswerable = [answer for answer in answered if not answer.answerable]
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
    columns = (
        "threshold",
        "answerable, answered",
        "of these, correct",
        "answerable, answered correctly",
        "unanswerable, refused",
    )
    return Table(columns, points)


def _answered(row: QuestionExample, question: Question, scores: np.ndarray) -> Answered:
    best = int(scores.argmax())
    sentence = " ".join(row.sentences[best].lower().split())
    answerable = bool(row.is_answer.any())
    contains = answerable and any(" ".join(text.lower().split()) in sentence for text in question.answers)
    return Answered(answerable, float(scores[best]), contains)


def _balance(answered: Sequence[Answered]) -> list[str]:
    """The mean of the shares of answerable texts answered correctly and unanswerable ones refused, at its highest."""
    own = [answer for answer in answered if answer.answerable]
    others = [answer for answer in answered if not answer.answerable]
    best = 0.0
    for threshold in np.quantile([answer.chance for answer in answered], np.linspace(0, 1, 101)):
        right = np.mean([answer.contains and answer.chance >= threshold for answer in own])
        refused = np.mean([answer.chance < threshold for answer in others]) if others else 0.0
        best = max(best, float(right + refused) / 2)
    return [f"{100 * best:.1f} %"]


def _share(values: Iterable[bool]) -> str:
    flags = list(values)
    found = share(sum(flags), len(flags))
    return f"{found.mean:.1f} % [{found.low:.1f}, {found.high:.1f}]"
