"""The same article gives the same points in the browser and on the desktop, or equally salient ones.

The encoder's results are rounded differently on different processors, so the salience of a sentence is equal only
within ROUNDING (`python -m models eval agreement` measures it). If two sentences are closer to each other than
that, either may be chosen. Nothing else may differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from conftest import PAGES, shared
from driver import Browser, Site
from nutshell.app import Application
from nutshell.article import Article
from nutshell.extraction.content import MainContent
from nutshell.hosts.desktop import NativeModels, application
from nutshell.summary.summarizer import ScoredArticle, score_article
from nutshell.text.wordpiece import WordPiece
from reader import Reader, Shown

REAL = (
    "aclu", "ars-1", "bbc-1", "breitbart", "citylab-1", "cnn", "daringfireball-1", "dropbox-blog", "ehow-1",
    "engadget", "folha", "gitlab-blog", "guardian-1", "heise", "herald-sun-1", "iab-1", "la-nacion", "lemonde-1",
    "lwn-1", "medicalnewstoday", "medium-1", "mozilla-1", "nytimes-1", "telegraph",
)  # fmt: skip
ROUNDING = 0.03  # on the salience scale of 0 to 1
OWN = ("article", "german", "hostile", "korean")


@pytest.fixture(scope="module")
def desktop(extension: Path) -> Application:
    """The desktop host with the package's model files."""
    return application(models=extension / "models")


def on_desktop(desktop: Application, article: dict[str, Any]) -> dict[str, Any]:
    """Summarize in a separate thread, because Playwright's event loop runs in this one."""
    asked = desktop.handle("summarize", {"article": article, "length": None}, lambda stage, done, total: None)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result(60)


def extracted(browser: Browser) -> dict[str, Any]:
    """Returns the article as the extension's script extracts it from the active tab."""
    return browser.service_worker().evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const func = () => globalThis.nutshell.extract({ mode: "page" });
          const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func });
          return result.article;
        }"""
    )


def salience(extension: Path, article: dict[str, Any]) -> dict[str, float]:
    """Returns the salience of each sentence on the desktop."""
    folder = extension / "models"
    models = NativeModels(folder)

    async def score() -> ScoredArticle:
        return await score_article(
            Article.from_wire(await MainContent(models).apply(article)),
            models=models,
            wordpiece=WordPiece.from_vocab((folder / "vocab.txt").read_text(encoding="utf-8")),
            progress=lambda stage, done, total: None,
        )

    with ThreadPoolExecutor(1) as thread:
        scored = thread.submit(asyncio.run, score()).result(60)
    considered = zip(scored.considered, scored.salience.scores, strict=True)
    return {scored.sentences[number].text: value for number, value in considered}


def check_same_points(browser: Browser, extension: Path, desktop: Application, url: str) -> Shown:
    seen = Reader(browser).summarize(browser.open(url))
    assert seen.gist
    article = extracted(browser)
    answer = on_desktop(desktop, article)
    gist = answer["speech"]["parts"][1]["text"]  # the first line below the title
    points = [point["text"] for point in answer["points"]]
    outline = [(section["heading"], section["text"]) for section in answer["outline"]]
    there = {seen.gist, *seen.points, *(text for _, text in seen.sections)}
    here = {gist, *points, *(text for _, text in outline)}
    if there == here:
        assert seen.gist == gist
        assert seen.points == [text for text in points if text != gist]
        assert seen.sections == outline
        return seen
    assert [heading for heading, _ in seen.sections] == [heading for heading, _ in outline]
    value = salience(extension, article)
    one, other = (sorted(value[text] for text in found) for found in (there - here, here - there))
    assert len(one) == len(other) == 1, "more than one sentence differs"
    assert abs(one[0] - other[0]) < ROUNDING, "another sentence with a different salience"
    return seen


@pytest.mark.parametrize("name", OWN)
def test_sample_page_gives_the_same_points(
    name: str, browser: Browser, extension: Path, desktop: Application, pages: Site
) -> None:
    assert (PAGES / f"{name}.html").is_file()
    check_same_points(browser, extension, desktop, f"{pages.url}/{name}.html")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site(shared("pages", "readability"))
    yield site
    site.close()


@pytest.mark.parametrize("name", REAL)
def test_real_page_gives_the_same_points(
    name: str, browser: Browser, extension: Path, desktop: Application, site: Site
) -> None:
    check_same_points(browser, extension, desktop, f"{site.url}/{name}/source.html")
