"""The figures that matter most, from the results that are kept: the first table of models/README.md."""

from __future__ import annotations

from typing import Any

from models.evaluate.page import COMMAND, Result, kept
from models.tables import Table


def measure(quick: bool) -> Result:
    """Measures nothing anew: run it after the others (`quick` is nothing to it)."""
    rows = []
    for name, asks in ASKED.items():
        found = kept(name)
        if found is None:
            continue
        for what, value, beside in asks(found["figures"]):
            rows.append((what, value, beside, f"`{COMMAND} {name}`"))
    return Result("headline", [Table(("", "Nutshell", "beside", "command"), rows)])


Rows = list[tuple[str, str, str]]


def _summaries(figures: Any) -> Rows:
    rows = []
    for key, label in (("cnn", "CNN"), ("xsum", "BBC"), ("scitldr", "abstracts"), ("gum", "GUM")):
        systems = figures[key]["systems"]
        ours, lead = systems["Nutshell"], systems["Lead-3"]
        rows.append((f"ROUGE-1 / ROUGE-2, {label}", _pair(ours), f"Lead-3: {_pair(lead)}"))
    return rows


def _pair(system: Any) -> str:
    return f"{system['rouge1'][0]:.1f} / {system['rouge2'][0]:.1f}"


def _standing(figures: Any) -> Rows:
    together = figures["all"]["person"]
    return [("points that begin with something unsaid, read by a person", _share(together), "")]


def _folds(figures: Any) -> Rows:
    least, *interval = figures["together"]["less Lead-k ROUGE-1"]["genres"]
    span = ", ".join(f"{value:+.1f}" for value in interval)
    return [(f"ROUGE-1 less Lead-k, {len(figures['genres'])} genres of GUM", f"{least:+.1f} [{span}]", "")]


def _grounding(figures: Any) -> Rows:
    shown = figures["script"]
    return [
        (f"{kind}s changed by a script, caught", f"{100 * shown[key]['caught']:.1f} %", "")
        for kind in ("number", "name", "negation")
        for key in (f"{kind}, the source's own sentences",)
    ]


def _static(figures: Any) -> Rows:
    found = figures["huffpost"]
    return [
        (
            "static encoder: stories of the same kind among the ten nearest",
            f"{found['static precision@10']:.3f}",
            f"its teacher: {found['teacher precision@10']:.3f} ({100 * found['kept']:.1f} %)",
        )
    ]


def _agreement(figures: Any) -> Rows:
    found = figures["WASM to desktop"]
    return [("the same points in the browser as on the desktop", f"{100 * found['points']:.1f} %", "")]


def _ask(figures: Any) -> Rows:
    return [
        ("questions whose quote holds the answer (XQuAD)", f"{100 * figures['holds']:.1f} %", ""),
        ("questions that the page does not answer, refused", f"{100 * figures['refused']:.1f} %", ""),
    ]


def _words(figures: Any) -> Rows:
    found = figures["CNN, not looked at"]
    shown, written = found["shown"], found["written"]
    foreign = f"{len(found['foreign'])} with a number or name that the page lacks"
    return [("sentences that the language model wrote and that are shown", f"{100 * shown / written:.1f} %", foreign)]


def _share(values: Any) -> str:
    share, low, high = values
    return f"{share:.1f} % [{low:.1f}, {high:.1f}]"


ASKED = {
    "summaries": _summaries,
    "folds": _folds,
    "standing": _standing,
    "agreement": _agreement,
    "static": _static,
    "ask": _ask,
    "grounding": _grounding,
    "words": _words,
}
