"""Time from click to summary with everything running, compared with transformers.js embedding the same sentences."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from models.tables import Table
from tests.bench import peers, texts
from tests.bench.browser import WEB, Browser, copies_of_article, with_bench_pages
from tests.bench.embedding import add_transformers
from tests.bench.report import BenchError, Result, main

RUNS, QUICK_RUNS, WARM_UPS, QUICK_WARM_UPS = 20, 2, 3, 1
TARGET = 0.35  # relative to transformers.js embedding the same sentences
_THREADS = 2  # as the product's models use here

STAGES = {
    "click until the panel has the task": lambda at: at["found"] - at["clicked"],
    "page scripts injected, article extracted": lambda at: at["read"] - at["found"],
    "model: encoder": lambda at: at["models"].get("encoder", 0),
    "model: salience": lambda at: at["models"].get("salience", 0),
    "Python: sentences, tokens, selection, history, HTML; messages": lambda at: (
        at["answered"] - at["asked"] - sum(at["models"].values())
    ),
    "panel: show the lead, check the page, insert the summary": lambda at: (
        at["asked"] - at["read"] + at["placed"] - at["answered"]
    ),
    "paint": lambda at: at["shown"] - at["placed"],
}


def measure(quick: bool) -> Result:
    runs = QUICK_RUNS if quick else RUNS
    times, peer, models = alternate(runs, QUICK_WARM_UPS if quick else WARM_UPS)
    totals = [at["shown"] - at["clicked"] for at in times]
    rows = [
        (stage, f"{median(spans):.0f}", f"{min(spans):.0f}", f"{max(spans):.0f}", "")
        for stage, span in STAGES.items()
        for spans in [[span(at) for at in times]]
    ]
    rows.append(("click to summary", *(f"{value(totals):.0f}" for value in (median, min, max)), "1.00"))
    ratios = {}
    for case, durations in peer.items():
        model, form = case.split("/")
        # Ratios per turn, so that other load on the machine affects both sides.
        ratios[case] = median(own / theirs for own, theirs in zip(totals, durations, strict=True))
        label = f"transformers.js embeds the {texts.SENTENCES} sentences: {models[model]}, {form}"
        rows.append((label, *(f"{value(durations):.0f}" for value in (median, min, max)), f"{ratios[case]:.2f}"))
    return Result(
        name="warm",
        title="Warm: click to summary",
        about=(
            f"Real clicks on the toolbar button, with the panel open and both workers running, on {runs} pages. Each "
            f"page is an article of {texts.SENTENCES} sentences that is new to the core. The package has one added "
            "line that times the models. The stages add up run by run; their medians nearly do. After each click, "
            f"transformers.js embeds the same sentences in the same browser with {_THREADS} threads; its tokenizer and "
            "pipeline are already loaded."
        ),
        tables=[
            Table(
                ("milliseconds", "median", "min", "max", "click / this"),
                rows,
                note="Last column: the time from click to summary divided by this row, median over the turns. Target: "
                f"at most {TARGET:.2f} of transformers.js used as documented, with all sentences in one call.",
            )
        ],
        figures={
            "milliseconds": totals,
            "quartiles": quantiles(totals),
            "times": times,
            "peer": peer,
            "ratios": ratios,
        },
    )


def alternate(runs: int, warm_ups: int) -> tuple[list[dict[str, Any]], dict[str, list[float]], dict[str, str]]:
    """Alternates clicks and the peer. Returns the clicks' times, the peer's milliseconds, and the peer's models."""
    peers.install_node()
    with with_bench_pages() as extension, copies_of_article(warm_ups + runs) as pages:
        models = peers.model_folder(extension / "bench/models")
        add_transformers(extension / "bench/transformers")
        _add_timing(extension / "engine/engine.js")
        sentences = texts.article()
        forms = {"at once": [sentences], "batched": [sentences[at : at + 8] for at in range(0, len(sentences), 8)]}
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            for name in models:
                options = {"model": name, "threads": _THREADS}
                page.evaluate("([...given]) => bench.open(...given)", [name, "peer", options])
            times: list[dict[str, Any]] = []
            peer: dict[str, list[float]] = {f"{name}/{form}": [] for name in models for form in forms}
            for at in summaries(browser, pages, warm_ups + runs):
                times.append(at)
                for case, durations in peer.items():
                    name, form = case.split("/")
                    done = page.evaluate("([name, texts]) => bench.embed(name, texts)", [name, forms[form]])
                    durations.append(done["ms"])
    times = times[warm_ups:]
    if {at["sentences"] for at in times} != {texts.SENTENCES}:
        raise BenchError(
            f"{[at.get('sentences') for at in times]} sentences were embedded: the core had cached the pages"
        )
    return times, {case: durations[warm_ups:] for case, durations in peer.items()}, models


def summaries(browser: Browser, folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """Clicks on page after page and yields the times of each, in milliseconds since the Unix epoch."""
    site = browser.serve(folder)
    page = browser.open(f"{site.url}/0.html")
    browser.click_action(page)
    panel = browser.panel()
    panel.locator("article.summary:not(.waiting)").wait_for(timeout=60_000)
    panel.evaluate((WEB / "panel.js").read_text(encoding="utf-8"))
    for number in range(count):
        last, page = page, browser.open(f"{site.url}/{number}.html?again")
        last.close()
        time.sleep(0.7)  # let the page load and the panel notice the new tab
        panel.evaluate("benchWatch()")
        clicked = time.time() * 1000
        browser.click_action(page)
        at = panel.evaluate("Promise.race([benchDone, new Promise((late) => setTimeout(late, 30_000, null))])")
        if at is None:
            raise BenchError(f"no summary within 30 s; the panel shows: {panel.inner_text('main')[:300]}")
        yield at | {"clicked": clicked}


def _add_timing(engine: Path) -> None:
    engine.write_text('import "../bench/timing.js";\n' + engine.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main(measure)
