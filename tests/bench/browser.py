"""The built extension in a real Chromium, and copies of it that contain the benchmarks' own pages."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.report import ROOT, BenchError
from tests.bench.texts import article_page

# The driver is the browser tests' own.
sys.path.append(str(ROOT / "tests/browser"))

from driver import DIST, Browser, wait_for

WEB = Path(__file__).with_name("web")
# In a panel that is opening, with [tab, selector]: the milliseconds from navigation until the selector is painted.
# Selects the tab as soon as possible.
OPENED = """async ([tab, first]) => {
  document.getElementById(tab).click();
  while (!document.querySelector(first)) await new Promise(requestAnimationFrame);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now();
}"""

_WARM_UP = "chrome.runtime.onInstalled.addListener(scheduleWarmUp);\n"

__all__ = ["Browser", "built", "copies_of_article", "used_profile", "wait_for", "wait_for_warm_up", "with_bench_pages"]


def built() -> Path:
    """Returns the folder of the built extension."""
    if not (DIST / "manifest.json").is_file():
        raise BenchError("dist/chrome is missing: run `make build` first")
    return DIST


def wait_for_warm_up(browser: Browser) -> None:
    """Waits until the newly installed extension has finished its warm-up summary (extension/warm-up.js).

    The browser then caches the compiled code of Pyodide and onnxruntime.
    """
    wait_for("the browser to keep compiled code", lambda: browser.compiled() >= 2, timeout=60)
    time.sleep(1.0)


@contextmanager
def used_profile() -> Iterator[Path]:
    """Yields the profile of a browser that has run once, with only the extension installed."""
    with TemporaryDirectory(prefix="nutshell-profile-") as profile:
        with Browser(built(), profile=Path(profile)) as browser:
            wait_for_warm_up(browser)
        yield Path(profile)


@contextmanager
def with_bench_pages() -> Iterator[Path]:
    """Yields a copy of the built extension with `web/` as `bench/`: pages under the extension's own policy.

    The copy skips the warm-up after installation (extension/warm-up.js), which would disturb the measurement.
    """
    with TemporaryDirectory(prefix="nutshell-bench-") as folder:
        copy = Path(folder) / "extension"
        shutil.copytree(built(), copy)
        shutil.copytree(WEB, copy / "bench")
        background = copy / "background.js"
        text = background.read_text("utf-8")
        if _WARM_UP not in text:
            raise BenchError("background.js starts its warm-up differently, which would disturb the benchmarks")
        background.write_text(text.replace(_WARM_UP, ""), encoding="utf-8")
        yield copy


@contextmanager
def copies_of_article(count: int) -> Iterator[Path]:
    """Yields a folder with `count` copies NUMBER.html of the sample article.

    The core caches the last articles it scored, so every copy has its own title and address.
    """
    text = article_page()
    with TemporaryDirectory(prefix="nutshell-pages-") as folder:
        for number in range(count):
            copy = text.replace("</title>", f" {number + 1}</title>", 1).replace("</h1>", f" {number + 1}</h1>", 1)
            if copy == text:
                raise BenchError("the sample article has no title, so its copies cannot be distinguished")
            (Path(folder) / f"{number}.html").write_text(copy, encoding="utf-8")
        yield Path(folder)
