"""Both workers stop when idle and start again on demand."""

from __future__ import annotations

from collections.abc import Callable

from driver import Browser, Site, wait_for
from reader import Reader


def test_idle_workers_stop_and_start_again(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    reader = Reader(browser)
    page = browser.open(f"{pages.url}/article.html")
    first = reader.summarize(page)
    engine = browser.offscreen()
    assert workers(browser) == {"engine", "models"}

    # The model worker stops first. A summary starts it again.
    engine.evaluate("nutshell.times.modelsIdle = 200, nutshell.times.engineIdle = 600_000, nutshell.resetIdleTimers()")
    wait_for("the model worker to stop", lambda: workers(browser) == {"engine"})
    engine.evaluate("nutshell.times.modelsIdle = 60_000")
    other = browser.open(f"{pages.url}/hostile.html")
    assert reader.summarize(other).points
    assert workers(browser) == {"engine", "models"}

    # Then the engine stops, and its document closes.
    engine.evaluate("nutshell.times.engineIdle = 200, nutshell.resetIdleTimers()")
    wait_for("the engine to stop", lambda: not browser.targets("background_page"))
    again = reader.summarize(page)
    assert (again.gist, again.points) == (first.gist, first.points)
    reader.open_recent()
    assert reader.panel.locator("#library-list .entry").count() == 2


def workers(browser: Browser) -> set[str]:
    """Returns the running workers, identified by the lock that each holds while it runs."""
    names = browser.offscreen().evaluate(
        """navigator.locks.query().then(({ held }) =>
          ["engine", "models"].filter((name) => held.some((lock) => lock.name === nutshell[name]?.lock)))"""
    )
    return set(names)
