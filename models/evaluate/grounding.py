"""The grounding check compared with human labels, on sets and parts that it was not trained on, and with sentences that
a script rewrote, harmfully and harmlessly."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.report import Result
from models.evaluate.statistics import share
from models.grounding.data import HELD_OUT, SETS, LabelledSummary, labelled_pairs, labelled_summaries
from models.grounding.examples import Rewritten, compare_rewritten, compare_summaries, pages, rewritten
from models.host import BuiltModels, run_sync, wordpiece
from models.tables import Table
from nutshell.grounding.check import SUPPORTED, Verdict, check, judge
from nutshell.grounding.features import NAMES
from nutshell.grounding.source import ComparedClaim

# Documents whose sentences are rewritten.
REWRITTEN = (("pages", "dev-pages-en.jsonl.gz"), ("news", "dev-xsum-500.jsonl"))
DOCUMENTS, SEED = 60, 2
# Summaries of each set.
MOST, FEW = 250, 8
TIMED = 40

Floats = NDArray[np.float64]


def measure(quick: bool) -> Result:
    rows = held_out_rows(FEW if quick else MOST)
    models = BuiltModels(1)
    compared = compare_summaries(rows, models)
    verdicts = [run_sync(judge(models, claims)) for claims in compared]
    people_table, people = _human_labels(rows, compared, verdicts)
    script_table, script = _scripts(4 if quick else DOCUMENTS, models)
    seconds = _speed(rows, models)
    speed = Table(
        ("milliseconds per sentence, one thread", "", ""),
        [
            ["source already read", f"{1000 * seconds[0]:.0f}", ""],
            ["including reading the source", f"{1000 * seconds[1]:.0f}", ""],
        ],
    )
    return Result("grounding", [people_table, script_table, speed], figures={"people": people, "script": script})


def held_out_rows(most: int) -> list[LabelledSummary]:
    """Returns at most `most` summaries of each set: of its test part, or of the whole set when none was trained on."""
    found: list[LabelledSummary] = []
    count: Counter[str] = Counter()
    rows = (row for row in (*labelled_summaries(), *labelled_pairs()) if row.part == "test" or row.set in HELD_OUT)
    for row in sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).hexdigest()):
        count[row.set] += 1
        if count[row.set] <= most:
            found.append(row)
    return found


def _human_labels(
    rows: Sequence[LabelledSummary], compared: Sequence[Sequence[ComparedClaim]], verdicts: Sequence[Sequence[Verdict]]
) -> tuple[Table, dict[str, Any]]:
    """Counts a summary as consistent when the check supports each of its sentences."""
    methods: dict[str, Callable[[int], float]] = {
        "check": lambda number: min(x.score for x in verdicts[number]),
        "words": lambda number: _mean(compared[number], "words_known"),
        "pairs": lambda number: _mean(compared[number], "pairs"),
    }
    table, figures = [], {}
    for name in sorted({row.set for row in rows}, key=lambda name: (name not in SETS, name)):
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
            "best balanced accuracy": best_balanced_accuracy(labels, scores["check"]),
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
                f"{name}{' (held out)' if name in HELD_OUT else ''}",
                f"{found['summaries']}, {100 * found['consistent']:.0f} %",
                *(f"{100 * found[column]:.1f}" for column in ("balanced accuracy", "precision", "recall")),
                *(f"{100 * found[f'best balanced accuracy{method}']:.1f}" for method in ("", ", words", ", pairs")),
                *(f"{found[f'AUC, {method}']:.3f}" for method in methods),
            ]
        )
    columns = (
        *("set", "summaries, consistent", "balanced accuracy", "precision", "recall"),
        *("best threshold", "best, words", "best, pairs", "AUC", "AUC, words", "AUC, pairs"),
    )
    note = (
        'Precision and recall of "supported" for consistent summaries; balanced accuracy of "supported" against the '
        "other two verdicts, and with the threshold that is best for the same summaries. Words, pairs: the share of "
        "the summary's words and word pairs that the source has."
    )
    return Table(columns, table, title="Human labels", note=note), figures


def _scripts(documents: int, models: BuiltModels) -> tuple[Table, dict[str, Any]]:
    rows: list[tuple[str, Rewritten]] = []
    for name, file in REWRITTEN:
        rows += [(name, row) for row in rewritten(pages(file, documents, SEED), SEED)]
    verdicts = run_sync(judge(models, compare_rewritten([row for _, row in rows], models)))
    table, figures = [], {}
    for harmful, kind in sorted({(row.harmful, row.kind) for _, row in rows}, key=lambda key: (not key[0], key[1])):
        chosen = [
            verdict.verdict
            for (_, row), verdict in zip(rows, verdicts, strict=True)
            if (row.harmful, row.kind) == (harmful, kind)
        ]
        right = sum((verdict != "supported") == harmful for verdict in chosen)
        unsupported = chosen.count("unsupported")
        figures[kind] = {"sentences": len(chosen), "harmful": harmful, "right": right / len(chosen)}
        label = "harmful" if harmful else "harmless"
        table.append(
            [f"{kind} ({len(chosen)})", label, str(share(right, len(chosen))), str(share(unsupported, len(chosen)))]
        )
    note = (
        "Per cent, with 95 % intervals. Right: a harmful change is not called supported, a harmless one is. Sentences "
        "of pages and news articles that nothing was trained on; replacements come from the same source where possible."
    )
    columns = ("script", "change", "right", "called unsupported")
    return Table(columns, table, title="Rewritten sentences", note=note), figures


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
