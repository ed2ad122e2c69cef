"""Ask: does the quoted sentence hold the answer, and is a question that the page does not answer refused?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime

from models.ask.data import Asked, Paragraph, xquad
from models.ask.seen import CROSSED, FOLDS, Seen, seen
from models.evaluate.page import Result
from models.evaluate.statistics import share
from models.mlp import network
from models.tables import Table
from nutshell.ask.answering import MIN_CHANCE
from nutshell.ask.evidence import COUNT, NAMES

FEW = 120
THRESHOLDS = (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Answered:
    """`holds`: the best sentence holds an answer's text; `stands`: it is the one in which the answer was marked."""

    own: bool
    chance: float
    holds: bool
    stands: bool


def measure(quick: bool) -> Result:
    paragraphs, asked = xquad()
    rows = seen(FEW if quick else None)
    crossed = _crossed(rows, paragraphs, asked)
    own, moved = [one for one in crossed if one.own], [one for one in crossed if not one.own]
    table = [["Nutshell", _share(one.holds for one in own), _share(one.stands for one in own)]]
    for name, column in (("most shared words", "words"), ("MiniLM cosine", "cosine")):
        picked = [_picked(row, column, paragraphs, asked) for row in rows if row.own]
        table.append([name, _share(holds for holds, _ in picked), _share(stands for _, stands in picked)])
    points = []
    for least in THRESHOLDS:
        said = [one for one in own if one.chance >= least]
        points.append(
            [
                f"{least:.2f}" + (" (shipped)" if least == MIN_CHANCE else ""),
                _share(one.chance >= least for one in own),
                _share(one.holds for one in said),
                _share(one.holds and one.chance >= least for one in own),
                _share(one.chance < least for one in moved),
            ]
        )
    note = (
        f"{len(own)} questions. Cross-validated: each question is answered by a head trained on the other articles "
        f"({FOLDS} folds of articles, so no paragraph is seen before). Moved: to the next paragraph of its own article."
    )
    tables = [
        Table(("the quoted sentence", "holds the answer's text", "is the marked one"), table, note=note),
        Table(
            ("answers from", "answerable answered", "of these right", "answered and right", "moved ones refused"),
            points,
        ),
    ]
    figures = {
        "questions": len(own),
        "holds": float(np.mean([one.holds for one in own])),
        "stands": float(np.mean([one.stands for one in own])),
        "answered and right": float(np.mean([one.holds and one.chance >= MIN_CHANCE for one in own])),
        "refused": float(np.mean([one.chance < MIN_CHANCE for one in moved])),
    }
    return Result("ask", tables, figures=figures)


def _crossed(rows: Sequence[Seen], paragraphs: Sequence[Paragraph], asked: Sequence[Asked]) -> list[Answered]:
    """Each row answered by the heads that have not seen its article."""
    found = []
    with np.load(CROSSED) as stored:
        folds = dict(stored)
    for fold in range(FOLDS):
        stem = f"{fold}/"
        weights = {n.removeprefix(stem): v.astype(np.float32) for n, v in folds.items() if n.startswith(stem)}
        session = onnxruntime.InferenceSession(network("ask", weights, COUNT))
        for row in rows:
            if row.article % FOLDS == fold:
                scores = session.run(None, {"features": row.features})[0]
                best = int(scores.argmax())
                holds, stands = _right(row, best, paragraphs, asked)
                found.append(Answered(row.own, float(scores[best]), holds, stands))
    return found


def _picked(row: Seen, column: str, paragraphs: Sequence[Paragraph], asked: Sequence[Asked]) -> tuple[bool, bool]:
    return _right(row, int(row.features[:, NAMES.index(column)].argmax()), paragraphs, asked)


def _right(row: Seen, best: int, paragraphs: Sequence[Paragraph], asked: Sequence[Asked]) -> tuple[bool, bool]:
    if not row.own:
        return False, False
    question = asked[row.question]
    sentence = " ".join(paragraphs[question.paragraph].sentences[best].lower().split())
    holds = any(" ".join(answer.lower().split()) in sentence for answer in question.answers)
    return holds, bool(row.holds[best])


def _share(values: Iterable[bool]) -> str:
    flags = list(values)
    found = share(sum(flags), len(flags))
    return f"{found.mean:.1f} % [{found.low:.1f}, {found.high:.1f}]"
