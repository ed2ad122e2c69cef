"""Memory of the extension's processes, as the kernel counts it: idle, and at most while it summarizes."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from statistics import median

from tests.bench.browser import Browser, built, copies_of_article, wait_for
from tests.bench.report import BenchError, Result, Table, main

RUNS, QUICK_RUNS = 10, 2
_EVERY = 0.02  # s between looks while it works
_SETTLE = 3.0  # s that Chromium gets to give memory back

STATES = {
    "start": "before the first click: the service worker",
    "peak": "at most, from the first click to the summary",
    "warm": "after it: panel, engine and model worker",
    "idle": "idle: panel and engine, the model worker ended",
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
            "PSS (each process's own pages and its share of the shared ones, from `smaps_rollup`) of Chromium's "
            "processes that carry the extension: those with `--extension-process` on their command line. Panel, "
            "offscreen document, both workers and the service worker share one. The page is a 60-sentence article."
        ),
        tables=[Table(("MB", "median", "least", "most"), rows, note=f"{runs} browsers, each freshly started.")],
        figures={"pss_kB": found},
    )


def _once(pages: Path) -> dict[str, int]:
    with Browser(built()) as browser:
        page = browser.open(f"{browser.serve(pages).url}/0.html")
        time.sleep(_SETTLE)
        start = _pss(browser.pid)
        peak = _Peak(browser.pid)
        with peak:
            browser.click_action(page)
            browser.panel().locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
        time.sleep(_SETTLE)
        warm = _pss(browser.pid)
        offscreen = browser.offscreen()
        offscreen.evaluate("nutshell.times.modelsIdle = 100, nutshell.rest()")
        wait_for("the model worker to end", lambda: offscreen.evaluate("nutshell.models.over"))
        time.sleep(_SETTLE)
        return {"start": start, "peak": peak.highest, "warm": warm, "idle": _pss(browser.pid)}


class _Peak(threading.Thread):
    """Looks again and again while its block runs."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.highest = 0
        self._pid = pid
        self._over = threading.Event()

    def __enter__(self) -> _Peak:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(5)

    def run(self) -> None:
        while not self._over.wait(_EVERY):
            self.highest = max(self.highest, _pss(self._pid))


def _pss(browser: int) -> int:
    """kB of all the extension's processes below the browser's."""
    total = 0
    for pid in _descendants(browser):
        try:
            if b"--extension-process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
        except (OSError, TypeError):
            continue  # it has just ended
    if not total:
        raise BenchError("no process of the extension was found")
    return total


def _descendants(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue
    return found


if __name__ == "__main__":
    main(measure)
