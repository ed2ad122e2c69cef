"""The built extension in a real Chromium, and copies of it that hold the benchmarks' own pages too."""

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
# In a panel that is being opened, [the tab, what it shows first]: milliseconds from the navigation until that is
# on screen. The tab is chosen as soon as it can be.
OPENED = """async ([tab, first]) => {
  document.getElementById(tab).click();
  while (!document.querySelector(first)) await new Promise(requestAnimationFrame);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now();
}"""

_REHEARSES = "chrome.runtime.onInstalled.addListener(rehearseSoon);\n"

__all__ = ["Browser", "built", "copies_of_article", "installed", "rehearsed", "wait_for", "with_bench_pages"]


def built() -> Path:
    """The folder of the built extension."""
    if not (DIST / "manifest.json").is_file():
        raise BenchError("dist/chrome is missing: run `make build` first")
    return DIST


def rehearsed(browser: Browser) -> None:
    """Wait until the extension, just installed, has made its summary for nobody (extension/warm-up.js).

    The browser then keeps what it compiled for it: Pyodide's code and onnxruntime's.
    """
    wait_for("the browser to keep compiled code", lambda: browser.compiled() >= 2, timeout=60)
    time.sleep(1.0)


@contextmanager
def installed() -> Iterator[Path]:
    """The profile of a browser that has run once: the extension was installed in it, and nothing else."""
    with TemporaryDirectory(prefix="nutshell-profile-") as profile:
        with Browser(built(), profile=Path(profile)) as browser:
            rehearsed(browser)
        yield Path(profile)


@contextmanager
def with_bench_pages() -> Iterator[Path]:
    """A copy of the built extension with `web/` in it as `bench/`: pages under the extension's own policy.

    It does nothing by itself once it is installed (extension/warm-up.js), beside what is measured.
    """
    with TemporaryDirectory(prefix="nutshell-bench-") as folder:
        copy = Path(folder) / "extension"
        shutil.copytree(built(), copy)
        shutil.copytree(WEB, copy / "bench")
        background = copy / "background.js"
        text = background.read_text("utf-8")
        if _REHEARSES not in text:
            raise BenchError("background.js rehearses in another way: a bench would be disturbed by it")
        background.write_text(text.replace(_REHEARSES, ""), encoding="utf-8")
        yield copy


@contextmanager
def copies_of_article(count: int) -> Iterator[Path]:
    """A folder with `count` copies NUMBER.html of the sample article, each another page to the core.

    The core remembers the last articles it scored: every copy has a title and an address of its own.
    """
    text = article_page()
    with TemporaryDirectory(prefix="nutshell-pages-") as folder:
        for number in range(count):
            copy = text.replace("</title>", f" {number + 1}</title>", 1).replace("</h1>", f" {number + 1}</h1>", 1)
            if copy == text:
                raise BenchError("the sample article has no title to tell its copies apart by")
            (Path(folder) / f"{number}.html").write_text(copy, encoding="utf-8")
        yield Path(folder)
