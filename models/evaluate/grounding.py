"""The grounding check compared with human labels on each set's test part, and with scripted corruptions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.report import Result
from models.evaluate.statistics import share
from models.grounding.data import SETS, LabelledSummary, labelled_summaries
from models.grounding.examples import (
    CorruptedPair,
    Vectors,
    compare_summaries,
    compare_with_document,
    corrupted_pairs,
    vectors_of,
)
from models.host import BuiltModels, run_sync, wordpiece
from models.tables import Table
from nutshell.grounding.check import SUPPORTED, Verdict, check, judge
from nutshell.grounding.features import NAMES
from nutshell.grounding.source import ComparedClaim

PAIRS, SEED = 150, 2
FEW = 150
TIMED = 40

Floats = NDArray[np.float64]


def measure(quick: bool) -> Result:
    rows = [row for row in labelled_summaries() if row.part == "test"]
    rows = rows[:: max(1, len(rows) // FEW)] if quick else rows
    corrupted = corrupted_pairs(rows, FEW // 15 if quick else PAIRS, SEED, ["test"])
    models = BuiltModels(1)
    texts = {text for row in rows for text in (*row.document, *row.claims)}
    vectors = vectors_of(texts | {text for pair in corrupted for text in (pair.true, pair.false)}, models)
    compared = compare_summaries(rows, vectors, models)
    verdicts = [run_sync(judge(models, claims)) for claims in compared]
    people_table, people = _human_labels(rows, compared, verdicts)
    script_table, script = _corruptions(corrupted, vectors, models)
    seconds = _speed(rows, models)
    speed = Table(
        ("milliseconds per sentence, one thread", "", ""),
        [
            ["source already read", f"{1000 * seconds[0]:.0f}", ""],
            ["including reading the source", f"{1000 * seconds[1]:.0f}", ""],
        ],
    )
    return Result("grounding", [people_table, script_table, speed], figures={"people": people, "script": script})


def _human_labels(
    rows: Sequence[LabelledSummary], compared: Sequence[Sequence[ComparedClaim]], verdicts: Sequence[Sequence[Verdict]]
) -> tuple[Table, dict[str, Any]]:
    """Counts a summary as consistent when the check supports each of its sentences."""
    methods: dict[str, Callable[[int], float]] = {
        "check": lambda number: min(x.score for x in verdicts[number]),
        "ROUGE-2 precision": lambda number: _mean(compared[number], "pairs"),
        "MiniLM": lambda number: _mean(compared[number], "cosine_first"),
    }
    table, figures = [], {}
    for name in SETS:
        chosen = [number for number, row in enumerate(rows) if row.set == name]
        labels = np.array([rows[number].label for number in chosen])
        if len(chosen) == 0 or labels.min() == labels.max():
            continue
        scores = {method: np.array([score(number) for number in chosen]) for method, score in methods.items()}
        supported = scores["check"] >= SUPPORTED
        count = int(supported.sum())
        found = {
            "summaries": len(chosen),
            "consistent": float(labels.mean()),
            "balanced accuracy": balanced_accuracy(labels, supported),
            "precision": float(labels[supported].mean()) if count else 0.0,
            "recall": float(supported[labels == 1].mean()),
            **{f"AUC, {method}": auc(labels, values) for method, values in scores.items()},
            **{
                f"best balanced accuracy, {method}": best_balanced_accuracy(labels, values)
                for method, values in scores.items()
                if method != "check"
            },
        }
        figures[name] = found
        table.append(
            [
                f"{name} ({found['summaries']}, {100 * found['consistent']:.0f} % consistent)",
                *(f"{100 * found[column]:.1f}" for column in ("balanced accuracy", "precision", "recall")),
                *(
                    f"{100 * found[f'best balanced accuracy, {method}']:.1f}"
                    for method in ("ROUGE-2 precision", "MiniLM")
                ),
                *(f"{found[f'AUC, {method}']:.3f}" for method in methods),
            ]
        )
    columns = (
        *("set", "balanced accuracy", "precision", "recall", "ROUGE-2 precision", "MiniLM"),
        *("AUC", "AUC, ROUGE-2", "AUC, MiniLM"),
    )
    note = (
        'Precision and recall of "supported" for consistent summaries, at the shipped threshold. The baselines\' '
        "balanced accuracy uses the threshold that is best for the same summaries."
    )
    return Table(columns, table, title="Human labels", note=note), figures


def _corruptions(
    corrupted: Sequence[CorruptedPair], vectors: Vectors, models: BuiltModels
) -> tuple[Table, dict[str, Any]]:
    table, figures = [], {}
    both = [
        run_sync(judge(models, compare_with_document(pair.document, [pair.true, pair.false], vectors, models)))
        for pair in corrupted
    ]
    for kind in ("number", "name", "negation"):
        for own in (True, False):
            chosen = [
                verdicts
                for pair, verdicts in zip(corrupted, both, strict=True)
                if pair.kind == kind and (pair.true in pair.document) == own
            ]
            count = max(1, len(chosen))
            shares = {
                "caught": sum(false.verdict != "supported" for _, false in chosen),
                "unsupported": sum(false.verdict == "unsupported" for _, false in chosen),
                "true supported": sum(true.verdict == "supported" for true, _ in chosen),
            }
            where = "source sentences" if own else "consistent summaries"
            figures[f"{kind}, {where}"] = {"pairs": len(chosen), **{k: v / count for k, v in shares.items()}}
            cells = [str(share(value, len(chosen))) for value in shares.values()]
            table.append([f"{kind}, {where} ({len(chosen)})", *cells])
    note = (
        "Per cent, with 95 % intervals. Half of the replacement numbers and all replacement names come from the "
        "source. Caught: not called supported. In summaries, a scripted change is not always wrong, and the original "
        "is not always right."
    )
    columns = ("corruption", "caught", "called unsupported", "original supported")
    return Table(columns, table, title="Scripted corruptions", note=note), figures


def _speed(rows: Sequence[LabelledSummary], models: BuiltModels) -> tuple[float, float]:
    """Returns seconds per sentence without and with `index_source`."""
    from nutshell.grounding.source import index_source  # noqa: PLC0415

    chosen = rows[:: max(1, len(rows) // TIMED)]
    reading = checking = 0.0
    for row in chosen:
        start = time.perf_counter()
        source = run_sync(index_source(models, wordpiece(), row.document))
        between = time.perf_counter()
        run_sync(check(models, wordpiece(), source, row.claims))
        reading += between - start
        checking += time.perf_counter() - between
    count = sum(len(row.claims) for row in chosen)
    return checking / count, (reading + checking) / count


def balanced_accuracy(labels: NDArray[Any], supported: NDArray[Any]) -> float:
    return float((supported[labels == 1].mean() + (~supported[labels == 0]).mean()) / 2)


def best_balanced_accuracy(labels: NDArray[Any], scores: Floats) -> float:
    return max(balanced_accuracy(labels, scores >= threshold) for threshold in np.unique(scores))


def auc(labels: NDArray[Any], scores: Floats) -> float:
    x, other = scores[labels == 1][:, None], scores[labels == 0][None]
    return float((x > other).mean() + 0.5 * (x == other).mean())


def _mean(claims: Sequence[ComparedClaim], feature: str) -> float:
    return float(np.mean([claim.features[NAMES.index(feature)] for claim in claims]))
