"""Rewriting in the built extension with a tiny random decoder of the same architecture: off, on, stopped, killed.

The output of such a model is nonsense and must never be shown. These tests check that too.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from driver import Browser, Site, wait_for
from models.decoder import tiny
from reader import Reader, summarized_article
from tests import wording

SECONDS = 60_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a decoder archive like the one in the larger package."""
    made = tmp_path_factory.mktemp("decoder")
    tiny.write(made)
    with zipfile.ZipFile(made / "tiny.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("decoder.onnx", "decoder.bin", "decoder-tokenizer.json"):
            file.write(made / name, f"models/{name}")
    return made / "tiny.zip"


@pytest.fixture(scope="module")
def browser(extension: Path) -> Iterator[Browser]:
    with Browser(extension) as browser:
        yield browser
        assert browser.console_errors() == []


@pytest.fixture(scope="module")
def page(browser: Browser, pages: Site) -> Page:
    return summarized_article(browser, pages)


@pytest.fixture
def panel(browser: Browser, page: Page) -> Page:
    return browser.panel()


def open_description(panel: Page) -> None:
    """Open the description of the model."""
    if not panel.evaluate("document.getElementById('paraphrase-about').open"):
        panel.locator("#paraphrase-about summary").click()


def button(panel: Page, name: str) -> Locator:
    return panel.locator("#paraphrase").get_by_role("button", name=name, exact=True)


def choose(panel: Page, file: Path) -> None:
    panel.locator("#paraphrase-file").set_input_files(file)


def stored(panel: Page) -> list[str]:
    """Returns the files in the browser's private storage other than the user's data."""
    return panel.evaluate(
        """async () => {
          const names = [];
          for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
          return names.filter((name) => name.startsWith("decoder")).sort();
        }"""
    )


def test_missing_model_is_reported_and_invalid_file_is_refused(panel: Page, archive: Path, tmp_path: Path) -> None:
    open_description(panel)
    expect(panel.locator("#paraphrase-offer")).to_contain_text(wording.text("paraphrase.missing"), timeout=SECONDS)
    problem = panel.locator("#paraphrase-offer .detail")
    text = tmp_path / "text.zip"
    text.write_text("no zip")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-40_000] + archive.read_bytes()[-400:])
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(other, "w") as file:
        for entry in whole.infolist():
            content = whole.read(entry)
            if entry.filename.endswith("decoder.onnx"):
                content = content[: len(content) // 2]
            file.writestr(entry.filename, content)
    for file, said in (
        (text, wording.text("model_file.not_zip")),
        (cut, wording.text("model_file.zip_cut_off")),
        (other, wording.pattern("paraphrase.cannot_use", file="other.zip")),
    ):
        choose(panel, file)
        expect(problem).to_contain_text(said, timeout=SECONDS)
    wait_for("the model file to be deleted", lambda: stored(panel) == [])


def test_chosen_file_is_tested_described_and_turned_on(panel: Page, archive: Path) -> None:
    open_description(panel)
    choose(panel, archive)
    offer = panel.locator("#paraphrase-offer")
    expect(offer).to_contain_text(wording.text("model_file.unknown", file="tiny.zip"), timeout=SECONDS)
    expect(offer).to_contain_text(wording.pattern("paraphrase.speed_value"))
    assert len(stored(panel)) == 2  # the active model's name and its folder
    button(panel, wording.text("paraphrase.turn_on")).click()
    expect(panel.locator("#paraphrase-said .said-none")).to_contain_text(
        wording.text("paraphrase.unverified"), timeout=SECONDS
    )
    expect(panel.locator("#paraphrase-said .said")).to_have_count(0)
    panel.locator(".unsaid summary").click()
    expect(panel.locator(".unsaid .reason").first).to_be_visible()
    expect(panel.locator("#page-content .gist")).to_be_visible()


def test_stopped_rewriting_can_be_started_again(panel: Page, reader: Reader, page: Page) -> None:
    # The tiny model finishes quickly, so the panel stops it at the first draft.
    panel.evaluate(
        """() => {
          const draft = document.getElementById("paraphrase-draft");
          const cancel = document.getElementById("paraphrase-cancel");
          const stop = () => draft.hidden || (globalThis.met = true, cancel.click());
          globalThis.stopping = new MutationObserver(stop);
          stopping.observe(draft, { attributes: true });
        }"""
    )
    reader.summarize(page)
    expect(panel.locator("#paraphrase-said")).to_contain_text(wording.text("action.stopped"), timeout=SECONDS)
    assert panel.evaluate("globalThis.met")
    panel.evaluate("stopping.disconnect()")
    button(panel, wording.text("paraphrase.start_again")).click()
    expect(panel.locator("#paraphrase-said .said-none")).to_contain_text(
        wording.text("paraphrase.unverified"), timeout=SECONDS
    )


def test_killed_worker_is_reported_and_the_next_request_works(
    panel: Page, browser: Browser, reader: Reader, page: Page
) -> None:
    engine = browser.offscreen()
    engine.evaluate(
        """globalThis.plague = setInterval(() => {
          const { languageModel } = nutshell;
          if (!languageModel || languageModel.ill) return;
          languageModel.ill = true;
          languageModel.ready.then(() => languageModel.crash());
        }, 5), 0"""
    )
    reader.summarize(page)
    expect(panel.locator("#paraphrase-said .detail")).to_contain_text(
        wording.text("language_model.stopped"), timeout=SECONDS
    )
    engine.evaluate("clearInterval(plague)")
    button(panel, wording.text("action.retry")).click()
    expect(panel.locator("#paraphrase-said .said-none")).to_contain_text(
        wording.text("paraphrase.unverified"), timeout=SECONDS
    )


def test_key_point_is_unchanged_if_the_model_output_is_rejected(panel: Page) -> None:
    point = panel.locator(".points .point").first
    own = point.inner_text()
    panel.locator(".simpler").first.click()
    expect(panel.locator("#toast")).to_contain_text(wording.text("paraphrase.not_shorter"), timeout=SECONDS)
    assert point.inner_text() == own


def test_turning_off_stops_the_worker_and_removing_deletes_the_model(panel: Page, browser: Browser) -> None:
    open_description(panel)
    button(panel, wording.text("paraphrase.turn_off")).click()
    expect(panel.locator(".simpler")).to_have_count(0)
    wait_for("the worker to stop", lambda: browser.offscreen().evaluate("nutshell.languageModel.over"))
    button(panel, wording.text("paraphrase.remove_file")).click()
    expect(panel.locator("#paraphrase-offer")).to_contain_text(wording.text("paraphrase.missing"), timeout=SECONDS)
    wait_for("the model file to be deleted", lambda: stored(panel) == [])


def test_erasing_everything_erases_a_chosen_file(panel: Page, reader: Reader, archive: Path) -> None:
    open_description(panel)
    choose(panel, archive)
    expect(panel.locator("#paraphrase-offer")).to_contain_text(
        wording.pattern("paraphrase.speed_value"), timeout=SECONDS
    )
    assert stored(panel)
    reader.open_privacy()
    panel.locator('[data-privacy="erase"]').click()
    panel.locator("#privacy-erase .primary").click()
    expect(panel.locator("#toast")).to_contain_text(wording.text("privacy.all_deleted"), timeout=SECONDS)
    assert stored(panel) == []
