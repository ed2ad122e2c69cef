"""Clickbait, reading level and mood on the parts held out for testing: accuracy, calibration, and where each fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.evaluate.report import Result
from models.host import BuiltModels, run_sync, wordpiece
from models.interest import data
from models.tables import Table
from nutshell.text.static_encoder import embed_static
from nutshell.text.tone import MOODS, Tone, tones

BINS = 10
FEW = 300

Column = NDArray[np.float64]


def measure(quick: bool) -> Result:
    tables, figures = [], {}
    for part in (_clickbait, _grade, _moods):
        table, found = part(FEW if quick else None)
        tables.append(table)
        figures[part.__name__.strip("_")] = found
    about = (
        "Test parts only (clickbait and CLEAR: a tenth by the text's hash; OneStopEnglish: a fifth, by blocks; "
        "GoEmotions: its own). ECE: expected calibration error over ten bins of equal width."
    )
    return Result("interest", tables, about=about, figures=figures)


def _clickbait(most: int | None) -> tuple[Table, dict[str, Any]]:
    given = [example for example in data.clickbait() if example.part == "test"][: None if most is None else 10 * most]
    made = np.array([tone.clickbait for tone in _tones([example.text for example in given])])
    wanted = np.array([example.label for example in given], np.float64)
    groups = {
        "all headlines": np.ones(len(given), bool),
        "four words or fewer": np.array([len(e.text.split()) <= 4 for e in given]),
        "with a question mark": np.array(["?" in e.text for e in given]),
        "beginning with a number": np.array([e.text[:1].isdigit() for e in given]),
        "that say you or your": np.array([bool({"you", "your"} & set(e.text.lower().split())) for e in given]),
    }
    rows, figures = [], {}
    for name, chosen in groups.items():
        m, w = made[chosen], wanted[chosen]
        found = {
            "texts": len(m),
            "clickbait": float(w.mean()),
            "accuracy": float(((m > 0.5) == w).mean()),
            "missed": float((m[w == 1] <= 0.5).mean()) if (w == 1).any() else None,
            "wrongly called so": float((m[w == 0] > 0.5).mean()) if (w == 0).any() else None,
            "ECE": ece(m, w),
        }
        figures[name] = found
        rows.append(
            [f"{name} ({len(m):,})", *(_percent(found[key]) for key in list(found)[1:5]), f"{found['ECE']:.3f}"]
        )
    found_bins = {"reliability": reliability(made, wanted)}
    columns = ["clickbait", "are clickbait", "accuracy", "missed", "wrongly called so", "ECE"]
    return Table(columns, rows), figures | found_bins


def _grade(most: int | None) -> tuple[Table, dict[str, Any]]:
    given = [example for example in data.easiness() if example.part == "test"][:most]
    hard = np.array([-float(example.label) for example in given])  # type: ignore[arg-type]
    pairs = [(one, other) for one, other, part in data.levels() if part == "test"][:most]
    openings = [data.windows(example.text)[:1] or [example.text] for example in given]
    figures = {
        "excerpts": len(given),
        "CLEAR, whole excerpt, correlation": correlation(_grades([e.text for e in given]), hard),
        "CLEAR, its first sentences, correlation": correlation(_grades([o[0] for o in openings]), hard),
        "CLEAR, words a sentence alone, correlation": correlation(_words_a_sentence([e.text for e in given]), hard),
        "pairs": len(pairs),
        "OneStopEnglish, advanced above elementary": _above(_grades([t for pair in pairs for t in pair])),
        "OneStopEnglish, by words alone": _above(_words_a_sentence([t for pair in pairs for t in pair])),
    }
    rows = [[name, f"{value:.3f}"] for name, value in figures.items() if isinstance(value, float)]
    note = f"{len(given)} excerpts, {len(pairs)} pairs of sentences; pairs that score the same count half."
    return Table(["reading level", "reached"], rows, note=note), figures


def _moods(most: int | None) -> tuple[Table, dict[str, Any]]:
    given = [example for example in data.emotions() if example.part == "test"][: None if most is None else 10 * most]
    made = np.array([tone.moods for tone in _tones([example.text for example in given])])
    wanted = np.array([[mood in e.label for mood in range(len(MOODS))] for e in given], np.float64)  # type: ignore[operator]
    rows, figures = [], {}
    for column, mood in enumerate(MOODS):
        m, w = made[:, column], wanted[:, column]
        found = {"share": float(w.mean()), "AUC": auc(m, w), "average precision": ap(m, w), "ECE": ece(m, w)}
        figures[mood] = found | {"reliability": reliability(m, w)}
        rows.append(
            [mood, _percent(found["share"]), *(f"{found[key]:.3f}" for key in ("AUC", "average precision", "ECE"))]
        )
    top = float(wanted[np.arange(len(made)), made.argmax(1)].mean())
    usual = float(wanted[:, MOODS.index("neutral")].mean())
    figures["likeliest is right"] = {"reached": top, "always neutral": usual}
    note = (
        f"{len(given):,} comments. The likeliest mood is one of the annotated ones in {_percent(top)} "
        f"(always saying neutral: {_percent(usual)})."
    )
    return Table(["mood", "share", "AUC", "average precision", "ECE"], rows, note=note), figures


def _tones(texts: Sequence[str]) -> list[Tone]:
    models = BuiltModels()
    return run_sync(tones(models, texts, run_sync(embed_static(models, wordpiece(), texts))))


def _grades(texts: Sequence[str]) -> Column:
    return np.array([tone.grade for tone in _tones(texts)])


def _words_a_sentence(texts: Sequence[str]) -> Column:
    return np.array([len(text.split()) / max(sum(map(text.count, ".!?")), 1) for text in texts])


def _above(scores: Column) -> float:
    harder, easier = scores[::2], scores[1::2]
    return float(((harder > easier) + 0.5 * (harder == easier)).mean())


def correlation(one: Column, other: Column) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def ece(chances: Column, happened: Column) -> float:
    """Expected calibration error (Guo et al. 2017) of chances of one thing."""
    return float(sum(len(c) / len(chances) * abs(c.mean() - h.mean()) for c, h in _bins(chances, happened)))


def reliability(chances: Column, happened: Column) -> list[dict[str, float]]:
    return [{"texts": len(c), "said": float(c.mean()), "was": float(h.mean())} for c, h in _bins(chances, happened)]


def _bins(chances: Column, happened: Column) -> list[tuple[Column, Column]]:
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [(chances[place == b], happened[place == b]) for b in range(BINS) if (place == b).any()]


def auc(scores: Column, happened: Column) -> float:
    """The chance that one where it happened scores above one where it did not (Mann-Whitney; no ties expected)."""
    ranks = scores.argsort().argsort() + 1
    yes = happened == 1
    pairs = yes.sum() * (~yes).sum()
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / pairs)


def ap(scores: Column, happened: Column) -> float:
    ordered = happened[(-scores).argsort()]
    precision = ordered.cumsum() / np.arange(1, len(ordered) + 1)
    return float((precision * ordered).sum() / ordered.sum())


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
