"""Points that begin with a reference to something which the summary does not say.

Three judges, since the product's own detector helped to choose the points: that detector (`text/context.py`); a plain
list of opening words, written without it and without its exceptions; and a person, on a sample.
`python -m models.evaluate.standing` prints the points of that sample that nobody has read yet, with what stands before.
What was read is in read.json, by the hash of document and point: "opens" where the point begins with a reference to
something that the summary does not say, "inside" where one further on leaves it unclear, "" where it stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.evaluate import systems
from models.evaluate.page import Result
from models.evaluate.product import Product
from models.evaluate.sets import SETS, TITLES, Text
from models.evaluate.statistics import Interval, share, stratified
from models.tables import Table
from nutshell.text.context import depends_on_context

READ = Path(__file__).with_name("read.json")
SAMPLE = 60  # points of each set that a person reads
GUARD = 3  # per cent

# Words that point back when a sentence opens with them: more than enough, as "It is raining" and "This week" count too.
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
class Opening:
    """A point and the sentence before it in the page; `covered` when that one is a point as well."""

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
    everything: list[Opening] = []
    read = json.loads(READ.read_text(encoding="utf-8")) if READ.is_file() else {}
    for name, load in SETS.items():
        texts = load(quick)
        chosen = [product.summarize(text.article).numbers for text in texts]
        ours = openings(name, texts, chosen)
        everything += ours
        rows.append(_row(TITLES[name], ours, figures, read))
    rows.append(_row("all", everything, figures, read))
    leads = [opening for name, load in SETS.items() for opening in _lead(name, load(quick))]
    rows.append(_row("Lead-3 of the same documents", leads, figures, {}))
    table = Table(
        [
            "summaries of",
            "points",
            "the product's detector",
            "plain list of openers",
            "read by a person",
            "the same, or unclear further on",
            "points read",
        ],
        rows,
    )
    return Result("standing", [table], figures=figures)


def _lead(name: str, texts: Sequence[Text]) -> list[Opening]:
    return openings(name, texts, [range(3)] * len(texts))


def openings(name: str, texts: Sequence[Text], chosen: Sequence[Sequence[int]]) -> list[Opening]:
    made = []
    for text, numbers in zip(texts, chosen, strict=True):
        sentences = systems.sentences(text)
        for number in numbers:
            if number < len(sentences):
                before = sentences[number - 1] if number else ""
                made.append(Opening(name, text.id, sentences[number], before, number - 1 in numbers))
    return made


def points_back(text: str) -> bool:
    """By the plain list alone."""
    opening = text.lstrip(" \"'“‘«([—–-")
    first = re.match(r"[A-Za-z]+", opening)
    return bool(first and first[0].lower() in OPENERS) or bool(OPENING_PHRASES.match(opening))


def sample(points: Sequence[Opening]) -> list[Opening]:
    """Up to SAMPLE points of each set: those whose hash is smallest.

    As good as drawn by lot, and a point that is chosen again by other weights is in the sample again.
    """
    keyed = {name: {point.key: point for point in points if point.data == name} for name in SETS}
    return [found[key] for found in keyed.values() for key in sorted(found)[:SAMPLE]]


def _row(title: str, points: Sequence[Opening], figures: dict[str, Any], read: dict[str, str]) -> list[str]:
    def counted(judge: Callable[[str], bool]) -> Interval:
        return share(sum(not point.covered and judge(point.text) for point in points), len(points))

    strata = []
    for name in SETS:
        ours = [point for point in points if point.data == name]
        verdicts = ["" if point.covered else read[point.key] for point in sample(ours) if point.key in read]
        if verdicts:
            strata.append((len(ours), verdicts))
    judged = sum(len(verdicts) for _, verdicts in strata)

    def by_person(*kinds: str) -> Interval:
        return stratified([(weight, sum(v in kinds for v in found), len(found)) for weight, found in strata])

    found = {"detector": counted(depends_on_context), "list": counted(points_back), "person": by_person("opens")}
    found["person, anywhere"] = by_person("opens", "inside")
    figures[title] = found | {"points": len(points), "read": judged}
    cells = [f"{value.mean:.1f} % [{value.low:.1f}, {value.high:.1f}]" for value in found.values()]
    return [title, str(len(points)), *cells[:2], *([*cells[2:], str(judged)] if judged else ["", "", ""])]


def _unread() -> None:
    product = Product()
    read = json.loads(READ.read_text(encoding="utf-8")) if READ.is_file() else {}
    points: list[Opening] = []
    for name, load in SETS.items():
        texts = load()
        points += openings(name, texts, [product.summarize(text.article).numbers for text in texts])
    for point in sample(points):
        if point.key not in read:
            before = "(a point too) " if point.covered else ""
            print(f"{point.key}  [{before}{point.before[-200:]}]\n    {point.text}")


if __name__ == "__main__":
    _unread()
