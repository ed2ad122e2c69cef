"""Highlighting a panel's sentence in the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from driver import Browser, Site, wait_for
from reader import Reader, squeeze

IN_VIEW = """() => {
  const [range] = CSS.highlights.get("nutshell");
  const box = range.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.fixture
def page(reader: Reader, browser: Browser, pages: Site) -> Page:
    page = browser.open(f"{pages.url}/article.html")
    reader.summarize(page)
    return page


def test_pointer_sets_and_clears_the_highlight(reader: Reader, page: Page) -> None:
    point = reader.points().last
    point.hover()
    wanted = squeeze(point.inner_text())
    wait_for("the highlight", lambda: squeeze(reader.highlighted(page)) == wanted)
    reader.panel.locator("header .brand").hover()
    wait_for("the highlight to be cleared", lambda: reader.highlighted(page) == "")


def test_focus_highlights_each_sentence(reader: Reader, page: Page) -> None:
    points = reader.points()
    assert points.count() >= 2
    for number in range(points.count()):
        reader.look_up(page, points.nth(number))


def test_keys_move_through_the_sentences(reader: Reader, page: Page) -> None:
    reader.panel.locator("body").press("j")
    first = squeeze(reader.points().first.inner_text())
    wait_for("the first sentence", lambda: squeeze(reader.highlighted(page)) == first)
    reader.panel.keyboard.press("ArrowDown")
    second = squeeze(reader.points().nth(1).inner_text())
    wait_for("the second sentence", lambda: squeeze(reader.highlighted(page)) == second)


@pytest.mark.parametrize("by", ["click", "Enter"])
def test_following_scrolls_to_the_sentence(by: str, reader: Reader, page: Page) -> None:
    page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    top = page.evaluate("scrollY")
    assert top > 500
    # The sentence nearest the start of the page is now out of view.
    point = min(reader.points().all(), key=lambda point: place(page, point.inner_text()))
    reader.look_up(page, point)
    assert not page.evaluate(IN_VIEW)
    if by == "click":
        point.click()
    else:
        point.press("Enter")
    wait_for("the sentence to come into view", lambda: page.evaluate(IN_VIEW))
    assert page.evaluate("scrollY") < top


def test_page_elements_are_not_changed(reader: Reader, browser: Browser, pages: Site) -> None:
    """Neither extraction nor highlighting changes the page's elements."""
    page = browser.open(f"{pages.url}/article.html")
    before = page.content()
    reader.summarize(page)
    reader.points().first.focus()
    wait_for("a highlight", lambda: reader.highlighted(page))
    assert page.content() == before


def test_closing_the_panel_clears_the_highlight(reader: Reader, browser: Browser, page: Page) -> None:
    reader.points().first.focus()
    wait_for("a highlight", lambda: reader.highlighted(page))
    browser.close_panel()
    wait_for("the highlight to be cleared", lambda: reader.highlighted(page) == "")


def place(page: Page, sentence: str) -> int:
    return squeeze(page.inner_text("body")).index(squeeze(sentence))
