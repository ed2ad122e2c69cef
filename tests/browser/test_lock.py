"""The lock: stored data is unreadable without the passphrase, and locking and unlocking lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from driver import Browser, Site, wait_for
from reader import Reader
from test_history import in_storage, titles
from tests import wording

PASSPHRASE = "seven quiet lighthouses"
ASK = """async ([name, payload]) => {
  globalThis.asking ??= new (await import("/engine/client.js")).EngineClient();
  try { return await globalThis.asking.request(name, payload) }
  catch (error) { return { code: error.code, message: error.message } }
}"""


def ask(page: Any, name: str, **payload: Any) -> Any:
    return page.evaluate(ASK, [name, payload])


@pytest.fixture
def own(launch: Callable[..., Browser], tmp_path: Path) -> Browser:
    return launch(profile=tmp_path / "profile")


def asker(browser: Browser) -> Any:
    """Open the panel in a tab, where `ask` uses a client without a lock screen."""
    return browser.open(browser.address("panel/panel.html"))


def test_user_can_lock_and_unlock(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    page = own.open(f"{pages.url}/article.html")
    kept = reader.summarize(page)
    assert in_storage(own, kept.gist), "the check must find saved text"

    panel = reader.panel
    panel.locator("#tab-privacy").click()
    form = panel.locator("#privacy-lock form")
    form.locator('[name="passphrase"]').fill(PASSPHRASE)
    form.locator('[name="again"]').fill(PASSPHRASE + "?")
    form.get_by_role("button").click()
    assert form.locator(".problem").inner_text()
    form.locator('[name="again"]').fill(PASSPHRASE)
    form.get_by_role("button").click()
    panel.locator('#privacy-lock [data-lock="now"]').wait_for()
    assert not in_storage(own, kept.gist)

    panel.locator('#privacy-lock [data-lock="now"]').click()
    panel.locator("#locked").wait_for()
    assert kept.gist not in panel.inner_text("body")

    own.restart()
    assert not in_storage(own, kept.gist)
    own.click_action(own.open(f"{pages.url}/german.html"))
    panel = reader.panel
    panel.locator("#locked input").fill("not the passphrase")
    panel.locator("#locked").get_by_role("button", name=wording.text("lock.unlock")).click()
    wait_for("the wrong passphrase to be refused", lambda: panel.locator("#locked .problem").inner_text())
    panel.locator("#locked input").fill(PASSPHRASE)
    panel.locator("#locked").get_by_role("button", name=wording.text("lock.unlock")).click()
    german = reader.shown()  # the summary requested while it was locked
    assert german.points
    reader.open_recent()
    wait_for("both pages in the library", lambda: titles(reader) == [german.title, kept.title])
    assert not in_storage(own, german.gist)


def test_passphrases(own: Browser, pages: Site) -> None:
    """Wrong passphrases cause a delay, even after a restart. Changing or removing the passphrase loses no data."""
    reader = Reader(own)
    kept = reader.summarize(own.open(f"{pages.url}/article.html"))
    page = reader.panel
    assert ask(page, "lock.set", passphrase="short")["code"] == "bad-request"
    assert ask(page, "lock.set", passphrase=PASSPHRASE)["sealed"] is True
    assert ask(page, "lock.set", passphrase="another one entirely", old="wrong")["code"] == "wrong-passphrase"
    assert ask(page, "lock.set", passphrase="another one entirely", old=PASSPHRASE)["sealed"] is True
    own.restart()

    own.click_action(own.open(f"{pages.url}/login.html"))
    page = asker(own)
    assert ask(page, "library.list")["code"] == "locked"
    assert ask(page, "settings")["code"] == "locked"
    codes = [
        ask(page, "lock.open", passphrase=wrong)["code"] for wrong in (PASSPHRASE, "guess two", "guess three", "four")
    ]
    assert codes == ["wrong-passphrase"] * 3 + ["wait"]
    own.kill()
    own.start()
    own.click_action(own.open(f"{pages.url}/login.html"))
    page = asker(own)
    wait_for("the wait to be over", lambda: ask(page, "lock.state")["wait"] == 0, 20)
    assert ask(page, "lock.open", passphrase="another one entirely")["locked"] is False
    assert kept.title in ask(page, "library.list", query="")["html"]
    assert ask(page, "lock.remove", passphrase="another one entirely")["sealed"] is False
    assert in_storage(own, kept.gist)
    own.restart()
    own.click_action(own.open(f"{pages.url}/login.html"))
    assert kept.title in ask(asker(own), "library.list", query="")["html"]


def test_locks_after_inactivity(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/article.html"))
    assert ask(reader.panel, "lock.set", passphrase=PASSPHRASE)["sealed"] is True
    own.offscreen().evaluate("nutshell.times.minute = 100")
    assert ask(reader.panel, "lock.idle", minutes=1)["minutes"] == 1
    reader.panel.locator("#locked").wait_for(timeout=10_000)


SLEEP = "Date.now = ((now) => () => now() + 1000 * SECONDS)(Date.now)"
"""The wall's clock goes on, and every other one stands still: so a laptop sleeps."""


