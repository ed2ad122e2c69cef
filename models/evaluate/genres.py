"""Results by genre on GUM's development part: does the product beat the lead on pages that are not news?"""

from __future__ import annotations

import numpy as np

from models.evaluate import baselines, scores
from models.evaluate.datasets import Text, gum
from models.evaluate.product import Product, summarize_all
from models.evaluate.report import Result
from models.evaluate.statistics import Interval, bootstrap
from models.tables import Table


def measure(quick: bool) -> Result:
    texts = gum(quick)
    made = summarize_all(Product(), [text.article for text in texts])
    return result("genres", texts, [summary.points for summary in made], "shipped weights")


def result(name: str, texts: list[Text], made: list[tuple[str, ...]], whose: str) -> Result:
    """Returns the table by genre and the combined result, for the summaries `made` of `texts`."""
    ours = scores.table(made, texts)
    leads = scores.table([baselines.lead(text, len(points)) for text, points in zip(texts, made, strict=True)], texts)
    words = [sum(len(point.split()) for point in points) for points in made]
    cuts = scores.table([baselines.lead_words(text, count) for text, count in zip(texts, words, strict=True)], texts)
    genres = np.array([text.genre for text in texts])
    order = sorted(set(genres))
    rows = []
    above = {"k": 0, "w": 0}
    differences: dict[str, list[float]] = {}
    for genre in order:
        mine = genres == genre
        one, lead, cut = (values[mine].mean(0) for values in (ours, leads, cuts))
        above["k"] += bool(one[0] > lead[0])
        above["w"] += bool(one[0] > cut[0])
        differences[genre] = [float(one[0] - lead[0]), float(one[1] - lead[1]), int(mine.sum())]
        rows.append(
            [
                genre,
                str(mine.sum()),
                *(f"{v[0]:.1f} / {v[1]:.1f}" for v in (one, lead, cut)),
                f"{one[0] - lead[0]:+.1f}",
            ]
        )
    together = {
        f"{kind} {metric}": {
            "documents": bootstrap((ours - other)[:, column]),
            "genres": bootstrap((ours - other)[:, column], list(genres)),
        }
        for kind, other in (("minus Lead-k", leads), ("minus Lead-w", cuts))
        for column, metric in enumerate(scores.METRICS.values())
    }
    summary = Table(
        ["all genres", "resampling documents", "resampling genres"],
        [[key, str(value["documents"]), str(value["genres"])] for key, value in together.items()],
        note=f"ROUGE-1 is above Lead-k in {above['k']} of {len(order)} genres and above Lead-w in {above['w']}.",
    )
    table = Table(
        ["genre", "documents", "Nutshell R-1 / R-2", "Lead-k", "Lead-w", "R-1 minus Lead-k"],
        rows,
        title=f"By genre, {whose}",
    )
    figures = {"above": above, "genres": differences, "together": together}
    return Result(name, [summary, table], figures=figures, plots={name: f"ROUGE-1 minus Lead-k by genre, {whose}"})


def interval(values: list[float]) -> Interval:
    return Interval(values[0], values[1], values[2])
