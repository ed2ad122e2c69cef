"""The timeline of a cold click, from the click to the summary: a trace and a plot."""

from __future__ import annotations

import json
import time
from pathlib import Path
from statistics import median
from typing import Any

from models.plotting import save, setup
from models.tables import Table
from tests.bench.browser import Browser, built, copies_of_article, used_profile
from tests.bench.report import RESULTS, ROOT, BenchError, Result, main
from tests.bench.start import SHOWN

RUNS, QUICK_RUNS = 7, 1
TRACE = RESULTS / "timeline.trace.json"
PICTURE = ROOT / "docs/figures/timeline.svg"
_CATEGORY = "blink.user_timing"
_PREFIX = "nutshell: "
_CONTEXTS = {  # a span that identifies its thread's context
    "click until the engine's document is there": "background",
    "open the panel": "panel",
    "open the engine's document": "engine's document",
    "start Python": "engine worker",
    "start onnxruntime": "model worker",
}

Spans = list[dict[str, Any]]


def measure(quick: bool) -> Result:
    with used_profile() as profile:
        runs = [_cold_click(number, profile) for number in range(QUICK_RUNS if quick else RUNS)]
    runs.sort(key=lambda run: run["milliseconds"])
    typical = runs[len(runs) // 2]
    if not quick:
        TRACE.write_text(json.dumps({"traceEvents": _trace(typical)}, indent=0) + "\n", encoding="utf-8")
        draw(typical)
    names = list(dict.fromkeys((span["context"], span["name"]) for span in typical["spans"]))
    rows = []
    for context, name in names:
        found = [_sum(run["spans"], context, name) for run in runs]
        begins = [min((s["from"] for s in run["spans"] if s["name"] == name), default=0.0) for run in runs]
        rows.append((f"{context}: {name}", f"{median(begins):.0f}", f"{median(found):.0f}"))
    totals = [run["milliseconds"] for run in runs]
    rows.append(("click to summary", "0", f"{median(totals):.0f}"))
    return Result(
        name="timeline",
        title="Timeline of a cold click",
        about=(
            "A browser that has run before has just started and shows a page of 60 sentences; the toolbar button is "
            "clicked. The spans are the product's own User Timing marks in the browser's trace. "
            f"`tests/bench/results/{TRACE.name}` opens in Perfetto.\n\n"
            "![Spans of the start, one bar each](figures/timeline.svg)"
        ),
        tables=[
            Table(
                ("milliseconds", "start", "duration"),
                rows,
                note=f"Medians of {len(runs)} browsers; the plot shows the median run. Runs of a model are summed.",
            )
        ],
        figures={"milliseconds": totals, "spans": typical["spans"]},
    )


def _sum(spans: Spans, context: str, name: str) -> float:
    return sum(span["takes"] for span in spans if span["context"] == context and span["name"] == name)


def _cold_click(number: int, profile: Path) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    complete: list[Any] = []
    with copies_of_article(number + 1) as pages, Browser(built(), profile=profile) as browser:
        session = browser._browser
        session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
        session.on("Tracing.tracingComplete", lambda event: complete.append(event))  # noqa: PLW0108 - the session marks the callback
        page = browser.open(f"{browser.serve(pages).url}/{number}.html")
        time.sleep(2.0)  # let the browser finish its own start-up work
        session.send("Tracing.start", {"categories": _CATEGORY, "transferMode": "ReportEvents"})
        clicked = time.time() * 1000
        browser.click_action(page)
        shown = browser.panel().evaluate(SHOWN)
        session.send("Tracing.end")
        end = time.monotonic() + 20
        while not complete and time.monotonic() < end:
            session.send("Browser.getVersion")
            time.sleep(0.05)
    if shown is None or not complete:
        raise BenchError("no summary or no trace")
    spans = _spans(events)
    if not any(span["name"] == "summarize" for span in spans):
        raise BenchError("the trace lacks the engine's spans")
    return {"milliseconds": shown - clicked, "spans": spans}


def _spans(events: list[dict[str, Any]]) -> Spans:
    """Returns the product's spans from the click on, each with the context of its thread."""
    open_: dict[Any, float] = {}
    found = []
    for event in sorted(events, key=lambda event: event.get("ts", 0)):
        if event.get("cat") != _CATEGORY or not str(event.get("name")).startswith(_PREFIX):
            continue
        key = (event["pid"], event["name"], str(event.get("id", event.get("id2"))))
        if event["ph"] == "b":
            open_[key] = event["ts"]
        elif event["ph"] == "e" and key in open_:
            began = open_.pop(key)
            thread = (event["pid"], event["tid"])
            name = event["name"].removeprefix(_PREFIX)
            found.append({"name": name, "thread": thread, "from": began / 1000, "takes": (event["ts"] - began) / 1000})
    contexts = {span["thread"]: _CONTEXTS[span["name"]] for span in found if span["name"] in _CONTEXTS}
    first = min((span["from"] for span in found if span["name"].startswith("click until")), default=0.0)
    for span in found:
        span["context"] = contexts.get(span.pop("thread"), "panel")
        span["from"] -= first
    return sorted(found, key=lambda span: (list(_CONTEXTS.values()).index(span["context"]), span["from"]))


def _trace(run: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the spans in the Trace Event Format, with a thread for each context."""
    threads = {context: number for number, context in enumerate(_CONTEXTS.values(), 1)}
    names = [
        {"ph": "M", "pid": 1, "tid": number, "name": "thread_name", "args": {"name": context}}
        for context, number in threads.items()
    ]
    return names + [
        {
            "ph": "X",
            "pid": 1,
            "tid": threads[span["context"]],
            "name": span["name"],
            "ts": round(1000 * span["from"]),
            "dur": round(1000 * span["takes"]),
        }
        for span in run["spans"]
    ]


def draw(run: dict[str, Any], path: Path = PICTURE) -> None:
    """Draws one bar per span, by context, over the milliseconds since the click."""
    setup()
    import matplotlib.pyplot as plt  # noqa: PLC0415 - there for the figures alone

    spans = run["spans"]
    colours = dict(zip(_CONTEXTS.values(), ("#808890", "#2f81c7", "#808890", "#c2703d", "#5b9a57"), strict=True))
    rows = list(dict.fromkeys((span["context"], span["name"]) for span in spans))
    drawing, axes = plt.subplots(figsize=(8.4, 0.24 * len(rows) + 0.7))
    for row, (context, name) in enumerate(rows):
        bars = [(s["from"], max(s["takes"], 2.0)) for s in spans if (s["context"], s["name"]) == (context, name)]
        axes.broken_barh(bars, (row - 0.35, 0.7), color=colours[context])
        axes.annotate(f" {sum(t for _, t in bars):.0f}", (bars[-1][0] + bars[-1][1], row), va="center", fontsize=8)
    axes.axvline(run["milliseconds"], linestyle=":", color="#808890")
    axes.set_yticks(range(len(rows)), [f"{context}: {name}" for context, name in rows])
    axes.invert_yaxis()
    axes.set_xlabel(f"milliseconds since the click; the summary is shown after {run['milliseconds']:.0f}")
    save(path, drawing)


if __name__ == "__main__":
    main(measure)
