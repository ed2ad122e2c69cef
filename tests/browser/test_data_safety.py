"""Failures around the user's data in a real browser: no acknowledged data is lost, nothing hangs,
and every failure is reported.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from driver import DIST, Browser, Site, wait_for
from reader import Reader
from test_history import titles
from tests import wording
from tests.harden.kills import READ, WRITE

ASK = """async ([name, payload]) => {
  globalThis.asking ??= new (await import("/engine/client.js")).EngineClient();
  try { return await globalThis.asking.request(name, payload) }
  catch (error) { return { code: error.code, message: error.message } }
}"""


def ask(page: Page, name: str, **payload: Any) -> Any:
    return page.evaluate(ASK, [name, payload])


@pytest.fixture
def own(launch: Callable[..., Browser], tmp_path: Path) -> Browser:
    """A browser without any stored data."""
    return launch(profile=tmp_path / "profile")


def asker(browser: Browser) -> Page:
    """Open a document of the extension in a tab, which can send requests like the panel."""
    return browser.open(browser.address("panel/panel.html"))


def opened(browser: Browser) -> Page | None:
    """Like `asker`, but returns None while the extension is loading."""
    with contextlib.suppress(Error):
        return asker(browser)
    return None


def start_writing(browser: Browser, number: int) -> Page:
    """Summarize pages without a pause. `acknowledged` in the page lists the finished ones."""
    page = asker(browser)
    page.evaluate(WRITE, [number, number + 5])
    wait_for("the first page to be saved", lambda: page.evaluate("acknowledged.length"), 90)
    return page


def library_titles(browser: Browser) -> set[str]:
    """Returns the titles in the library. Fails if the database is damaged."""
    page = wait_for("a document of the extension", lambda: opened(browser), 20, 0.2)
    found = page.evaluate(READ)
    page.close()
    assert (found["error"], found["html"]) == ("", "")
    return set(found["titles"])


def set_quota(page: Page, origin: str, size: int | None) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin} | ({} if size is None else {"quotaSize": size}))


def test_full_disk_shows_the_summary_without_saving_it(own: Browser, pages: Site) -> None:
    """The summary is shown as not saved, saved pages stay, and saving works again once there is room."""
    reader = Reader(own)
    first = reader.summarize(own.open(f"{pages.url}/article.html"))
    page = asker(own)
    ask(page, "library.annotate", id=1, note="kept before")
    holder = own.open(own.address("panel/panel.html"))  # the override lasts as long as its session
    origin = own.address("").rstrip("/")
    set_quota(holder, origin, 1)
    # Open file handles have spare room from before. New handles have none.
    own.offscreen().evaluate("nutshell.engine.crash()")

    second = reader.summarize(own.open(f"{pages.url}/german.html"))
    assert second.points
    assert wording.pattern("summary.not_saved").search(second.text)
    refused = ask(page, "library.annotate", id=1, note="x" * 9_000)
    assert refused["code"] == "failed"
    assert "full" in refused["message"]
    sealed = ask(page, "lock.set", passphrase="seven quiet lighthouses")
    assert sealed["code"] == "failed", "there is no room for the sealed copies"
    assert ask(page, "lock.state")["sealed"] is False
    assert library_titles(own) == {first.title}
    assert "kept before" in ask(page, "library.open", id=1)["html"]

    set_quota(holder, origin, None)
    again = reader.summarize(own.open(f"{pages.url}/german.html?again"))
    assert not wording.pattern("summary.not_saved").search(again.text)
    assert library_titles(own) == {first.title, again.title}
    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    assert {first.title, again.title} <= set(titles(reader))


def test_summaries_work_without_storage_and_are_reported_as_not_saved(
    launch: Callable[..., Browser], pages: Site, tmp_path: Path
) -> None:
    """Like a private window of some browsers, or a read-only profile."""
    extension = tmp_path / "extension"
    shutil.copytree(DIST, extension)
    opfs = extension / "engine" / "opfs.js"
    missing = "navigator.storage.getDirectory = async () => { throw new DOMException('denied', 'SecurityError') };\n"
    opfs.write_text(missing + opfs.read_text())
    browser = launch(extension=extension)
    reader = Reader(browser)
    shown = reader.summarize(browser.open(f"{pages.url}/article.html"))
    assert shown.points
    assert wording.pattern("summary.not_saved").search(shown.text)
    reader.open_privacy()
    assert wording.pattern("privacy.not_saved").search(reader.panel.locator("#privacy-content").inner_text())
    refused = ask(reader.panel, "lock.set", passphrase="seven quiet lighthouses")
    assert refused["code"] == "failed"
    assert wording.pattern("lock_error.no_storage").search(refused["message"])
    assert reader.summarize(browser.open(f"{pages.url}/german.html")).points, "a second summary works too"


def panels(browser: Browser) -> list[Page]:
    """Returns every side panel. The driver supports only one."""
    prefix = browser.address("panel/")
    urls = [target["url"] for target in browser.targets("page") if target["url"].startswith(prefix)]
    found = [page for page in browser._connect().contexts[0].pages if page.url.startswith(prefix)]
    return found if len(found) == len(urls) else []


def test_two_windows_have_independent_panels_and_shared_data(browser: Browser, pages: Site) -> None:
    """Each panel shows the summary of its page, made at the same time, and finds the other's data."""
    first = browser.open(f"{pages.url}/article.html?one")
    made = browser._browser.send("Target.createTarget", {"url": f"{pages.url}/german.html?two", "newWindow": True})

    def other_page() -> Page | None:
        browser.targets()  # lets Playwright dispatch pending events
        return next((page for page in browser._context.pages if page.url.endswith("german.html?two")), None)

    second = wait_for("the second window", other_page)
    for page in (first, second):
        browser.click_action(page)
    both = wait_for("two panels", lambda: found if len(found := panels(browser)) == 2 else None, 30)
    for panel in both:
        panel.locator("#page-content > article:not(.waiting)").wait_for(timeout=60_000)
        panel.locator("#progress").wait_for(state="hidden")
    heads = {panel.locator("#page-content .title").inner_text() for panel in both}
    assert len(heads) == 2

    one, other = both
    assert ask(other, "library.list", query="quixotic")["count"] == 0
    number = max(int(found) for found in one.evaluate(
        """async () => {
          const { EngineClient } = await import("/engine/client.js");
          globalThis.asking ??= new EngineClient();
          const { html } = await globalThis.asking.request("library.list", {});
          return [...html.matchAll(/data-remove="(\\d+)"/g)].map(([, id]) => id);
        }"""
    ))  # fmt: skip
    ask(one, "library.annotate", id=number, note="Quixotic.")
    assert ask(other, "library.list", query="quixotic")["count"] == 1
    assert all("code" not in ask(panel, "news.list", tab="for-you") for panel in both)
    for panel in both:
        panel.evaluate("setTimeout(() => window.close())")
    browser._browser.send("Target.closeTarget", {"targetId": made["targetId"]})
    wait_for("the panels to close", lambda: browser.panel_target() is None)


