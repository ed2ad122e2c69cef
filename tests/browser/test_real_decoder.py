"""Rewriting with the real language model of the larger package: streamed, checked, stopped, killed, and in answers.

Runs only if that package is built (`make build WORDS=1`), because its weights are 93 MB to download.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from driver import ROOT, Browser, Site, wait_for
from reader import Reader, summarized_article
from tests import wording

PACKAGE = ROOT / "dist/chrome-words"
SECONDS = 90_000

pytestmark = pytest.mark.skipif(
    not (PACKAGE / "models/decoder.bin").is_file(),
    reason="dist/chrome-words is not built: run `make build WORDS=1`",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(PACKAGE) as browser:
        yield browser
        assert browser.console_errors() == []


@pytest.fixture(scope="module")
def page(browser: Browser, pages: Site) -> Page:
    return summarized_article(browser, pages)


@pytest.fixture
def panel(browser: Browser, page: Page) -> Page:
    return browser.panel()


def wait_until_done(panel: Page) -> None:
    panel.locator("#paraphrase-progress").wait_for(state="hidden", timeout=SECONDS)


def test_rewriting_is_streamed_and_supported_by_the_page(panel: Page) -> None:
    panel.locator("#paraphrase-about summary").click()
    offer = panel.locator("#paraphrase-offer")
    expect(offer).to_contain_text("SmolLM2 135M", timeout=SECONDS)
    expect(offer).to_contain_text(wording.pattern("paraphrase.speed_value"), timeout=SECONDS)
    panel.evaluate(
        """() => {
          const draft = document.getElementById("paraphrase-draft");
          globalThis.drafts = [];
          globalThis.watching = new MutationObserver(() => {
            if (!draft.hidden) drafts.push(draft.lastElementChild.textContent);
          });
          watching.observe(draft, { childList: true, subtree: true, characterData: true, attributes: true });
        }"""
    )
    panel.locator("#paraphrase-offer [data-paraphrase=on]").click()
    expect(panel.locator("#paraphrase-said .said").first).to_be_visible(timeout=SECONDS)
    wait_until_done(panel)
    drafts = panel.evaluate("watching.disconnect(), drafts")
    assert any(len(later) > len(draft) and later.startswith(draft) for draft, later in pairwise(drafts))
    for said in panel.locator("#paraphrase-said .said > .point").all():
        assert said.inner_text().rstrip('"”').endswith((".", "!", "?"))


def test_same_worker_handles_the_next_request_after_stopping(
    panel: Page, browser: Browser, reader: Reader, page: Page
) -> None:
    browser.offscreen().evaluate("globalThis.before = nutshell.languageModel, 0")
    panel.evaluate(
        """() => {
          const draft = document.getElementById("paraphrase-draft");
          globalThis.stopping = new MutationObserver(() => {
            if (draft.hidden || draft.lastElementChild.textContent.length < 20) return;
            stopping.disconnect();
            document.getElementById("paraphrase-cancel").click();
          });
          stopping.observe(draft, { childList: true, subtree: true, characterData: true, attributes: true });
        }"""
    )
    reader.summarize(page)
    expect(panel.locator("#paraphrase-said")).to_contain_text(wording.text("action.stopped"), timeout=SECONDS)
    panel.locator("#paraphrase-said").get_by_role("button", name=wording.text("paraphrase.start_again")).click()
    expect(panel.locator("#paraphrase-said .said").first).to_be_visible(timeout=SECONDS)
    wait_until_done(panel)
    assert panel.locator("#paraphrase-said").get_by_text(wording.text("action.stopped")).count() == 0
    assert browser.offscreen().evaluate("nutshell.languageModel === before || before.over")


def test_killed_worker_is_reported_and_the_next_request_works(
    panel: Page, browser: Browser, reader: Reader, page: Page
) -> None:
    reader.ask(page)
    expect(panel.locator("#paraphrase-draft")).to_be_visible(timeout=SECONDS)
    browser.offscreen().evaluate("nutshell.languageModel.crash()")
    expect(panel.locator("#paraphrase-said .detail")).to_contain_text(
        wording.text("language_model.stopped"), timeout=SECONDS
    )
    panel.locator("#paraphrase-said").get_by_role("button", name=wording.text("action.retry")).click()
    expect(panel.locator("#paraphrase-said .said").first).to_be_visible(timeout=SECONDS)
    wait_until_done(panel)


def test_key_point_is_shortened_or_unchanged(panel: Page) -> None:
    button = panel.locator(".simpler").first
    point = panel.locator(".points .point > span").first
    own = point.inner_text()
    button.click()
    wait_for("an answer", lambda: button.get_attribute("aria-busy") == "false", 60)
    changed = point.inner_text()
    assert changed == own or len(changed.split()) < len(own.split())


def test_answer_has_its_quotes_regardless_of_the_model(panel: Page) -> None:
    question = panel.locator("#ask-question")
    question.fill("How many megawatt-hours of batteries does she carry?")
    question.press("Enter")
    answer = panel.locator(".answer").last
    expect(answer.locator(".quote").first).to_contain_text("4.2 megawatt-hours", timeout=SECONDS)
    panel.locator("#ask-progress").wait_for(state="hidden", timeout=SECONDS)
    for said in answer.locator(".said-answer > .point").all_inner_texts():
        assert "4.2" in said


def test_idle_language_model_worker_stops(browser: Browser, panel: Page) -> None:
    engine = browser.offscreen()
    assert not engine.evaluate("nutshell.languageModel.over")
    engine.evaluate("nutshell.times.modelsIdle = 100, nutshell.resetIdleTimers()")
    wait_for("the language-model worker to stop", lambda: engine.evaluate("nutshell.languageModel.over"))
