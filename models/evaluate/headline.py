"""The most important figures of the stored results: the first table of models/README.md."""

from __future__ import annotations

from typing import Any

from models.evaluate.report import COMMAND, Result, load
from models.tables import Table


def measure(quick: bool) -> Result:
    """Reads the stored results, so run it after the other evaluations. Ignores `quick`."""
    rows = []
    for name, rows_of in SECTIONS.items():
        found = load(name)
        if found is None:
            continue
        for what, value, comparison in rows_of(found["figures"]):
            rows.append((what, value, comparison, f"`{COMMAND} {name}`"))
    return Result("headline", [Table(("", "Nutshell", "comparison", "command"), rows)])


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


def _context_dependence(figures: Any) -> Rows:
    together = figures["all"]["person"]
    return [("points whose opening depends on missing context, by human judgement", _share(together), "")]


def _cross_validation(figures: Any) -> Rows:
    mean, *interval = figures["together"]["minus Lead-k ROUGE-1"]["genres"]
    span = ", ".join(f"{value:+.1f}" for value in interval)
    return [(f"ROUGE-1 minus Lead-k, {len(figures['genres'])} genres of GUM", f"{mean:+.1f} [{span}]", "")]


def _grounding(figures: Any) -> Rows:
    shown = figures["script"]
    return [
        (f"scripted changes of {name} caught", f"{100 * shown[kind]['right']:.1f} %", "")
        for name, kind in (("numbers", "number"), ("names", "name"), ("negation", "negation"), ("roles", "role"))
    ]


def _static(figures: Any) -> Rows:
    found = figures["huffpost"]
    return [
        (
            "static encoder: share of the ten nearest stories in the same category",
            f"{found['static precision@10']:.3f}",
            f"its teacher: {found['teacher precision@10']:.3f} ({100 * found['ratio']:.1f} %)",
        )
    ]


def _agreement(figures: Any) -> Rows:
    found = figures["WASM to desktop"]
    return [("same points in the browser and on the desktop", f"{100 * found['points']:.1f} %", "")]


def _ask(figures: Any) -> Rows:
    return [
        ("questions whose quoted sentence contains the answer (XQuAD)", f"{100 * figures['contains']:.1f} %", ""),
        ("unanswerable questions refused", f"{100 * figures['refused']:.1f} %", ""),
    ]


def _paraphrase(figures: Any) -> Rows:
    found = figures["CNN, unseen"]
    shown, generated = found["shown"], found["generated"]
    unsupported = f"{len(found['not in source'])} with a number or name missing from the page"
    return [("generated sentences that pass the check", f"{100 * shown / generated:.1f} %", unsupported)]


def _share(values: Any) -> str:
    share, low, high = values
    return f"{share:.1f} % [{low:.1f}, {high:.1f}]"


SECTIONS = {
    "summaries": _summaries,
    "cross_validation": _cross_validation,
    "context_dependence": _context_dependence,
    "agreement": _agreement,
    "static": _static,
    "ask": _ask,
    "grounding": _grounding,
    "paraphrase": _paraphrase,
}
