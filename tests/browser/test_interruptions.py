"""Interrupted summaries: a worker dies or the user leaves. No stuck spinner and no summary of the wrong page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from driver import Browser, Site, wait_for
from reader import Reader
from samples import article
from tests import wording

LONG, OTHER = "The long log", "The other log"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "long.html").write_text(article(LONG, 450))
    (tmp_path / "other.html").write_text(article(OTHER, 40, seed=11))
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture
def long(browser: Browser, reader: Reader, site: Site) -> Page:
    """A page that takes seconds to summarize, with the summary in progress and some sentences encoded."""
    page = browser.open(f"{site.url}/long.html?{id(site)}")
    panel = reader.ask(page)
    label = panel.locator("#progress-label", has_text=wording.text("summary.progress_embed"))
    label.wait_for()
    bar = panel.locator("#progress progress")
    wait_for("the first sentences to be done", lambda: bar.get_attribute("value") not in (None, "0"), 30, 0.02)
    return page


def works_again(reader: Reader, page: Page) -> None:
    seen = reader.summarize(page)
    assert seen.title == LONG
    assert seen.points


def test_summary_survives_or_reports_a_model_worker_crash(reader: Reader, browser: Browser, long: Page) -> None:
    """Between two batches a new worker is started unnoticed. Within a batch, an error is shown."""
    browser.offscreen().evaluate("nutshell.models.crash()")
    seen = reader.shown()
    assert seen.points or (seen.notice == "failed" and wording.text("model.stopped") in seen.text)
    works_again(reader, long)


def test_repeated_model_worker_crashes_are_reported(reader: Reader, browser: Browser, long: Page) -> None:
    engine = browser.offscreen()
    engine.evaluate("globalThis.plague = setInterval(() => nutshell.models.crash(), 30)")
    seen = reader.shown(15)
    engine.evaluate("clearInterval(plague)")
    assert seen.notice == "failed"
    assert wording.text("model.stopped") in seen.text
    works_again(reader, long)


def test_unresponsive_model_worker_is_replaced(reader: Reader, browser: Browser, site: Site) -> None:
    """A run that exceeds the time limit counts as hung."""
    reader.summarize(browser.open(f"{site.url}/other.html"))
    engine = browser.offscreen()
    engine.evaluate("nutshell.times.ping = 20, nutshell.times.modelRun = 1")
    page = browser.open(f"{site.url}/long.html")
    reader.ask(page)
    seen = reader.shown(30)
    assert seen.notice == "failed"
    assert wording.text("worker.no_response") in seen.text
    engine.evaluate("nutshell.times.ping = 5_000, nutshell.times.modelRun = 60_000")
    works_again(reader, page)


def test_engine_worker_crash_is_reported(reader: Reader, browser: Browser, long: Page) -> None:
    browser.offscreen().evaluate("nutshell.engine.crash()")
    seen = reader.shown(15)
    assert seen.notice
    assert wording.pattern("engine.stopped").search(seen.text)
    works_again(reader, long)


def test_both_workers_die_between_summaries(reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(f"{site.url}/other.html")
    reader.summarize(page)
    browser.offscreen().evaluate("nutshell.models.crash(), nutshell.engine.crash()")
    browser.close_panel()
    assert reader.summarize(page).points


def test_closed_engine_document_is_reported(reader: Reader, browser: Browser, long: Page) -> None:
    """The offscreen document is closed, as when the browser runs out of memory."""
    target = browser.offscreen().id
    browser.close_target(target)
    seen = reader.shown(15)
    assert seen.notice
    assert wording.pattern("engine.stopped").search(seen.text)
    works_again(reader, long)


def test_cancel(reader: Reader, long: Page) -> None:
    reader.panel.locator("#cancel").click()
    assert reader.shown(5).notice == "cancelled"
    reader.forget()
    reader.panel.get_by_role("button", name=wording.text("notice.cancelled.retry")).click()
    assert reader.shown().title == LONG


def test_panel_closed(reader: Reader, browser: Browser, long: Page) -> None:
    browser.close_panel()
    works_again(reader, long)


def test_clicked_again(reader: Reader, long: Page) -> None:
    works_again(reader, long)


def test_clicked_again_on_another_page(reader: Reader, browser: Browser, long: Page, site: Site) -> None:
    """The later click wins, and the earlier page's summary never replaces it."""
    seen = reader.summarize(browser.open(f"{site.url}/other.html"))
    assert seen.title == OTHER
    panel = reader.panel
    panel.wait_for_timeout(4_000)
    assert reader.seen() == seen
    assert reader.idle()


def test_navigation(reader: Reader, long: Page, site: Site) -> None:
    long.goto(f"{site.url}/other.html")
    seen = reader.shown(15)
    assert seen.notice == "moved"
    reader.panel.wait_for_timeout(4_000)
    assert reader.seen() == seen
    assert reader.idle()
    # On the same site, the earlier click still grants access.
    reader.forget()
    reader.panel.get_by_role("button", name=wording.text("notice.moved.retry")).click()
    assert reader.shown().title == OTHER


def test_reload(reader: Reader, long: Page) -> None:
    long.reload()
    assert reader.shown(15).notice == "moved"
    works_again(reader, long)


def test_tab_closed(reader: Reader, browser: Browser, long: Page, site: Site) -> None:
    long.close()
    assert reader.shown(15).notice == "moved"
    assert reader.summarize(browser.open(f"{site.url}/other.html")).title == OTHER


def test_navigation_after_the_summary(reader: Reader, browser: Browser, site: Site) -> None:
    """The summary stays, reports that the page has changed, and highlights nothing in the new page."""
    page = browser.open(f"{site.url}/other.html")
    reader.summarize(page)
    page.goto(f"{site.url}/long.html")
    panel = reader.panel
    panel.locator("#banner-gone").wait_for()
    assert reader.seen().title == OTHER
    reader.points().first.hover()
    panel.wait_for_timeout(500)
    assert reader.highlighted(page) == ""


def test_another_tab_after_the_summary(reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(f"{site.url}/other.html")
    reader.summarize(page)
    browser.open(f"{site.url}/long.html")
    banner = reader.panel.locator("#banner-elsewhere")
    banner.wait_for()
    assert OTHER in banner.inner_text()
    banner.get_by_role("button").click()
    banner.wait_for(state="hidden")
    assert page.evaluate("document.visibilityState") == "visible"


def test_ten_clicks_in_a_row(reader: Reader, browser: Browser, site: Site) -> None:
    pages = [browser.open(f"{site.url}/{name}.html?{n}") for n in range(5) for name in ("long", "other")]
    for page in pages:
        reader.ask(page)
    assert reader.shown().title == OTHER
    assert reader.idle()
