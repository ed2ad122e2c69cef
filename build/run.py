"""python -m build.run [PAGE] [--out FOLDER]: the built extension, clicked on one page as a reader would.

PAGE is an address or an HTML file, which is then served from 127.0.0.1. Prints what the side panel says and
keeps its picture in FOLDER/panel.png. With a DISPLAY the browser is on it, and stays until it is closed.
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
SECONDS = 120.0
# Twice the pixels, for a picture that is good to look at. An address outside is looked up; files need none.
FLAGS = ("--force-device-scale-factor=2",)
ONLINE = ("--host-resolver-rules=",)


class Screen:
    """The display that is already there, where the driver would otherwise start its own."""

    def __init__(self) -> None:
        self.env = dict(os.environ)

    def close(self) -> None:
        """It is not ours to close."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", nargs="?", default=str(SAMPLE), metavar="PAGE")
    parser.add_argument("--out", type=Path, default=ROOT / "out", metavar="FOLDER")
    arguments = parser.parse_args()
    page: str = arguments.page or str(SAMPLE)
    online = page.startswith(("http://", "https://"))
    if not online and not Path(page).is_file():
        parser.error(f"there is no file {page}: PAGE is an address or an HTML file")
    arguments.out.mkdir(parents=True, exist_ok=True)
    picture = arguments.out.resolve() / "panel.png"
    headed = bool(os.environ.get("DISPLAY"))
    print(f"page        {page}", flush=True)
    browser = Browser(headed=headed, flags=(*FLAGS, *(ONLINE if online else ())))
    if headed:
        browser.display = Screen()
    with browser:
        answered = click(browser, page if online else served(browser, Path(page)), picture)
        print(f"\npicture     {os.path.relpath(picture)}")
        if headed:
            print("The browser stays open until you close it.", flush=True)
            with suppress(KeyboardInterrupt):
                browser._process.wait()
    return 0 if answered else 1


def served(browser: Any, file: Path) -> str:
    """Its address on a server of this machine, which ends with the browser."""
    return f"{browser.serve(file.resolve().parent).url}/{quote(file.name)}"


def click(browser: Any, address: str, picture: Path) -> bool:
    """Click the toolbar button, print the answer, take its picture. False for a notice."""
    shown = Reader(browser).summarize(browser.open(address), SECONDS)
    browser.panel().screenshot(path=picture)
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
