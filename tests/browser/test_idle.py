"""Both workers end when nobody needs them, and come back by themselves."""

from __future__ import annotations

from collections.abc import Callable

from driver import Browser, Site, wait_for
from reader import Reader


def test_workers_end_after_idling_and_come_back(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    reader = Reader(browser)
    page = browser.open(f"{pages.url}/article.html")
    first = reader.summarize(page)
    engine = browser.offscreen()
    assert workers(browser) == {"engine", "models"}

    # The model worker goes first; a summary brings it back.
    engine.evaluate("nutshell.times.modelsIdle = 200, nutshell.times.engineIdle = 600_000, nutshell.resetIdleTimers()")
    wait_for("the model worker to end", lambda: workers(browser) == {"engine"})
    engine.evaluate("nutshell.times.modelsIdle = 60_000")
    other = browser.open(f"{pages.url}/hostile.html")
    assert reader.summarize(other).points
    assert workers(browser) == {"engine", "models"}

    # Then the engine, and its document with it.
    engine.evaluate("nutshell.times.engineIdle = 200, nutshell.resetIdleTimers()")
    wait_for("the engine to end", lambda: not browser.targets("background_page"))
    again = reader.summarize(page)
    assert (again.gist, again.points) == (first.gist, first.points)
    reader.open_recent()
    assert reader.panel.locator("#recent-list .entry").count() == 2


def workers(browser: Browser) -> set[str]:
    """The workers that run now, known by the locks that each holds for life."""
    names = browser.offscreen().evaluate(
        """navigator.locks.query().then(({ held }) =>
          ["engine", "models"].filter((name) => held.some((lock) => lock.name === nutshell[name]?.lock)))"""
    )
    return set(names)
