"""The gist compared with the line that a person wrote about each page, by kind of page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from models.evaluate.datasets import QUICK
from models.evaluate.product import Product
from models.evaluate.report import Result
from models.evaluate.statistics import Interval, bootstrap
from models.gist.data import Page, pages
from models.host import run_sync, to_array, wordpiece
from models.tables import Table
from nutshell.summary.summarizer import NoSentences, ScoredArticle, build_summary
from nutshell.text.encoder import embed

METRICS = ("ROUGE-1", "ROUGE-2", "ROUGE-L", "cosine")
SYSTEMS = ("Nutshell's gist", "most salient point", "Lead-1", "title", "best sentence")
_PER_KIND = 80
_KEYS = ("rouge1", "rouge2", "rougeL")
_SCORER = RougeScorer(list(_KEYS), use_stemmer=True)
Floats = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Lines:
    """One line about a page from each of SYSTEMS."""

    page: Page
    lines: tuple[str, ...]


def measure(quick: bool) -> Result:
    product = Product()
    found = [lines for page in sampled(quick) if (lines := lines_of(page, product)) is not None]
    values = scores(found, product)
    kinds = np.array([lines.page.kind for lines in found])
    groups = [("all", np.ones(len(found), bool)), *((kind, kinds == kind) for kind in sorted(set(kinds)))]
    figures = {
        name: {
            "pages": int(mine.sum()),
            **{
                system: {metric: bootstrap(values[mine, place, column]) for column, metric in enumerate(METRICS)}
                for place, system in enumerate(SYSTEMS)
            },
        }
        for name, mine in groups
    }
    differences = {
        system: {
            metric: bootstrap(values[:, 0, column] - values[:, place, column]) for column, metric in enumerate(METRICS)
        }
        for place, system in enumerate(SYSTEMS)
        if place
    }
    return Result(
        "pages",
        [_differences(differences), *(_table(name, numbers) for name, numbers in figures.items())],
        about=(
            "The line that a person wrote about each page of dev-pages-en (descriptions, standfirsts, summaries; at "
            "most 80 pages of a kind), compared with one line from each system. The line is not given to the product: "
            "these pages have no other description. No page of the same repository was trained on. Cosine: of the "
            "encoder's vectors, x 100. Most salient point: the gist before the model. Best sentence: by ROUGE, chosen "
            "with the line known."
        ),
        figures={"kinds": figures, "differences": differences},
    )


def sampled(quick: bool) -> list[Page]:
    """Returns at most _PER_KIND pages of each kind, in the order of their ids' hashes."""
    by_kind: dict[str, list[Page]] = {}
    for page in sorted(pages("dev", "en"), key=lambda page: hashlib.sha256(page.id.encode()).hexdigest()):
        by_kind.setdefault(page.kind, []).append(page)
    limit = max(1, QUICK // len(by_kind)) if quick else _PER_KIND
    return [page for group in by_kind.values() for page in group[:limit]]


def lines_of(page: Page, product: Product) -> Lines | None:
    """Returns each system's line; None for a page without a sentence."""
    try:
        scored = product.score(page.article)
    except NoSentences:
        return None
    texts = [sentence.text for sentence in scored.sentences]
    gist = product.summarize(page.article).gist
    return Lines(
        page,
        (gist, salient(page, scored), texts[0], page.article.title or texts[0], _closest(texts, page.line)),
    )


def salient(page: Page, scored: ScoredArticle) -> str:
    """Returns the gist as it was before the model: the most salient of the points."""
    without = ScoredArticle(scored.sentences, scored.considered, scored.salience, scored.method, scored.lang)
    return build_summary(page.article, without, None).gist.text


def scores(found: Sequence[Lines], product: Product) -> Floats:
    """Returns float [pages, systems, metrics] x 100."""
    values = np.zeros((len(found), len(SYSTEMS), len(METRICS)))
    for number, lines in enumerate(found):
        texts = [lines.page.line, *lines.lines]
        vectors = to_array(run_sync(embed(product.models, wordpiece(), texts)))
        for place, line in enumerate(lines.lines):
            made = _SCORER.score(lines.page.line, line)
            values[number, place, :3] = [made[key].fmeasure for key in _KEYS]
        values[number, :, 3] = vectors[1:] @ vectors[0]
    return 100 * values


def _closest(texts: Sequence[str], line: str) -> str:
    return max(texts, key=lambda text: sum(score.fmeasure for score in _SCORER.score(line, text).values()))


def _differences(differences: dict[str, dict[str, Interval]]) -> Table:
    rows = [[system, *(str(value) for value in numbers.values())] for system, numbers in differences.items()]
    return Table(["Nutshell's gist minus", *METRICS], rows, title="Paired differences, all pages")


def _table(name: str, numbers: dict[str, Any]) -> Table:
    rows = [[system, *(str(value) for value in numbers[system].values())] for system in SYSTEMS]
    return Table(["system", *METRICS], rows, title=f"{name}: {numbers['pages']} pages")
