"""ROUGE of the product's summaries against the lead, sumy and the oracle, on news and science."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.evaluate import scores, systems
from models.evaluate.page import Result
from models.evaluate.product import Made, Product, made_by
from models.evaluate.sets import SETS, TITLES, Text
from models.evaluate.statistics import Interval, bootstrap
from models.tables import Table

ONE_LINE = ("xsum", "scitldr")  # their human summaries are a sentence or two, as the gist is
Floats = np.ndarray[Any, Any]


def measure(quick: bool) -> Result:
    product = Product()
    tables, figures = [], {}
    for name, load in SETS.items():
        texts = load(quick)
        made = made_by(product, [text.article for text in texts])
        table, numbers = compared(name, texts, made)
        tables.append(table)
        figures[name] = numbers
    return Result(
        "summaries",
        [gains(figures), *tables],
        figures=figures,
        plots={"summaries": "ROUGE-1 of each system on each set, with intervals"},
    )


def compared(name: str, texts: Sequence[Text], made: Sequence[Made]) -> tuple[Table, dict[str, Any]]:
    """The summaries `made` of the texts of a set beside all others: the table, and the numbers in it."""
    sizes = [len(summary.points) for summary in made]
    words = [sum(len(point.split()) for point in summary.points) for summary in made]
    systems_made: dict[str, Sequence[Sequence[str]]] = {
        "Nutshell": [summary.points for summary in made],
        "Lead-k": [systems.lead(text, size) for text, size in zip(texts, sizes, strict=True)],
        "Lead-w": [systems.lead_words(text, count) for text, count in zip(texts, words, strict=True)],
        "Lead-3": [systems.lead(text, 3) for text in texts],
    }
    for kind in systems.SUMY:
        summarize = systems.sumy(kind)
        systems_made[f"sumy {kind}"] = [summarize(text, size) for text, size in zip(texts, sizes, strict=True)]
    systems_made["oracle"] = [systems.oracle(text, size) for text, size in zip(texts, sizes, strict=True)]
    if name in ONE_LINE:
        systems_made["Nutshell's gist"] = [[summary.gist] for summary in made]
        systems_made["Lead-1"] = [systems.lead(text, 1) for text in texts]
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
        "less Lead-k": _intervals(scored["Nutshell"] - scored["Lead-k"]),
        "less Lead-w": _intervals(scored["Nutshell"] - scored["Lead-w"]),
        "less Lead-3": _intervals(scored["Nutshell"] - scored["Lead-3"]),
    }
    if name in ONE_LINE:
        numbers["gist less Lead-1"] = _intervals(scored["Nutshell's gist"] - scored["Lead-1"])
    return Table(columns, rows, title=f"{TITLES[name]}: {len(texts)} documents"), numbers


def gains(figures: dict[str, Any]) -> Table:
    """Paired differences to the lead, of the numbers that `compared` gives for each set."""
    rows = []
    for name, numbers in figures.items():
        for against, values in numbers.items():
            if " less " in f" {against}":
                who = "gist less Lead-1" if against.startswith("gist") else against
                rows.append([f"{TITLES[name]}: {who}", *(str(Interval(*value)) for value in values.values())])
    return Table(
        ["Nutshell, the same documents in both", *scores.METRICS.values()],
        rows,
        title="Differences",
    )


def _intervals(values: Floats) -> dict[str, Interval]:
    return {metric: bootstrap(values[:, column]) for column, metric in enumerate(scores.METRICS)}
