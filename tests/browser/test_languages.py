"""The interface in other languages: as the browser, or as chosen in the panel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from build.messages import languages, tag_of
from driver import Browser, Site
from nutshell.messages import Messages
from reader import Reader

OTHERS = [tag_of(language) for language in languages() if language != "en"]


def choose(browser: Browser, tag: str) -> Page:
    """Chooses a language on the privacy sheet and returns the panel that follows."""
    panel = browser.panel()
    panel.locator("#tab-privacy").click()
    panel.locator("#language").select_option(tag)
    panel.locator(f'html[lang="{tag or "en"}"]').wait_for()
    return panel


@pytest.mark.parametrize("tag", OTHERS)
def test_panel_scripts_and_answers_use_the_chosen_language(
    browser: Browser, reader: Reader, pages: Site, tag: str
) -> None:
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    messages = Messages(tag)
    try:
        panel = choose(browser, tag)
        assert panel.locator("#tab-news").inner_text() == messages.text("tab.news")
        panel.locator("#tab-privacy").click()  # the core renders this sheet
        panel.locator("#privacy-content h2").first.wait_for()
        assert messages.text("privacy.sites_allowed") in panel.locator("#privacy-content").inner_text()
    finally:
        assert choose(browser, "").locator("#tab-news").inner_text() == Messages("en").text("tab.news")


def test_choice_survives_a_restart(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    Reader(browser).summarize(browser.open(f"{pages.url}/article.html"))
    choose(browser, OTHERS[0])
    browser.restart()
    Reader(browser).summarize(browser.open(f"{pages.url}/article.html"))
    assert browser.panel().evaluate("document.documentElement.lang") == OTHERS[0]
