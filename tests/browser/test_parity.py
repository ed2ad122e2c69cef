"""The same article gives the same points in the browser and on the desktop."""

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
from nutshell.hosts.desktop import application
from reader import Reader, Shown

REAL = (
    "aclu", "ars-1", "bbc-1", "breitbart", "citylab-1", "cnn", "daringfireball-1", "dropbox-blog", "ehow-1",
    "engadget", "folha", "gitlab-blog", "guardian-1", "heise", "herald-sun-1", "iab-1", "la-nacion", "lemonde-1",
    "lwn-1", "medicalnewstoday", "medium-1", "mozilla-1", "nytimes-1", "telegraph",
)  # fmt: skip
# Two sentences there are nearly as good as each other, and the encoders round differently: either may be chosen.
TIED = pytest.mark.xfail(reason="two sentences nearly as good: the processor's rounding decides", strict=False)
OWN = ("article", "german", "hostile", "korean")


@pytest.fixture(scope="module")
def desktop(extension: Path) -> Application:
    """The desktop host, on the very model files of the package."""
    return application(models=extension / "models")


def on_desktop(desktop: Application, article: dict[str, Any]) -> dict[str, Any]:
    """In a thread of its own: Playwright's loop runs in this one."""
    asked = desktop.handle("summarize", {"article": article, "length": None}, lambda stage, done, total: None)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result(60)


def extracted(browser: Browser) -> dict[str, Any]:
    """The article as the extension's own script reads it from the tab in front."""
    return browser.service_worker().evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const func = () => globalThis.nutshell.extract({ mode: "page" });
          const [{ result }] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func });
          return result.article;
        }"""
    )


def same(browser: Browser, desktop: Application, url: str) -> Shown:
    seen = Reader(browser).summarize(browser.open(url))
    assert seen.gist
    answer = on_desktop(desktop, extracted(browser))
    assert seen.gist == answer["gist"]
    below_gist = [point["text"] for point in answer["points"] if point["text"] != answer["gist"]]
    assert seen.points == below_gist
    assert seen.sections == [(section["heading"], section["text"]) for section in answer["outline"]]
    return seen


@pytest.mark.parametrize("name", OWN)
def test_own_page(name: str, browser: Browser, desktop: Application, pages: Site) -> None:
    assert (PAGES / f"{name}.html").is_file()
    same(browser, desktop, f"{pages.url}/{name}.html")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    site = Site(shared("pages", "readability"))
    yield site
    site.close()


@pytest.mark.parametrize("name", [pytest.param(n, marks=TIED) if n == "daringfireball-1" else n for n in REAL])
def test_real_page(name: str, browser: Browser, desktop: Application, site: Site) -> None:
    same(browser, desktop, f"{site.url}/{name}/source.html")
