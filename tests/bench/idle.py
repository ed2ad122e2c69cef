"""The cost of the idle extension: memory compared with an empty extension, timers and alarms."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from models.tables import Table
from tests.bench.browser import Browser, copies_of_article, wait_for, with_bench_pages
from tests.bench.processes import pss
from tests.bench.report import BenchError, Result, main

# Seconds after the work: when the model worker has ended (a minute) and when everything has (five minutes).
WAITS, QUICK_WAITS = (75.0, 320.0), (4.0, 9.0)
LOOK, QUICK_LOOK = 40.0, 3.0  # s during which fired timers are counted
BUDGET = 40.0  # MB more than an empty extension

_MANIFEST = {
    "manifest_version": 3,
    "name": "Empty",
    "version": "1",
    "permissions": ["sidePanel"],
    "action": {},
    "background": {"service_worker": "background.js"},
    "side_panel": {"default_path": "panel/panel.html"},
}
_BACKGROUND = "chrome.action.onClicked.addListener((tab) => chrome.sidePanel.open({ windowId: tab.windowId }));\n"
_PANEL = '<!doctype html><meta charset="utf-8"><title>Empty</title><main>Nothing.</main>\n'


def measure(quick: bool) -> Result:
    waits = QUICK_WAITS if quick else WAITS
    # Both browsers run at the same time, so that they share memory in the same way.
    with (
        _empty() as peer_folder,
        _counting() as folder,
        copies_of_article(1) as pages,
        Browser(peer_folder) as peer,
        Browser(folder) as ours,
    ):
        found = _both(ours, peer, pages, waits, QUICK_LOOK if quick else LOOK)
    more = {state: (found["ours"][state] - found["peer"][state]) / 1000 for state in found["peer"]}
    rows = [
        (label, *(f"{found[who][state] / 1000:.0f}" for who in ("ours", "peer")), f"{more[state]:+.0f}")
        for state, label in _STATES.items()
    ]
    timers = [
        (label, str(len(at["waiting"])), f"{at['fired'] * 60 / at['seconds']:.1f}", str(at["alarms"]), at["where"])
        for label, at in found["timers"].items()
    ]
    over = max(more["asleep"], more["closed"])
    return Result(
        name="idle",
        title="Idle",
        about=(
            "Nutshell summarizes a page of 60 sentences. The peer is an extension with an empty panel and a one-line "
            "service worker, at the same time in its own browser. PSS of each extension's processes. "
            + ("Idle times are shortened. " if quick else "The minutes are real. ")
            + "Timers are counted by wrapping setTimeout and setInterval in every context of a copy of the build."
        ),
        tables=[
            Table(
                ("MB", "Nutshell", "empty extension", "difference"),
                rows,
                title="Memory",
                note=f"Target five minutes after work: at most {BUDGET:.0f} MB more; measured: {over:+.0f}.",
            ),
            Table(
                ("while idle", "pending timers", "fired per minute", "alarms", "contexts"),
                timers,
                title="Wake-ups",
            ),
        ],
        figures=found | {"more_MB": more},
    )


_STATES = {
    "start": "before the first click",
    "worked": "right after the summary, panel open",
    "rested": "the model worker has ended, panel open",
    "asleep": "five minutes after the work, panel open",
    "closed": "five minutes after the work, panel closed",
}


def _both(ours: Browser, peer: Browser, pages: Path, waits: tuple[float, float], look: float) -> dict[str, Any]:
    quick = waits == QUICK_WAITS
    memory: dict[str, dict[str, int]] = {"ours": {}, "peer": {}}

    def note(state: str) -> None:
        for name, browser in (("ours", ours), ("peer", peer)):
            memory[name][state] = pss(browser.pid, none=0)

    shown = {browser: browser.open(f"{browser.serve(pages).url}/0.html") for browser in (ours, peer)}
    time.sleep(3)
    note("start")
    for browser, page in shown.items():
        browser.click_action(page)
        browser.panel()
    ours.panel().locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
    if quick:
        ours.offscreen().evaluate(
            "nutshell.times.modelsIdle = 2000, nutshell.times.engineIdle = 7000, nutshell.resetIdleTimers()"
        )
    done = time.monotonic()
    time.sleep(2)
    note("worked")
    timers = {}
    if not quick:  # the engine and the models are running without requests
        timers["right after the summary"] = _timers(ours, min(look, waits[0] / 3))
    _until(done + waits[0] - (0 if quick else 2))
    note("rested")
    if not quick:
        timers["the model worker has ended"] = _timers(ours, look)
    _until(done + waits[1])
    wait_for("the engine to end", lambda: not ours.targets("background_page"), 30)
    time.sleep(3)
    note("asleep")
    timers["five minutes after the work"] = _timers(ours, look)
    for browser in (ours, peer):
        browser.close_panel()
    time.sleep(5)
    note("closed")
    return memory | {"timers": timers}


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def _timers(browser: Browser, seconds: float) -> dict[str, Any]:
    """Returns pending timers and those that fire within `seconds`, in every context of the extension."""
    panel = browser.panel()
    before = _counted(panel)
    time.sleep(seconds)
    after = _counted(panel)
    if not after:
        raise BenchError("no context of the extension counts its timers")
    waiting = [time_ for at in after for time_ in at["waiting"]]
    had = {at["where"]: at["fired"] for at in before}
    return {
        "waiting": waiting,
        "fired": sum(at["fired"] - had.get(at["where"], 0) for at in after),
        "seconds": seconds,
        "where": ", ".join(sorted(at["where"] for at in after)),
        "alarms": panel.evaluate("chrome.alarms.getAll().then((all) => all.length)"),
    }


def _counted(panel: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = panel.evaluate("benchTimers()")
    return found


@contextmanager
def _counting() -> Iterator[Path]:
    """Yields the built extension with counted timers: every context imports network-lockdown.js first."""
    with with_bench_pages() as folder:
        first = folder / "engine/network-lockdown.js"
        first.write_text('import "../bench/timers.js";\n' + first.read_text(encoding="utf-8"), encoding="utf-8")
        yield folder


@contextmanager
def _empty() -> Iterator[Path]:
    with TemporaryDirectory(prefix="nutshell-empty-") as name:
        folder = Path(name)
        (folder / "panel").mkdir()
        (folder / "manifest.json").write_text(json.dumps(_MANIFEST), encoding="utf-8")
        (folder / "background.js").write_text(_BACKGROUND, encoding="utf-8")
        (folder / "panel/panel.html").write_text(_PANEL, encoding="utf-8")
        yield folder


if __name__ == "__main__":
    main(measure)
