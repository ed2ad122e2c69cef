"""The grounding check against people, on each set's test part, and against a script that makes sentences false."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.page import Result
from models.evaluate.statistics import share
from models.grounding.data import SETS, Judged, judged
from models.grounding.seen import Pair, Vectors, beside, compared, pairs, vectors_of
from models.host import ShopModels, wait, wordpiece
from models.tables import Table
from nutshell.grounding.check import SUPPORTED, Verdict, check, judge
from nutshell.grounding.features import NAMES
from nutshell.grounding.source import ComparedClaim

PAIRS, SEED = 150, 2
FEW = 150
TIMED = 40

Floats = NDArray[np.float64]


def measure(quick: bool) -> Result:
    rows = [row for row in judged() if row.part == "test"]
    rows = rows[:: max(1, len(rows) // FEW)] if quick else rows
    made = pairs(rows, FEW // 15 if quick else PAIRS, SEED, ["test"])
    models = ShopModels(1)
    texts = {text for row in rows for text in (*row.document, *row.claims)}
    vectors = vectors_of(texts | {text for pair in made for text in (pair.true, pair.false)}, models)
    seen = compared(rows, vectors, models)
    verdicts = [wait(judge(models, claims)) for claims in seen]
    by_people, people = _by_people(rows, seen, verdicts)
    by_script, script = _by_script(made, vectors, models)
    seconds = _speed(rows, models)
    speed = Table(
        ("milliseconds a sentence, one thread", "", ""),
        [
            ["a source read before", f"{1000 * seconds[0]:.0f}", ""],
            ["with reading the source", f"{1000 * seconds[1]:.0f}", ""],
        ],
    )
    return Result("grounding", [by_people, by_script, speed], figures={"people": people, "script": script})


def _by_people(
    rows: Sequence[Judged], seen: Sequence[Sequence[ComparedClaim]], verdicts: Sequence[Sequence[Verdict]]
) -> tuple[Table, dict[str, Any]]:
    """A summary is held consistent when the check supports each of its sentences."""
    ways: dict[str, Callable[[int], float]] = {
        "check": lambda number: min(one.score for one in verdicts[number]),
        "ROUGE-2 precision": lambda number: _mean(seen[number], "pairs"),
        "MiniLM": lambda number: _mean(seen[number], "cosine_first"),
    }
    table, figures = [], {}
    for name in SETS:
        chosen = [number for number, row in enumerate(rows) if row.set == name]
        labels = np.array([rows[number].label for number in chosen])
        if len(chosen) == 0 or labels.min() == labels.max():
            continue
        scores = {way: np.array([score(number) for number in chosen]) for way, score in ways.items()}
        said = scores["check"] >= SUPPORTED
        held = int(said.sum())
        found = {
            "summaries": len(chosen),
            "consistent": float(labels.mean()),
            "balanced accuracy": balanced(labels, said),
            "precision": float(labels[said].mean()) if held else 0.0,
            "recall": float(said[labels == 1].mean()),
            **{f"AUC, {way}": auc(labels, values) for way, values in scores.items()},
            **{
                f"best balanced accuracy, {way}": best(labels, values)
                for way, values in scores.items()
                if way != "check"
            },
        }
        figures[name] = found
        table.append(
            [
                f"{name} ({found['summaries']}, {100 * found['consistent']:.0f} % consistent)",
                *(f"{100 * found[column]:.1f}" for column in ("balanced accuracy", "precision", "recall")),
                *(f"{100 * found[f'best balanced accuracy, {way}']:.1f}" for way in ("ROUGE-2 precision", "MiniLM")),
                *(f"{found[f'AUC, {way}']:.3f}" for way in ways),
            ]
        )
    columns = (
        *("set", "balanced accuracy", "precision", "recall", "ROUGE-2 precision", "MiniLM"),
        *("AUC", "AUC, ROUGE-2", "AUC, MiniLM"),
    )
    note = (
        'Precision and recall of "supported" for consistent summaries, at the shipped operating point. The baselines\' '
        "balanced accuracy is at the threshold that is best on the very summaries it is measured on."
    )
    return Table(columns, table, title="Against people", note=note), figures


def _by_script(made: Sequence[Pair], vectors: Vectors, models: ShopModels) -> tuple[Table, dict[str, Any]]:
    table, figures = [], {}
    both = [wait(judge(models, beside(pair.document, [pair.true, pair.false], vectors, models))) for pair in made]
    for kind in ("number", "name", "negation"):
        for own in (True, False):
            chosen = [
                verdicts
                for pair, verdicts in zip(made, both, strict=True)
                if pair.kind == kind and (pair.true in pair.document) == own
            ]
            count = max(1, len(chosen))
            shares = {
                "caught": sum(false.verdict != "supported" for _, false in chosen),
                "unsupported": sum(false.verdict == "unsupported" for _, false in chosen),
                "true supported": sum(true.verdict == "supported" for true, _ in chosen),
            }
            where = "the source's own sentences" if own else "summaries held consistent"
            figures[f"{kind}, {where}"] = {"pairs": len(chosen), **{k: v / count for k, v in shares.items()}}
            cells = [str(share(value, len(chosen))) for value in shares.values()]
            table.append([f"{kind}, in {where} ({len(chosen)})", *cells])
    note = (
        "Per cent, with 95 % intervals. Half of the other numbers and all of the other names are the source's own. "
        "Caught: not called supported. In summaries, what a script swaps is not always wrong, nor the original right."
    )
    columns = ("made false by a script", "caught", "called unsupported", "the true one supported")
    return Table(columns, table, title="Against a script", note=note), figures


def _speed(rows: Sequence[Judged], models: ShopModels) -> tuple[float, float]:
    """Seconds a sentence: with what `index_source` made at hand, and with that included."""
    from nutshell.grounding.source import index_source  # noqa: PLC0415

    chosen = rows[:: max(1, len(rows) // TIMED)]
    reading = checking = 0.0
    for row in chosen:
        start = time.perf_counter()
        source = wait(index_source(models, wordpiece(), row.document))
        between = time.perf_counter()
        wait(check(models, wordpiece(), source, row.claims))
        reading += between - start
        checking += time.perf_counter() - between
    count = sum(len(row.claims) for row in chosen)
    return checking / count, (reading + checking) / count


def balanced(labels: NDArray[Any], said: NDArray[Any]) -> float:
    return float((said[labels == 1].mean() + (~said[labels == 0]).mean()) / 2)


def best(labels: NDArray[Any], scores: Floats) -> float:
    return max(balanced(labels, scores >= least) for least in np.unique(scores))


def auc(labels: NDArray[Any], scores: Floats) -> float:
    one, other = scores[labels == 1][:, None], scores[labels == 0][None]
    return float((one > other).mean() + 0.5 * (one == other).mean())


def _mean(claims: Sequence[ComparedClaim], feature: str) -> float:
    return float(np.mean([claim.features[NAMES.index(feature)] for claim in claims]))
