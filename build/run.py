"""python -m build.run [PAGE] [--out FOLDER]: opens a page in Chromium and summarizes it with the built extension.

PAGE is an address or an HTML file, which is served from 127.0.0.1. Prints the summary and saves a screenshot of the
side panel as FOLDER/panel.png. If DISPLAY is set, the browser window stays open until you close it.
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from build.layout import ROOT

sys.path.append(str(ROOT / "tests" / "browser"))

Browser: Any = import_module("driver").Browser
Reader: Any = import_module("reader").Reader

SAMPLE = ROOT / "tests" / "pages" / "article.html"
# The first click also starts Python and the models.
TIMEOUT_SECONDS = 120.0
# Twice the pixels, for a sharp screenshot. The driver blocks DNS by default; an address needs it.
FLAGS = ("--force-device-scale-factor=2",)
ONLINE = ("--host-resolver-rules=",)


class Screen:
    """Makes the driver use the current display instead of starting its own."""

    def __init__(self) -> None:
        self.env = dict(os.environ)

    def close(self) -> None:
        """Does nothing: the display belongs to the user."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", nargs="?", default=str(SAMPLE), metavar="PAGE")
    parser.add_argument("--out", type=Path, default=ROOT / "out", metavar="FOLDER")
    arguments = parser.parse_args()
    page: str = arguments.page or str(SAMPLE)
    online = page.startswith(("http://", "https://"))
    if not online and not Path(page).is_file():
        parser.error(f"no such file: {page}. PAGE must be an address or an HTML file")
    arguments.out.mkdir(parents=True, exist_ok=True)
    screenshot = arguments.out.resolve() / "panel.png"
    headed = bool(os.environ.get("DISPLAY"))
    print(f"page        {page}", flush=True)
    browser = Browser(headed=headed, flags=(*FLAGS, *(ONLINE if online else ())))
    if headed:
        browser.display = Screen()
    with browser:
        summarized = click(browser, page if online else serve(browser, Path(page)), screenshot)
        print(f"\nscreenshot  {os.path.relpath(screenshot)}")
        if headed:
            print("The browser stays open until you close it.", flush=True)
            with suppress(KeyboardInterrupt):
                browser._process.wait()
    return 0 if summarized else 1


def serve(browser: Any, file: Path) -> str:
    """Serves the file's folder from 127.0.0.1 until the browser ends, and returns the file's address."""
    return f"{browser.serve(file.resolve().parent).url}/{quote(file.name)}"


def click(browser: Any, address: str, screenshot: Path) -> bool:
    """Clicks the toolbar button, prints the summary and saves a screenshot. Returns False for a notice."""
    shown = Reader(browser).summarize(browser.open(address), TIMEOUT_SECONDS)
    browser.panel().screenshot(path=screenshot)
    print()
    if not shown.gist:
        print(shown.text)
        return False
    print(f"{shown.title}\n{'=' * min(len(shown.title), 100)}")
    print(textwrap.fill(shown.gist, 100), end="\n\n")
    for point in shown.points:
        print(textwrap.fill(point, 100, initial_indent="- ", subsequent_indent="  "))
    for heading, point in shown.sections:
        print(f"\n{heading}\n" + textwrap.fill(point, 100, initial_indent="  ", subsequent_indent="  "))
    return True


if __name__ == "__main__":
    sys.exit(main())
