"""Memory of the extension's processes as the kernel counts it: idle, and the peak while it summarizes."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from models.tables import Table
from tests.bench.browser import Browser, built, copies_of_article, wait_for, wait_for_warm_up
from tests.bench.processes import Peak, pss
from tests.bench.report import Result, main

RUNS, QUICK_RUNS = 10, 1
_SETTLE = 3.0  # s for Chromium to release memory

STATES = {
    "rehearsal": "peak in the seconds after installation",
    "start": "before the first click: the service worker",
    "peak": "peak from the first click to the summary",
    "warm": "after the summary: panel, engine and model worker",
    "idle": "idle: panel and engine, model worker ended",
}


def measure(quick: bool) -> Result:
    runs = QUICK_RUNS if quick else RUNS
    with copies_of_article(1) as pages:
        found = [_once(pages) for _ in range(runs)]
    rows = []
    for state, label in STATES.items():
        values = [run[state] / 1000 for run in found]
        rows.append((label, f"{median(values):.0f}", f"{min(values):.0f}", f"{max(values):.0f}"))
    return Result(
        name="memory",
        title="Memory",
        about=(
            "PSS (each process's own pages and its share of shared pages, from `smaps_rollup`) of Chromium's extension "
            "processes: those with `--extension-process` on their command line. The panel, the offscreen document, "
            "both workers and the service worker share one process. The page is a 60-sentence article. Each profile is "
            "new: in its first browser the extension is installed and makes its warm-up summary "
            "(extension/warm-up.js), in its second the button is clicked for the first time."
        ),
        tables=[Table(("MB", "median", "min", "max"), rows, note=f"{runs} profiles.")],
        figures={"pss_kB": found},
    )


def _once(pages: Path) -> dict[str, int]:
    with TemporaryDirectory(prefix="nutshell-profile-") as folder:
        profile = Path(folder)
        with (
            Browser(built(), profile=profile) as browser,
            Peak(browser.pid, lambda pid: pss(pid, none=0)) as warm_up_peak,
        ):
            wait_for_warm_up(browser)
        return {"rehearsal": warm_up_peak.highest} | _clicked(pages, profile)


def _clicked(pages: Path, profile: Path) -> dict[str, int]:
    with Browser(built(), profile=profile) as browser:
        page = browser.open(f"{browser.serve(pages).url}/0.html")
        time.sleep(_SETTLE)
        start = pss(browser.pid)
        peak = Peak(browser.pid)
        with peak:
            browser.click_action(page)
            browser.panel().locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
        time.sleep(_SETTLE)
        warm = pss(browser.pid)
        offscreen = browser.offscreen()
        offscreen.evaluate("nutshell.times.modelsIdle = 100, nutshell.resetIdleTimers()")
        wait_for("the model worker to end", lambda: offscreen.evaluate("nutshell.models.over"))
        time.sleep(_SETTLE)
        return {"start": start, "peak": peak.highest, "warm": warm, "idle": pss(browser.pid)}


if __name__ == "__main__":
    main(measure)
