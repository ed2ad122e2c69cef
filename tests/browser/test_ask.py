"""Questions about a page in the built extension, up to the highlighted sentence in the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from driver import Browser, Site, wait_for
from reader import Reader
from tests import wording


@pytest.fixture
def article(reader: Reader, browser: Browser, pages: Site) -> Page:
    page = browser.open(f"{pages.url}/article.html")
    reader.summarize(page)
    return page


def ask(panel: Page, question: str) -> None:
    field = panel.get_by_role("textbox", name=wording.text("ask.title"))
    field.fill(question)
    field.press("Enter")
    expect(panel.locator(".answer .asked").first).to_have_text(question, timeout=30_000)


@pytest.mark.usefixtures("clean_console")
def test_quote_highlights_its_sentence_and_missing_answer_is_reported(reader: Reader, article: Page) -> None:
    panel = reader.panel
    ask(panel, "How many megawatt-hours of batteries does she carry?")
    # "She" needs the sentence before it, which is quoted first.
    expect(panel.locator(".answer .quote")).to_have_count(2)
    quote = panel.locator(".answer .quote").nth(1)
    expect(quote).to_contain_text("4.2 megawatt-hours")
    quote.click()
    wait_for("the sentence to be highlighted", lambda: "4.2 megawatt-hours" in reader.highlighted(article))
    ask(panel, "Which composer wrote an opera about penguins?")
    expect(panel.locator(".silence")).to_have_text(wording.text("ask.not_found"))


@pytest.mark.usefixtures("article")
def test_suggested_questions_are_answered(reader: Reader) -> None:
    panel = reader.panel
    panel.get_by_role("textbox", name=wording.text("ask.title")).focus()
    suggestion = panel.locator(".suggestion").first
    expect(suggestion).to_be_visible(timeout=30_000)
    suggestion.click()
    expect(panel.locator(".answer .quote").first).to_be_visible(timeout=30_000)
