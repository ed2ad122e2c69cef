"""Fixtures: the built extension, browsers that run it, and sample pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from driver import DIST, ROOT, Browser, Site
from page_reading import Reading
from reader import Reader

PAGES = ROOT / "tests" / "pages"
DATA = ROOT.parent / "shared" / "data"
SOURCES = ("core/nutshell", "extension", "build", "models", "package-lock.json")


@pytest.fixture(scope="session")
def extension() -> Path:
    """Returns dist/chrome, rebuilt if a source file is newer."""
    manifest = DIST / "manifest.json"
    if not manifest.is_file() or manifest.stat().st_mtime < _newest_source():
        if "PYTEST_XDIST_WORKER" in os.environ:
            pytest.fail(
                "dist/chrome is older than its sources, and two processes must not build it at once: make build"
            )
        done = subprocess.run(
            [sys.executable, "build"], cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False
        )
        if done.returncode:
            pytest.fail(f"the build failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return DIST


def _newest_source() -> float:
    files = (path for name in SOURCES for path in (ROOT / name, *(ROOT / name).rglob("*")) if path.is_file())
    return max(path.stat().st_mtime for path in files if path.suffix != ".pyc")


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    reading = Reading()
    yield reading
    reading.close()


# Module scope, not session scope: while Playwright runs, no other test in this thread can use asyncio.
@pytest.fixture(scope="module")
def _shared_browser(extension: Path, pages: Site) -> Iterator[Browser]:
    with Browser(extension) as browser:
        # The first summary waits for the engine to start. Tests should not have to.
        Reader(browser).summarize(browser.open(f"{pages.url}/article.html"), timeout=120)
        yield browser


@pytest.fixture
def browser(_shared_browser: Browser) -> Iterator[Browser]:
    """A headless browser shared by a module's tests. Each test starts with one blank tab and must leave it running."""
    browser = _shared_browser
    if not browser.running:
        browser.start()
    browser.tidy()
    yield browser
    if browser.running:
        browser.tidy()


@pytest.fixture
def launch(extension: Path) -> Iterator[Callable[..., Browser]]:
    """Starts browsers that close when the test ends. Takes the options of Browser."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Browser(**{"extension": extension, **options}))


@pytest.fixture
def reader(browser: Browser) -> Reader:
    return Reader(browser)


@pytest.fixture(scope="session")
def pages() -> Iterator[Site]:
    """A local server of the sample pages."""
    site = Site(PAGES)
    yield site
    site.close()


@pytest.fixture
def clean_console(browser: Browser) -> Iterator[None]:
    """Fails the test if the panel or the offscreen document logged an error."""
    browser.console_errors()
    yield
    assert browser.console_errors() == []


def shared(*parts: str) -> Path:
    """Returns a folder of the shared data. Skips the test if it is missing."""
    folder = DATA.joinpath(*parts)
    if not folder.exists():
        pytest.skip(f"needs ../shared/data/{'/'.join(parts)}")
    return folder
