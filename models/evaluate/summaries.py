"""ROUGE of the product's summaries compared with the lead, sumy and the oracle, on news and science."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.evaluate import baselines, scores
from models.evaluate.datasets import DATASETS, TITLES, Text
from models.evaluate.product import Product, Summarized, summarize_all
from models.evaluate.report import Result
from models.evaluate.statistics import Interval, bootstrap
from models.tables import Table

ONE_LINE = ("xsum", "scitldr")  # their human summaries have one or two sentences, like the gist
Floats = np.ndarray[Any, Any]


def measure(quick: bool) -> Result:
    product = Product()
    tables, figures = [], {}
    for name, load in DATASETS.items():
        texts = load(quick)
        made = summarize_all(product, [text.article for text in texts])
        table, numbers = compared(name, texts, made)
        tables.append(table)
        figures[name] = numbers
    return Result(
        "summaries",
        [gains(figures), *tables],
        figures=figures,
        plots={"summaries": "ROUGE-1 of each system on each data set, with 95 % intervals"},
    )


def compared(name: str, texts: Sequence[Text], made: Sequence[Summarized]) -> tuple[Table, dict[str, Any]]:
    """Compares the summaries `made` of a data set with all baselines. Returns the table and its numbers."""
    sizes = [len(summary.points) for summary in made]
    words = [sum(len(point.split()) for point in summary.points) for summary in made]
    systems_made: dict[str, Sequence[Sequence[str]]] = {
        "Nutshell": [summary.points for summary in made],
        "Lead-k": [baselines.lead(text, size) for text, size in zip(texts, sizes, strict=True)],
        "Lead-w": [baselines.lead_words(text, count) for text, count in zip(texts, words, strict=True)],
        "Lead-3": [baselines.lead(text, 3) for text in texts],
    }
    for kind in baselines.SUMY:
        summarize = baselines.sumy(kind)
        systems_made[f"sumy {kind}"] = [summarize(text, size) for text, size in zip(texts, sizes, strict=True)]
    systems_made["oracle"] = [baselines.oracle(text, size) for text, size in zip(texts, sizes, strict=True)]
    if name in ONE_LINE:
        systems_made["Nutshell's gist"] = [[summary.gist] for summary in made]
        systems_made["Lead-1"] = [baselines.lead(text, 1) for text in texts]
    scored = {system: scores.table(summaries, texts) for system, summaries in systems_made.items()}
    rows = []
    for system, summaries in systems_made.items():
        rows.append(
            [
                system,
                *(str(bootstrap(scored[system][:, column])) for column in range(len(scores.METRICS))),
                f"{np.mean([len(summary) for summary in summaries]):.1f}",
                f"{np.mean([sum(len(point.split()) for point in summary) for summary in summaries]):.0f}",
            ]
        )
    columns = ["system", *scores.METRICS.values(), "sentences", "words"]
    numbers = {
        "documents": len(texts),
        "systems": {system: _intervals(values) for system, values in scored.items()},
        "minus Lead-k": _intervals(scored["Nutshell"] - scored["Lead-k"]),
        "minus Lead-w": _intervals(scored["Nutshell"] - scored["Lead-w"]),
        "minus Lead-3": _intervals(scored["Nutshell"] - scored["Lead-3"]),
    }
    if name in ONE_LINE:
        numbers["gist minus Lead-1"] = _intervals(scored["Nutshell's gist"] - scored["Lead-1"])
    return Table(columns, rows, title=f"{TITLES[name]}: {len(texts)} documents"), numbers


def gains(figures: dict[str, Any]) -> Table:
    """Returns the table of paired differences to the lead, from the numbers of `compared` for each data set."""
    rows = []
    for name, numbers in figures.items():
        for against, values in numbers.items():
            if " minus " in f" {against}":
                rows.append([f"{TITLES[name]}: {against}", *(str(Interval(*value)) for value in values.values())])
    return Table(
        ["Nutshell minus baseline, same documents", *scores.METRICS.values()],
        rows,
        title="Paired differences",
    )


def _intervals(values: Floats) -> dict[str, Interval]:
    return {metric: bootstrap(values[:, column]) for column, metric in enumerate(scores.METRICS)}