def is_dead(page: Page) -> bool:
    """Returns whether the page has lost its extension."""
    try:
        return not page.evaluate("Boolean(globalThis.chrome?.runtime?.id)")
    except Error:
        return True


def test_reload_while_writing_loses_nothing(own: Browser) -> None:
    """Like an update, a reload stops and restarts every part of the extension."""
    chance = random.Random(3)
    acknowledged: set[str] = set()
    for number in range(3):
        page = start_writing(own, number)
        end = time.monotonic() + chance.uniform(0.1, 0.8)
        while time.monotonic() < end:
            acknowledged |= set(page.evaluate("acknowledged"))
        # This is what "Update" on the browser's extensions page does to an unpacked extension.
        own._browser.send("Extensions.loadUnpacked", {"path": str(own.extension)})
        wait_for("the old document to close", lambda page=page: page.is_closed() or is_dead(page), 20)
        assert acknowledged <= library_titles(own)
    assert len(acknowledged) >= 3


def test_engine_killed_while_writing_reports_failure_and_recovers(browser: Browser) -> None:
    """Repeatedly: unacknowledged requests are reported as failed, and the next request works."""
    page = start_writing(browser, 9)
    for _ in range(4):
        before = page.evaluate("acknowledged.length")
        browser.offscreen().evaluate("nutshell.engine.crash()")
        wait_for("writing to continue", lambda before=before: page.evaluate("acknowledged.length") > before, 60)
    acknowledged, failed = page.evaluate("[acknowledged, failed]")
    page.close()
    assert failed
    assert all(wording.pattern("engine.stopped").search(message) for message in failed)
    assert set(acknowledged) <= library_titles(browser)


def database_file(browser: Browser) -> Path:
    """Returns the path of the extension's database in the browser's profile."""
    folder = browser.profile / "Default" / "File System"
    found = [path for path in folder.rglob("*") if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3"]
    assert len(found) == 1
    return found[0]


def test_damaged_database_is_set_aside_reported_and_salvaged(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    shown = [reader.summarize(own.open(f"{pages.url}/{name}.html")) for name in ("article", "german", "korean")]
    own.close()
    file = database_file(own)
    content = bytearray(file.read_bytes())
    content[100:200] = bytes(100)  # the first page has the location of every table
    file.write_bytes(content)

    own.start()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    panel = reader.panel
    panel.locator("#damaged").wait_for()
    said = panel.locator("#damaged").inner_text()
    assert wording.text("damage.title") in said
    assert wording.text("damage.set_aside") in said
    reader.open_recent()
    wait_for("the pages to be listed", lambda: {one.title for one in shown} <= set(titles(reader)))
    panel.locator('#damaged [data-action="told"]').click()
    panel.locator("#damaged").wait_for(state="hidden")

    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    reader.shown()
    reader.open_recent()
    assert {one.title for one in shown} <= set(titles(reader))
    assert reader.panel.locator("#damaged").is_hidden()
    own.close()
    database_file(own)  # fails unless there is exactly one file: the damaged one is gone