def test_locked_after_the_computer_wakes(own: Browser, pages: Site) -> None:
    """The first request finds it locked, because a request does not count as activity."""
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/article.html"))
    page = own.open(own.address("sbom.cdx.json"))  # an extension page without the panel's scripts
    assert ask(page, "lock.set", passphrase=PASSPHRASE)["minutes"] == 15
    assert ask(page, "library.list")["count"] == 1
    own.offscreen().evaluate(SLEEP.replace("SECONDS", "600"))
    assert ask(page, "library.list")["count"] == 1, "ten minutes are less than the limit of a quarter of an hour"
    own.offscreen().evaluate(SLEEP.replace("SECONDS", "1000"))
    assert ask(page, "library.list")["code"] == "locked"
    assert ask(page, "lock.open", passphrase=PASSPHRASE)["locked"] is False
    # Without any request, it locks at the next check of the clock.
    own.offscreen().evaluate("nutshell.times.minute = 1000")
    assert ask(page, "lock.idle", minutes=15)["minutes"] == 15
    own.offscreen().evaluate(SLEEP.replace("SECONDS", "100"))
    wait_for("the engine to stop", lambda: not own.targets("background_page"), 10)


def test_damaged_lock_is_reported_and_can_be_reset(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    kept = reader.summarize(own.open(f"{pages.url}/article.html"))
    assert ask(reader.panel, "lock.set", passphrase=PASSPHRASE)["sealed"] is True
    own.kill()
    folder = own.profile / "Default" / "File System"
    [lock] = [path for path in folder.rglob("*") if path.is_file() and b'"wrapped":' in path.read_bytes()]
    lock.write_bytes(bytes(lock.stat().st_size))
    own.start()
    own.click_action(own.open(f"{pages.url}/german.html"))
    panel = reader.panel
    panel.locator("#locked .problem", has_text=wording.text("lock.broken")).wait_for()
    assert not panel.locator("#locked input").is_visible()
    assert ask(panel, "lock.open", passphrase=PASSPHRASE)["code"] == "failed"
    panel.locator('#locked [data-lock="forget"]').click()
    panel.locator("#locked-forget .primary").click()
    german = reader.shown()  # the requested summary
    reader.open_recent()
    wait_for("a new library", lambda: titles(reader) == [german.title])
    assert ask(panel, "lock.state")["broken"] is False
    assert not in_storage(own, kept.gist)


def test_killed_while_setting_the_lock_leaves_the_old_or_new_state(own: Browser, pages: Site) -> None:
    """Kills the browser at moments spread over locking and unlocking."""
    reader = Reader(own)
    kept = reader.summarize(own.open(f"{pages.url}/article.html"))
    sealed = False
    for moment in (0, 150, 350, 600):
        own.click_action(own.open(f"{pages.url}/login.html"))
        page = asker(own)
        if ask(page, "lock.state")["locked"]:
            assert ask(page, "lock.open", passphrase=PASSPHRASE)["locked"] is False
        name = "lock.remove" if sealed else "lock.set"
        page.evaluate("([name, passphrase]) => void globalThis.asking.request(name, { passphrase }).catch(() => {})",
                      [name, PASSPHRASE])  # fmt: skip
        page.wait_for_timeout(moment)
        own.kill()
        own.start()
        own.click_action(own.open(f"{pages.url}/login.html"))
        page = asker(own)
        state = ask(page, "lock.state")
        sealed = state["sealed"]
        if state["locked"]:
            assert ask(page, "lock.open", passphrase=PASSPHRASE)["locked"] is False
        assert kept.title in ask(page, "library.list", query="")["html"]
        assert in_storage(own, kept.gist) is not sealed
        page.close()
