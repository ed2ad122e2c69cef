"""Key points of pages of many kinds, compared with the line that a person wrote about each, and with CNN's highlights.

On pages, a person's line is shorter than the points, so what counts is how much of it they cover: its words (ROUGE-1
and
ROUGE-2 recall), and its meaning (the cosine of the line to the nearest point). Lead-w has as many words as the points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

from models.evaluate import baselines, scores
from models.evaluate.datasets import QUICK, Text, cnn
from models.evaluate.product import Product, Summarized, summarize_all
from models.evaluate.report import Result
from models.evaluate.statistics import bootstrap
from models.host import run_sync, to_array, wordpiece
from models.salience import pages
from models.tables import Table
from nutshell.text.encoder import embed

PAGES = 400
METRICS = ("ROUGE-1 recall", "ROUGE-2 recall", "cosine")
_SCORER = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
Floats = np.ndarray[Any, Any]


def measure(quick: bool) -> Result:
    product = Product()
    texts = sampled(QUICK if quick else PAGES)
    made = summarize_all(product, [text.article for text in texts])
    kept = [(text, summary) for text, summary in zip(texts, made, strict=True) if summary.points]
    table, figures = by_kind(product, [text for text, _ in kept], [summary for _, summary in kept])
    three, more = three_points(product, quick)
    return Result("points", [table, three], figures={"pages": figures, "cnn": more})


def sampled(count: int) -> list[Text]:
    """Returns `count` English development pages. No weights and no rule were tuned on them."""
    rows = [row for row in pages.read("dev-pages-en") if row["summary"] and row["unsupported"] == 0]
    rows.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    return [Text(row["id"], row["kind"], pages.article(row), (row["summary"],)) for row in rows[:count]]


def by_kind(product: Product, texts: Sequence[Text], made: Sequence[Summarized]) -> tuple[Table, dict[str, Any]]:
    systems: dict[str, Sequence[Sequence[str]]] = {
        "Nutshell": [summary.points for summary in made],
        "Lead-k": [baselines.lead(text, len(summary.points)) for text, summary in zip(texts, made, strict=True)],
        "Lead-w": [
            baselines.lead_words(text, sum(len(point.split()) for point in summary.points))
            for text, summary in zip(texts, made, strict=True)
        ],
    }
    covered = {name: _covered(product, lines, texts) for name, lines in systems.items()}
    kinds = np.array([text.genre for text in texts])
    rows, figures = [], {}
    for kind in ("all", *sorted(set(kinds))):
        mine = np.ones(len(texts), bool) if kind == "all" else kinds == kind
        for name, values in covered.items():
            rows.append(
                [f"{kind} ({int(mine.sum())})" if name == "Nutshell" else "", name]
                + [str(bootstrap(values[mine, column])) for column in range(len(METRICS))]
            )
        figures[kind] = {
            f"minus {name}": {
                metric: bootstrap((covered["Nutshell"] - covered[name])[mine, column])
                for column, metric in enumerate(METRICS)
            }
            for name in ("Lead-k", "Lead-w")
        }
    for name in ("Lead-k", "Lead-w"):
        difference = figures["all"][f"minus {name}"]
        rows.append(["", f"minus {name}", *(str(value) for value in difference.values())])
    sizes = [len(summary.points) for summary in made]
    note = f"{np.mean(sizes):.1f} points a page; the gist counts as one."
    return Table(
        ["kind", "system", *METRICS], rows, title="Pages, dev-pages-en: the human line covered", note=note
    ), figures


def three_points(product: Product, quick: bool) -> tuple[Table, dict[str, Any]]:
    texts = cnn(quick)
    made = [product.summarize(text.article, 3).points for text in texts]
    ours = scores.table(made, texts)
    lead = scores.table([baselines.lead(text, 3) for text in texts], texts)
    rows = [
        [name, *(str(bootstrap(values[:, column])) for column in range(len(scores.METRICS)))]
        for name, values in (("Nutshell, three points", ours), ("Lead-3", lead), ("difference", ours - lead))
    ]
    figures = {metric: bootstrap((ours - lead)[:, column]) for column, metric in enumerate(scores.METRICS)}
    return Table(["CNN, dev-cnn-test500", *scores.METRICS.values()], rows, title="Three points"), figures


def _covered(product: Product, systems: Sequence[Sequence[str]], texts: Sequence[Text]) -> Floats:
    rows = []
    for lines, text in zip(systems, texts, strict=True):
        line = text.references[0]
        recall = _SCORER.score(line, "\n".join(lines))
        vectors = to_array(run_sync(embed(product.models, wordpiece(), [*lines, line])))
        cosine = float((vectors[:-1] @ vectors[-1]).max())
        rows.append([100 * recall["rouge1"].recall, 100 * recall["rouge2"].recall, 100 * cosine])
    return np.array(rows)
