"""Summary quality on news with human highlights, by ROUGE: a part of `python -m models eval` (see models/README.md)."""

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
    points = context_dependence.openings("cnn", texts, [summary.numbers for summary in made])
    dangling = sum(depends_on_context(point.text) and not point.covered for point in points)
    alone = report.Table(
        ["points", "of", "lean on something unsaid"],
        [["Nutshell", str(len(points)), f"{100 * dangling / max(1, len(points)):.1f} %"]],
        note="Points that begin with a pronoun or connective, without the sentence before them.",
    )
    speed = times(texts[: _QUICK_TIMED if quick else _TIMED])
    return report.Result(
        "summary",
        "Summaries of news",
        [report.Table(**asdict(part)) for part in (table, summaries.gains({"cnn": figures}))]
        + [alone, _speed_table(speed)],
        about="Default settings, plain text without title or paragraphs, the desktop host's own path; F1 x 100 "
        "with the bootstrap's 95 % interval, rouge-score, stemmed. Lead-k, sumy and the oracle have as many "
        "sentences as Nutshell chose, Lead-w as many words. [models/README.md](../models/README.md) has other sets, "
        "genres and ablations.",
        figures=figures | {"dangling": [dangling, len(points)], "milliseconds": speed},
    )


def times(texts: Sequence[Text]) -> dict[str, list[float]]:
    """Milliseconds an article, natively, one thread; the systems take turns, nothing is remembered."""
    product = Product(BuiltModels(threads=1))
    makers: dict[str, Callable[[Text], object]] = {"Nutshell": lambda text: product.summarize(text.article)}
    for kind in baselines.SUMY:
        makers[f"sumy {kind}"] = partial(baselines.sumy(kind), size=3)
    taken: dict[str, list[float]] = {name: [] for name in makers}
    for make in makers.values():
        make(texts[0])  # models and word lists are read
    for text in texts:
        baselines.sentences(text)  # what sumy is given
        for name, make in makers.items():
            begun = time.perf_counter()
            make(text)
            taken[name].append(1000 * (time.perf_counter() - begun))
    return taken


def _speed_table(speed: dict[str, list[float]]) -> report.Table:
    ours = speed["Nutshell"]
    rows = []
    for name, taken in speed.items():
        ratio = median(own / theirs for own, theirs in zip(ours, taken, strict=True))
        rows.append([name, f"{median(taken):.0f}", f"{quantiles(taken, n=20)[-1]:.0f}", f"{ratio:.2f}"])
    return report.Table(
        ["natively, milliseconds an article", "median", "95 %", "Nutshell to it"],
        rows,
        note=f"{len(ours)} articles, one thread, in turn: ours from the article to its HTML with two neural networks, "
        "sumy's from sentences that were cut for it to the three that it chooses.",
    )


if __name__ == "__main__":
    report.main(measure)
