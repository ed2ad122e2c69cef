"""The three entry points (toolbar button, shortcut, context menu) with real input in a headed browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from driver import Browser, Site
from reader import Reader, squeeze
from tests import wording


@pytest.fixture(scope="module")
def window(extension) -> Iterator[Browser]:
    with Browser(extension, headed=True) as browser:
        yield browser


@pytest.fixture
def reader(window: Browser) -> Iterator[Reader]:
    yield Reader(window)
    window.tidy()


@pytest.fixture
def page(window: Browser, pages: Site) -> Page:
    return window.open(f"{pages.url}/article.html")


def test_toolbar_button(reader: Reader, page: Page) -> None:
    seen = reader.summarize(page)
    assert seen.title == page.locator("h1").first.inner_text()
    assert seen.gist
    assert seen.points


def test_shortcut(reader: Reader, window: Browser, page: Page) -> None:
    window.press_shortcut(page)
    seen = reader.shown()
    assert seen.title == page.locator("h1").first.inner_text()
    assert seen.gist
    assert seen.points


def test_shortcut_again_with_the_panel_open(reader: Reader, window: Browser, page: Page, pages: Site) -> None:
    window.press_shortcut(page)
    reader.shown()
    german = window.open(f"{pages.url}/german.html")
    reader.forget()
    window.press_shortcut(german)
    assert reader.shown().title == german.locator("h1").first.inner_text()


def test_menu_on_the_page(reader: Reader, window: Browser, page: Page) -> None:
    window.choose_menu(page)
    seen = reader.shown()
    assert seen.title == page.locator("h1").first.inner_text()
    assert seen.points


def test_menu_on_a_selection(reader: Reader, window: Browser, page: Page) -> None:
    """Only the selection is summarized, and its sentences are found in the page."""
    passages = page.locator("article p")
    first, last = passages.nth(1), passages.nth(3)
    first.scroll_into_view_if_needed()
    selected = page.evaluate(
        """([first, last]) => {
          getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length);
          return getSelection().toString();
        }""",
        [first.element_handle(), last.element_handle()],
    )
    box = first.bounding_box()
    window.choose_menu(page, at=(box["x"] + 30, box["y"] + 8))
    seen = reader.shown()
    assert wording.text("summary.selection") in seen.text
    for sentence in [seen.gist, *seen.points]:
        assert squeeze(sentence) in squeeze(selected)
    for number in range(reader.points().count()):
        reader.look_up(page, reader.points().nth(number))


def test_menu_summarizes_the_tab_it_was_opened_in(reader: Reader, window: Browser, page: Page, pages: Site) -> None:
    """The summary is of the tab with the menu, not of an earlier tab."""
    window.open(f"{pages.url}/german.html")
    window.choose_menu(page)
    assert reader.shown().title == page.locator("h1").first.inner_text()


def test_lead_is_shown_before_the_engine_starts(launch: Callable[..., Browser], pages: Site) -> None:
    """The panel shows the lead while the engine starts."""
    browser = launch()
    page = browser.open(f"{pages.url}/article.html")
    reader = Reader(browser)
    panel = reader.ask(page)
    lead = panel.locator("article.waiting .lead-text")
    lead.wait_for(timeout=3_000)
    start = squeeze(lead.inner_text())
    assert start
    assert start in squeeze(page.inner_text("body"))
    assert reader.shown().points
    assert panel.locator("article.waiting").count() == 0
