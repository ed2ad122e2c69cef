"""How much the salience scores depend on position: the product with and without the position features."""

from __future__ import annotations

from models.evaluate import baselines, scores
from models.evaluate.datasets import DATASETS, TITLES
from models.evaluate.product import PositionBlanked, Product, summarize_all
from models.evaluate.report import Result
from models.evaluate.statistics import bootstrap
from models.tables import Table


def measure(quick: bool) -> Result:
    kept = Product()
    blanked = Product(PositionBlanked(kept.models))
    rows, figures = [], {}
    for name, load in DATASETS.items():
        texts = load(quick)
        articles = [text.article for text in texts]
        made = {"kept": summarize_all(kept, articles), "blanked": summarize_all(blanked, articles)}
        scored = {kind: scores.table([m.points for m in summaries], texts) for kind, summaries in made.items()}
        sizes = [len(summary.points) for summary in made["kept"]]
        scored["Lead-k"] = scores.table([baselines.lead(t, k) for t, k in zip(texts, sizes, strict=True)], texts)
        same = [a.numbers == b.numbers for a, b in zip(made["kept"], made["blanked"], strict=True)]
        cost = bootstrap((scored["kept"] - scored["blanked"])[:, 0])
        figures[name] = {
            kind: {metric: bootstrap(values[:, column]) for column, metric in enumerate(scores.METRICS)}
            for kind, values in scored.items()
        } | {"cost": cost, "same points": sum(same) / len(same)}
        means = (f"{scored[kind][:, 0].mean():.2f} / {scored[kind][:, 1].mean():.2f}" for kind in scored)
        rows.append([TITLES[name], *means, str(cost), f"{100 * sum(same) / len(same):.0f} %"])
    table = Table(
        [
            "ROUGE-1 / ROUGE-2",
            "position kept (shipped)",
            "position blanked",
            "Lead-k",
            "kept minus blanked, R-1",
            "same points",
        ],
        rows,
    )
    return Result("position", [table], figures=figures)
