"""The plots of models/README.md as SVG, drawn from results/*.json: `python -m models readme`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.evaluate.report import FIGURES, load
from models.plotting import INK, save, setup

OURS, OTHER, NEUTRAL = "#2f81c7", "#c2703d", "#808890"


def draw() -> list[str]:
    """Draws the plots that have results and returns their file names. Raises RecipeError without matplotlib."""
    setup()
    drawn = []
    for name, plot in PLOTS.items():
        result = load(name)
        if result is not None:
            save(FIGURES / f"{name}.svg", plot(result["figures"]))
            drawn.append(f"{name}.svg")
    return drawn


def _summaries(figures: dict[str, Any]) -> Any:
    import matplotlib.pyplot as plt  # noqa: PLC0415

    from models.evaluate.datasets import TITLES  # noqa: PLC0415

    figure, axes = plt.subplots(1, len(figures), figsize=(9.5, 2.9), sharey=True)
    order = [system for system in figures["cnn"]["systems"] if system != "Lead-3"]
    for axis, (name, numbers) in zip(axes, figures.items(), strict=True):
        for row, system in enumerate(reversed(order)):
            mean, low, high = numbers["systems"][system]["rouge1"]
            colour = OURS if system == "Nutshell" else NEUTRAL if system == "oracle" else OTHER
            axis.errorbar(mean, row, xerr=[[mean - low], [high - mean]], fmt="o", ms=4, color=colour)
        axis.set_yticks(range(len(order)), list(reversed(order)))
        axis.set_title(TITLES[name].split(",")[0], fontsize=9)
        axis.set_xlabel("ROUGE-1")
        axis.grid(axis="x", color=NEUTRAL, alpha=0.25)
    return figure


def _genres(figures: dict[str, Any]) -> Any:
    import matplotlib.pyplot as plt  # noqa: PLC0415

    order = sorted(figures["genres"], key=lambda genre: figures["genres"][genre][0])
    figure, axis = plt.subplots(figsize=(6, 0.19 * len(order) + 0.9))
    values = [figures["genres"][genre][0] for genre in order]
    axis.barh(range(len(order)), values, color=[OURS if value > 0 else OTHER for value in values])
    labels = [f"{genre} ({figures['genres'][genre][2]})" for genre in order]
    axis.set_yticks(range(len(order)), labels)
    mean, low, high = figures["together"]["minus Lead-k ROUGE-1"]["documents"]
    axis.axvspan(low, high, color=OURS, alpha=0.18, lw=0)
    axis.axvline(mean, color=OURS, lw=1)
    axis.axvline(0, color=INK, lw=0.8)
    axis.set_xlabel("ROUGE-1 minus Lead-k (number of documents); band: 95 % interval over all documents")
    return figure


def _bias(figures: dict[str, Any]) -> Any:
    import matplotlib.pyplot as plt  # noqa: PLC0415

    rows = [
        (f"{group.removeprefix('origin: ')}" + (" (outlet)" if kind == "outlets" else ""), numbers, group)
        for kind, groups in figures.items()
        for group, numbers in groups.items()
    ]
    figure, axis = plt.subplots(figsize=(6, 0.24 * len(rows) + 0.8))
    for row, (_, numbers, group) in enumerate(reversed(rows)):
        mean, low, high = numbers["signed"]
        colour = NEUTRAL if group.startswith("control") else OURS
        axis.errorbar(mean, row, xerr=[[mean - low], [high - mean]], fmt="o", ms=4, color=colour)
    axis.set_yticks(range(len(rows)), [label for label, _, _ in reversed(rows)])
    axis.axvline(0, color=INK, lw=0.8)
    axis.grid(axis="x", color=NEUTRAL, alpha=0.25)
    axis.set_xlabel("change of salience (scale 0-100), mean and 95 % interval")
    return figure


PLOTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "summaries": _summaries,
    "genres": _genres,
    "cross_validation": _genres,
    "bias": _bias,
}
