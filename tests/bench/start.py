"""Start times: the browser with the extension, and the engine alone compared with stock Pyodide."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from models.tables import Table
from tests.bench import peers
from tests.bench.browser import Browser, built, copies_of_article, used_profile, with_bench_pages
from tests.bench.report import BenchError, Result, main

RUNS, QUICK_RUNS = 10, 2
TARGET = 0.35  # relative to stock Pyodide

SHOWN = """() => new Promise((resolve) => {
  const content = document.getElementById("page-content");
  const look = () => {
    if (!content.querySelector(":scope > article.summary:not(.waiting)")) return;
    observer.disconnect();
    // A frame's callbacks run before it is painted, the next task after.
    requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now())));
  };
  const observer = new MutationObserver(look);
  observer.observe(content, { childList: true, subtree: true });
  setTimeout(resolve, 60_000, null);
  look();
})"""


def measure(quick: bool) -> Result:
    runs = QUICK_RUNS if quick else RUNS
    engine = alternate(runs)
    cold = _cold(runs)
    early = _early(max(1, runs // 2))
    ours, stock = (median(engine[name]["answered"]) for name in ("nutshell", "stock"))
    cold_ratio = median(cold["from_click"]) / stock
    rows = [
        (
            label,
            f"{median(engine[name]['ready']):.0f}",
            *_spread(engine[name]["answered"]),
            f"{median(engine[name]['answered']) / stock:.2f}",
        )
        for name, label in (("stock", "stock Pyodide"), ("nutshell", "Nutshell's engine"))
    ]
    return Result(
        name="start",
        title="Start",
        about=(
            "Engine: the time from starting the worker until it is ready and until it answers a first request, in"
            " a page of the extension. Nutshell's engine loads Pyodide, the core, the templates and its database "
            "and answers `settings`. Stock Pyodide is the unmodified npm package and answers a sum. The two take "
            "turns after one warm-up turn. Cold start: a browser that has run before (the extension was installed"
            " and made its warm-up summary, extension/warm-up.js) starts and opens a 60-sentence article, and the"
            " toolbar button is clicked once the page has loaded. The times include driving the browser. “Right "
            "after installation”: the button is clicked at once in the browser that has just installed the "
            "extension, before any compiled code is cached."
        ),
        tables=[
            Table(
                ("engine, milliseconds", "ready", "first answer", "min", "max", "ratio to stock"),
                rows,
                note=f"Medians of {runs} runs. Target: at most {TARGET:.2f}.",
            ),
            Table(
                ("cold start, milliseconds", "median", "min", "max", "ratio to stock"),
                [
                    ("browser start to summary", *_spread(cold["from_start"]), ""),
                    ("of which from the click", *_spread(cold["from_click"]), f"{cold_ratio:.2f}"),
                    ("from the click, right after installation", *_spread(early), f"{median(early) / stock:.2f}"),
                ],
                note=f"{runs} runs ({len(early)} for the last row). Target: from the click, no longer than stock "
                "Pyodide takes to load.",
            ),
        ],
        figures={
            "engine": engine,
            "ratio": ours / stock,
            "cold_ratio": cold_ratio,
            "cold": cold,
            "early": early,
            "cold_quartiles": quantiles(cold["from_start"]),
        },
    )


def _spread(values: list[float]) -> tuple[str, ...]:
    return tuple(f"{value(values):.0f}" for value in (median, min, max))


def alternate(runs: int) -> dict[str, dict[str, list[float]]]:
    times: dict[str, dict[str, list[float]]] = {name: {"ready": [], "answered": []} for name in ("stock", "nutshell")}
    with with_bench_pages() as extension:
        shutil.copytree(peers.PYODIDE, extension / "bench/pyodide")
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            for turn in range(runs + 1):
                for name, start in (("stock", "bench.startStock()"), ("nutshell", "bench.startOurs()")):
                    time.sleep(0.3)  # let the browser clean up after the last worker
                    taken = page.evaluate(start)
                    if turn:
                        for key, value in taken.items():
                            times[name][key].append(value)
    return times


def _cold(runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"from_start": [], "from_click": []}
    with (
        copies_of_article(runs + 1) as pages,
        used_profile() as profile,
        _keep_driver_running(),
    ):
        for turn in range(runs + 1):
            found = _cold_once(pages, turn, profile)
            if turn:
                for key, value in found.items():
                    times[key].append(value)
    return times


@contextmanager
def _keep_driver_running() -> Iterator[None]:
    """Keeps the driver running with an idle browser, so that the driver's start is not measured."""
    with with_bench_pages() as extension, Browser(extension):
        yield


def _early(runs: int) -> list[float]:
    times = []
    with copies_of_article(runs) as pages, _keep_driver_running():
        for turn in range(runs):
            with TemporaryDirectory(prefix="nutshell-profile-") as profile:
                times.append(_cold_once(pages, turn, Path(profile))["from_click"])
    return times


def _cold_once(pages: Path, turn: int, profile: Path) -> dict[str, float]:
    browser: Any = Browser(built(), profile=profile)
    site = browser.serve(pages)
    started = time.time() * 1000
    with browser:
        page = browser.open(f"{site.url}/{turn}.html")
        clicked = time.time() * 1000
        browser.click_action(page)
        shown = browser.panel().evaluate(SHOWN)
    if shown is None:
        raise BenchError("no summary within a minute of the click")
    return {"from_start": shown - started, "from_click": shown - clicked}


if __name__ == "__main__":
    main(measure)
