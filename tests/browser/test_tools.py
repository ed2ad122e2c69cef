"""The panel's toolbar: number of sentences, copying, reading aloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from driver import Browser, Site, wait_for
from reader import Reader, Shown, sentences
from tests import wording


@pytest.fixture
def shown(reader: Reader, browser: Browser, pages: Site) -> Shown:
    return reader.summarize(browser.open(f"{pages.url}/article.html"))


def test_slider_sets_the_number_of_sentences(reader: Reader, shown: Shown) -> None:
    automatic = len(sentences(shown))
    for length in (2, 10, 5):
        reader.set_length(length)
        reader.wait_for_sentences(length)
    reader.set_length(1)
    reader.wait_for_sentences(automatic)


def test_shorter_summary_is_a_subset_of_the_longer(reader: Reader, shown: Shown) -> None:
    """The slider adds and removes sentences but does not replace the others."""
    reader.set_length(9)
    many = reader.wait_for_sentences(9)
    reader.set_length(4)
    few = reader.wait_for_sentences(4)
    reader.set_length(1)
    assert len(set(sentences(few)) & set(sentences(many))) >= 3


def test_length_survives_a_restart(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    reader = Reader(browser)
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    reader.set_length(5)
    reader.wait_for_sentences(5)
    browser.restart()
    seen = reader.summarize(browser.open(f"{pages.url}/article.html"))
    assert len(sentences(seen)) == 5
    panel = browser.panel()
    wait_for("the slider to be at 5", lambda: panel.locator("#length").input_value() == "5")
    assert panel.locator("#length-shown").inner_text() == "5"


def copied(browser: Browser, page: Page, form: str) -> str:
    """Choose an entry of the copy menu, paste into a field of a page, and return the pasted text."""
    panel = browser.panel()
    panel.locator("#copy").click()
    panel.locator(f'[data-copy="{form}"]').click()
    panel.locator("#toast.shown").wait_for()
    page.bring_to_front()
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'paste'}))")
    page.locator("#paste").focus()
    page.keyboard.press("Control+v")
    return str(wait_for("the pasted text", lambda: page.locator("#paste").input_value()))


def test_copy_as_text(browser: Browser, shown: Shown, pages: Site) -> None:
    text = copied(browser, browser.open(f"{pages.url}/tiny.html"), "text")
    assert shown.title in text
    assert f"{pages.url}/article.html" in text
    for sentence in sentences(shown):
        assert sentence in text
    assert "**" not in text


def test_copy_as_markdown(browser: Browser, shown: Shown, pages: Site) -> None:
    text = copied(browser, browser.open(f"{pages.url}/tiny.html"), "markdown")
    assert f"]({pages.url}/article.html)" in text or f"<{pages.url}/article.html>" in text
    for point in shown.points:
        assert any(line.startswith("- ") and point[:40] in line for line in text.splitlines())


def test_listening_uses_local_voices_only(reader: Reader, browser: Browser, shown: Shown) -> None:
    """Without a local voice the button explains why it is disabled. With one it speaks and can be stopped."""
    panel = reader.panel
    listen = panel.locator("#listen")
    assert panel.evaluate("speechSynthesis.getVoices().filter((voice) => voice.localService).length") == 0
    assert listen.get_attribute("aria-disabled") == "true"
    listen.click(force=True)  # Playwright does not click disabled buttons without force
    panel.get_by_text(wording.text("tools.no_voice", language="English")).wait_for()
    # The test browser has no voices. Add a local and a remote one, which would send the text to a server.
    panel.evaluate(
        """() => {
          globalThis.said = [];
          const voice = (name, localService) => ({ name, lang: "en-US", localService, default: !localService });
          speechSynthesis.getVoices = () => [voice("far", false), voice("near", true)];
          globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
          speechSynthesis.speak = (utterance) => {
            said.push([utterance.voice.name, utterance.text]);
            setTimeout(() => utterance.onend(), 150);
          };
          speechSynthesis.dispatchEvent(new Event("voiceschanged"));
        }"""
    )
    assert listen.get_attribute("aria-disabled") == "false"
    listen.click()
    assert listen.inner_text().strip() == "Stop"
    panel.locator(".point.speaking").wait_for()
    listen.click()
    assert listen.inner_text().strip() == "Listen"
    said = panel.evaluate("said")
    assert said
    assert {voice for voice, _ in said} == {"near"}
    listen.click()
    wait_for("the reading to end", lambda: listen.inner_text().strip() == "Listen", 20)
    spoken = " ".join(text for _, text in panel.evaluate("said"))
    for sentence in sentences(shown):
        assert sentence in spoken
