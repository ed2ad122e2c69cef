"""ROUGE of news summaries with human highlights: a part of `python -m models eval` (see models/README.md)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from statistics import median, quantiles

from models.data import FOLDER
from models.evaluate import baselines, context_dependence, summaries
from models.evaluate.datasets import Text, cnn
from models.evaluate.product import Product, summarize_all
from models.host import BuiltModels
from nutshell.text.context import depends_on_context

from . import report

_TIMED, _QUICK_TIMED = 100, 10  # articles


def measure(quick: bool) -> report.Result:
    if not (FOLDER / "summaries" / "dev-cnn-test500.jsonl").is_file():
        raise report.BenchError("dev-cnn-test500.jsonl is not in ../shared/data/summaries beside the repository")
    texts = cnn(quick)
    made = summarize_all(Product(), [text.article for text in texts])
    table, figures = summaries.compared("cnn", texts, made)
    points = context_dependence.points_of("cnn", texts, [summary.numbers for summary in made])
    dangling = sum(depends_on_context(point.text) and not point.covered for point in points)
    alone = report.Table(
        ["points of", "number", "opening depends on missing context"],
        [["Nutshell", str(len(points)), f"{100 * dangling / max(1, len(points)):.1f} %"]],
        note="Points that begin with a pronoun or connective, without the sentence before them.",
    )
    speed = times(texts[: _QUICK_TIMED if quick else _TIMED])
    return report.Result(
        "summary",
        "Summaries of news",
        [report.Table(**asdict(part)) for part in (table, summaries.gains({"cnn": figures}))]
        + [alone, _speed_table(speed)],
        about="Default settings on the desktop host, plain text without title or paragraphs; F1 x 100 with a "
        "95 % bootstrap interval, rouge-score, stemmed. Lead-k, sumy and the oracle have as many sentences as "
        "Nutshell chose, Lead-w as many words. [models/README.md](../models/README.md) has other sets, "
        "genres and ablations.",
        figures=figures | {"dangling": [dangling, len(points)], "milliseconds": speed},
    )


def times(texts: Sequence[Text]) -> dict[str, list[float]]:
    """Returns the milliseconds per article, natively on one thread; the systems take turns without caches."""
    product = Product(BuiltModels(threads=1))
    summarizers: dict[str, Callable[[Text], object]] = {"Nutshell": lambda text: product.summarize(text.article)}
    for kind in baselines.SUMY:
        summarizers[f"sumy {kind}"] = partial(baselines.sumy(kind), size=3)
    elapsed: dict[str, list[float]] = {name: [] for name in summarizers}
    for summarize in summarizers.values():
        summarize(texts[0])  # load models and word lists
    for text in texts:
        baselines.sentences(text)  # sumy's input
        for name, summarize in summarizers.items():
            started = time.perf_counter()
            summarize(text)
            elapsed[name].append(1000 * (time.perf_counter() - started))
    return elapsed


def _speed_table(speed: dict[str, list[float]]) -> report.Table:
    ours = speed["Nutshell"]
    rows = []
    for name, elapsed in speed.items():
        ratio = median(own / theirs for own, theirs in zip(ours, elapsed, strict=True))
        rows.append([name, f"{median(elapsed):.0f}", f"{quantiles(elapsed, n=20)[-1]:.0f}", f"{ratio:.2f}"])
    return report.Table(
        ["milliseconds per article, native", "median", "95th percentile", "Nutshell / this"],
        rows,
        note=f"{len(ours)} articles, one thread, in turn. Nutshell: from the article to HTML, with two neural "
        "networks. sumy: from given sentences to the three that it chooses.",
    )


if __name__ == "__main__":
    report.main(measure)
