"""From the click to the summary with everything started: how long, and where the time goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.bench import texts
from tests.bench.browser import WEB, Browser, copies_of_article, with_bench_pages
from tests.bench.report import BenchError, Result, Table, main

RUNS, QUICK_RUNS, WARM_UPS = 20, 3, 3

STATIONS = {
    "click until the panel has the task": lambda at: at["found"] - at["clicked"],
    "page scripts injected, article extracted": lambda at: at["read"] - at["found"],
    "model: encoder": lambda at: at["models"].get("encoder", 0),
    "model: salience": lambda at: at["models"].get("salience", 0),
    "Python: sentences, tokens, selection, history, HTML; messages": lambda at: (
        at["answered"] - at["asked"] - sum(at["models"].values())
    ),
    "panel: lead shown, page still there, summary put in place": lambda at: (
        at["asked"] - at["read"] + at["placed"] - at["answered"]
    ),
    "until it is painted": lambda at: at["shown"] - at["placed"],
}


def measure(quick: bool) -> Result:
    runs = QUICK_RUNS if quick else RUNS
    with with_bench_pages() as extension, copies_of_article(WARM_UPS + runs) as pages:
        _add_timing(extension / "engine/engine.js")
        with Browser(extension) as browser:
            times = list(summaries(browser, pages, WARM_UPS + runs))[WARM_UPS:]
    if {at["sentences"] for at in times} != {texts.SENTENCES}:
        raise BenchError(f"{[at.get('sentences') for at in times]} sentences were embedded: the core knew the pages")
    totals = [at["shown"] - at["clicked"] for at in times]
    rows = [
        (station, f"{median(spans):.0f}", f"{min(spans):.0f}", f"{max(spans):.0f}")
        for station, span in STATIONS.items()
        for spans in [[span(at) for at in times]]
    ]
    rows.append(("click to summary on screen", *(f"{value(totals):.0f}" for value in (median, min, max))))
    return Result(
        name="warm",
        title="Warm: click to summary",
        about=(
            f"A real click on the toolbar button, the panel open and both workers running, on {runs} pages that "
            f"each are an article of {texts.SENTENCES} sentences new to the core, in the built package with one line "
            "added that times the models. The stations add up run by run; their medians nearly do."
        ),
        tables=[Table(("milliseconds", "median", "least", "most"), rows)],
        figures={"milliseconds": totals, "quartiles": quantiles(totals), "times": times},
    )


def summaries(browser: Browser, folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """Click on page after page; the times of each, in milliseconds since the Unix epoch."""
    site = browser.serve(folder)
    page = browser.open(f"{site.url}/0.html")
    browser.click_action(page)
    panel = browser.panel()
    panel.locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
    panel.evaluate((WEB / "panel.js").read_text(encoding="utf-8"))
    for number in range(count):
        last, page = page, browser.open(f"{site.url}/{number}.html?again")
        last.close()
        time.sleep(0.7)  # the page has loaded, the panel has looked at the new tab
        panel.evaluate("benchWatch()")
        clicked = time.time() * 1000
        browser.click_action(page)
        at = panel.evaluate("Promise.race([benchDone, new Promise((late) => setTimeout(late, 30_000, null))])")
        if at is None:
            raise BenchError(f"no summary within 30 s; the panel says: {panel.inner_text('main')[:300]}")
        yield at | {"clicked": clicked}


def _add_timing(engine: Path) -> None:
    engine.write_text('import "../bench/timing.js";\n' + engine.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main(measure)
