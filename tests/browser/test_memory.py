"""The library in the real engine: search by words and meaning, notes and tags, and complete erasure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from driver import Browser, Site, wait_for
from reader import Reader
from tests import wording


@pytest.fixture
def own(launch: Callable[..., Browser], tmp_path: Path) -> Browser:
    """A browser with an empty library."""
    return launch(profile=tmp_path / "profile")


def titles(reader: Reader) -> list[str]:
    return [text.strip() for text in reader.panel.locator("#library-list .entry-title").all_inner_texts()]


def search(reader: Reader, query: str, *wanted: str) -> None:
    reader.panel.locator("#library-filter").fill(query)
    wait_for(f"{query!r} to find {wanted}", lambda: titles(reader) == list(wanted))


def stored(browser: Browser, *texts: str) -> set[str]:
    """Returns which of the texts are in the extension's private storage, ignoring case."""
    folder = browser.profile / "Default" / "File System"
    raw = b"".join(path.read_bytes().lower() for path in folder.rglob("*") if path.is_file())
    return {text for text in texts if text.lower().encode() in raw}


def test_page_is_found_annotated_and_erased_completely(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    article, german = (reader.summarize(own.open(f"{pages.url}/{name}.html")).title for name in ("article", "german"))
    panel = reader.panel
    reader.open_recent()
    panel.locator("#library-list .open", has_text=article).click()
    panel.locator("#own-note").fill("Quixotic: ask Ines about it.")
    panel.locator("#own-tags").fill("#jabberwock, to read")
    panel.locator(".own-words .hint", has_text=wording.text("saved_page.saved")).wait_for()
    panel.locator("#library-back").click()
    panel.locator("#library-list .tag", has_text="jabberwock").wait_for()

    search(reader, "quixotic", article)
    assert panel.locator("#library-list mark").all_inner_texts() == ["Quixotic"]
    search(reader, "", german, article)
    assert [option.inner_text() for option in panel.locator("#library-site option").all()] == ["All sites", "127.0.0.1"]
    panel.locator("#library-when").select_option("Today")
    search(reader, '"quixotic"', article)

    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    search(reader, "jabberwock", article)
    assert stored(own, "quixotic", "jabberwock") == {"quixotic", "jabberwock"}, "the check must find saved text"
    reader.panel.locator("#library-list .remove").click()
    wait_for("the page to disappear", lambda: titles(reader) == [])
    search(reader, "", german)
    # The index is purged when the page can no longer be restored, after twelve seconds.
    wait_for("the index to be purged", lambda: not stored(own, "quixotic", "jabberwock"), timeout=25)
    assert german in titles(reader)
