"""Summarized pages are saved in the browser, can be found again, and can be deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from driver import Browser, Site, wait_for
from reader import Reader
from tests import wording


@pytest.fixture
def own(launch: Callable[..., Browser], tmp_path: Path) -> Browser:
    """A browser with an empty history."""
    return launch(profile=tmp_path / "profile")


def fill(reader: Reader, pages: Site, *names: str) -> list[str]:
    return [reader.summarize(reader.browser.open(f"{pages.url}/{name}.html")).title for name in names]


def titles(reader: Reader) -> list[str]:
    return [text.strip() for text in reader.panel.locator("#library-list .entry-title").all_inner_texts()]


def test_history_survives_a_browser_restart(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    names = fill(reader, pages, "article", "german")
    shown = reader.seen()
    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    assert titles(reader) == names[::-1]
    reader.panel.locator("#library-list .open").first.click()
    reader.panel.locator("#library-content article").wait_for()
    kept = reader.seen()
    assert (kept.title, kept.gist, kept.points) == (shown.title, shown.gist, shown.points)
    assert wording.pattern("summary.saved").search(kept.text)


def test_history_survives_a_crash(own: Browser, pages: Site) -> None:
    """A finished summary is already saved: the browser is killed as soon as it is shown."""
    reader = Reader(own)
    names = fill(reader, pages, "german", "article")
    own.kill()
    own.start()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    assert titles(reader) == names[::-1]


def test_search_delete_undo_clear(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    names = fill(reader, pages, "article", "german", "korean")
    panel = reader.panel
    reader.open_recent()
    assert titles(reader) == names[::-1]

    panel.locator("#library-filter").fill(names[1].split()[-1])
    wait_for("the list to be filtered", lambda: titles(reader) == [names[1]])
    panel.locator("#library-filter").fill("")
    wait_for("the whole list", lambda: titles(reader) == names[::-1])

    panel.locator("#library-list .remove").nth(1).click()
    wait_for("the entry to disappear", lambda: titles(reader) == [names[2], names[0]])
    panel.locator("#toast button").click()
    wait_for("the entry to be restored", lambda: titles(reader) == names[::-1])

    panel.locator("#library-clear").click()
    panel.get_by_role("button", name=wording.text("library.delete_all_cancel")).click()
    time.sleep(0.3)
    assert titles(reader) == names[::-1]
    panel.locator("#library-clear").click()
    panel.get_by_role("button", name=wording.text("library.delete_all_confirm"), exact=True).click()
    wait_for("the list to be empty", lambda: titles(reader) == [])
    panel.locator("#toast button").click()
    wait_for("all entries to be restored", lambda: titles(reader) == names[::-1])


def test_deleted_pages_are_removed_from_storage(own: Browser, pages: Site) -> None:
    """After a restart it cannot be restored, and its text is in no file of the extension's storage."""
    reader = Reader(own)
    [name] = fill(reader, pages, "article")
    gist = reader.seen().gist
    assert in_storage(own, gist), "the check must find saved text"
    reader.open_recent()
    reader.panel.locator("#library-clear").click()
    reader.panel.get_by_role("button", name=wording.text("library.delete_all_confirm"), exact=True).click()
    wait_for("the list to be empty", lambda: titles(reader) == [])
    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    assert titles(reader) == []
    own.close()
    assert not in_storage(own, gist)
    assert not in_storage(own, name)


def in_storage(browser: Browser, text: str) -> bool:
    """Returns whether any file in the extension's private storage contains the text."""
    needle = text.encode()
    folder = browser.profile / "Default" / "File System"
    return any(needle in path.read_bytes() for path in folder.rglob("*") if path.is_file())
