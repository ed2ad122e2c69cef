"""Points whose opening refers to something that the summary does not say.

There are three judges, because the product's own detector helped to choose the points: that detector
(`text/context.py`); a plain list of opening words, written without it and without its exceptions; and a person, on a
sample. `python -m models.evaluate.context_dependence` prints the points of the sample that have no human judgement yet,
with the sentence before each. human_judgements.json holds the judgements by the hash of document and point: "opens" if
the point's opening refers to something that the summary does not say, "inside" if a later reference is unclear, "" if
it is clear.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.evaluate import baselines
from models.evaluate.datasets import DATASETS, TITLES, Text
from models.evaluate.product import Product
from models.evaluate.report import Result
from models.evaluate.statistics import Interval, share, stratified
from models.tables import Table
from nutshell.text.context import depends_on_context

JUDGEMENTS = Path(__file__).with_name("human_judgements.json")
SAMPLE = 60  # points of each data set that a person judges

# Opening words that may refer back. The list is broad: "It is raining" and "This week" count too.
_OPENERS = (
    "he she they it this that these those his her their its him them himself herself themselves itself"
    " however but and so or yet then therefore thus hence consequently accordingly meanwhile moreover furthermore"
    " additionally also besides nevertheless nonetheless still instead otherwise likewise similarly conversely"
    " afterwards later both neither such another others here there"
)
OPENERS = frozenset(_OPENERS.split())
OPENING_PHRASES = re.compile(
    r"(?:as a result|in addition|for example|for instance|in contrast|on the other hand|of course|in fact|after that"
    r"|at the same time|in other words|because of this|in this (?:way|case)|at that|despite this"
    r"|the (?:latter|former|same|other)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SummaryPoint:
    """A point and the sentence before it on the page. `covered`: whether that sentence is a point too."""

    data: str
    document: str
    text: str
    before: str
    covered: bool

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.document}\0{self.text}".encode()).hexdigest()[:16]


def measure(quick: bool) -> Result:
    product = Product()
    rows: list[list[str]] = []
    figures: dict[str, Any] = {}
    all_points: list[SummaryPoint] = []
    judgements = json.loads(JUDGEMENTS.read_text(encoding="utf-8")) if JUDGEMENTS.is_file() else {}
    for name, load in DATASETS.items():
        texts = load(quick)
        chosen = [product.summarize(text.article).numbers for text in texts]
        set_points = points_of(name, texts, chosen)
        all_points += set_points
        rows.append(_row(TITLES[name], set_points, figures, judgements))
    rows.append(_row("all", all_points, figures, judgements))
    leads = [opening for name, load in DATASETS.items() for opening in _lead_points(name, load(quick))]
    rows.append(_row("Lead-3, same documents", leads, figures, {}))
    table = Table(
        [
            "data set",
            "points",
            "product's detector",
            "list of opening words",
            "human: opening",
            "human: opening or later",
            "points judged",
        ],
        rows,
    )
    return Result("context_dependence", [table], figures=figures)


def _lead_points(name: str, texts: Sequence[Text]) -> list[SummaryPoint]:
    return points_of(name, texts, [range(3)] * len(texts))


def points_of(name: str, texts: Sequence[Text], chosen: Sequence[Sequence[int]]) -> list[SummaryPoint]:
    found = []
    for text, numbers in zip(texts, chosen, strict=True):
        sentences = baselines.sentences(text)
        for number in numbers:
            if number < len(sentences):
                before = sentences[number - 1] if number else ""
                found.append(SummaryPoint(name, text.id, sentences[number], before, number - 1 in numbers))
    return found


def refers_back(text: str) -> bool:
    """Whether the text opens with a word or phrase of the plain list."""
    opening = text.lstrip(" \"'“‘«([—–-")
    first = re.match(r"[A-Za-z]+", opening)
    return bool(first and first[0].lower() in OPENERS) or bool(OPENING_PHRASES.match(opening))


def sample(points: Sequence[SummaryPoint]) -> list[SummaryPoint]:
    """Returns up to SAMPLE points of each data set: those with the smallest hashes.

    This is as good as a random draw, and a point that other weights choose again is in the sample again.
    """
    keyed = {name: {point.key: point for point in points if point.data == name} for name in DATASETS}
    return [found[key] for found in keyed.values() for key in sorted(found)[:SAMPLE]]


def _row(title: str, points: Sequence[SummaryPoint], figures: dict[str, Any], judgements: dict[str, str]) -> list[str]:
    def rate(judge: Callable[[str], bool]) -> Interval:
        return share(sum(not point.covered and judge(point.text) for point in points), len(points))

    strata = []
    for name in DATASETS:
        set_points = [point for point in points if point.data == name]
        verdicts = [
            "" if point.covered else judgements[point.key] for point in sample(set_points) if point.key in judgements
        ]
        if verdicts:
            strata.append((len(set_points), verdicts))
    judged = sum(len(verdicts) for _, verdicts in strata)

    def by_person(*kinds: str) -> Interval:
        return stratified([(weight, sum(v in kinds for v in found), len(found)) for weight, found in strata])

    found = {"detector": rate(depends_on_context), "list": rate(refers_back), "person": by_person("opens")}
    found["person, anywhere"] = by_person("opens", "inside")
    figures[title] = found | {"points": len(points), "read": judged}
    cells = [f"{value.mean:.1f} % [{value.low:.1f}, {value.high:.1f}]" for value in found.values()]
    return [title, str(len(points)), *cells[:2], *([*cells[2:], str(judged)] if judged else ["", "", ""])]


def _print_unjudged() -> None:
    product = Product()
    judgements = json.loads(JUDGEMENTS.read_text(encoding="utf-8")) if JUDGEMENTS.is_file() else {}
    points: list[SummaryPoint] = []
    for name, load in DATASETS.items():
        texts = load()
        points += points_of(name, texts, [product.summarize(text.article).numbers for text in texts])
    for point in sample(points):
        if point.key not in judgements:
            before = "(a point too) " if point.covered else ""
            print(f"{point.key}  [{before}{point.before[-200:]}]\n    {point.text}")


if __name__ == "__main__":
    _print_unjudged()
