"""The privacy page and the lock in the panel with the real core and views, a stubbed browser and axe checks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit"))

from nutshell.app import Application, RequestError
from support.fakes import VOCABULARY, FakeClock, FakeModels, MemoryDatabase
from test_panel_design import NOW, Core, Panel, address, browser, expect, opened
from tests import wording

__all__ = ["address", "browser"]  # fixtures of the panel design tests

PASSPHRASE = "seven quiet lighthouses"


def application() -> Application:
    """An application with a page in its library and a source that was fetched twice."""
    database = MemoryDatabase()
    app = Application(models=FakeModels(), database=database, clock=FakeClock(NOW), vocabulary=VOCABULARY)
    app._pages.save_story(
        url="https://tribune.example/mast", title="A mast for the lighthouse", site="The Kerra Tribune",
        text="It costs a tenth as much to keep.", when=NOW - 3600,
    )  # fmt: skip
    for at, url, status in ((7200, "https://tribune.example/feed", 200), (3600, "https://radio.example/feed", 304)):
        database.connection.execute(
            "INSERT INTO request (at, url, why, status, sent, received, result)"
            " VALUES (?, ?, 'refresh', ?, 92, 8400, '')",
            (NOW - at, url, status),
        )
    return app


@dataclass
class PrivacyCore(Core):
    """Calls the real core and manages the lock like the engine worker."""

    app: Application = field(default_factory=application)
    passphrase: str = ""
    locked: bool = False

    def __call__(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((name, payload))
        if name.startswith("lock."):
            return self._lock(name, payload)
        if self.locked:
            return {"error": {"code": "locked", "message": wording.text("engine.locked")}}
        # Playwright's event loop runs in this thread.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._ask, name, payload).result()

    def _ask(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"answer": asyncio.run(self.app.handle(name, payload, lambda *_: None))}
        except RequestError as error:
            return {"error": {"code": error.code, "message": str(error)}}

    def _lock(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if name == "lock.set":
            self.passphrase = payload["passphrase"]
        if name == "lock.now":
            self.locked = True
        if name == "lock.open" and payload["passphrase"] != self.passphrase:
            return {"error": {"code": "wrong-passphrase", "message": wording.text("lock_error.wrong_passphrase")}}
        if name == "lock.open":
            self.locked = False
        return {"answer": {"sealed": bool(self.passphrase), "locked": self.locked, "minutes": 15, "wait": 0}}


@pytest.fixture
def panel(browser: Any, address: str) -> Iterator[Panel]:
    with opened(browser, address, PrivacyCore()) as panel:
        yield panel


def to_privacy(panel: Panel) -> Any:
    panel.open(task=False)
    panel.page.get_by_role("tab", name=wording.text("tab.privacy")).click()
    sheet = panel.page.locator("#sheet-privacy")
    sheet.locator("#privacy-lock form").first.wait_for()
    return sheet


def test_page_lists_stored_data_and_requests(panel: Panel) -> None:
    sheet = to_privacy(panel)
    expect(sheet.locator(".zero")).to_have_text(wording.text("privacy.claim"))
    expect(sheet.locator(".counts")).to_contain_text(f"1 {wording.plural('privacy.count_pages', 1)}")
    panel.check("privacy")
    sheet.locator("summary", has_text=wording.text("privacy.details")).click()
    panel.check("privacy-all")
    sheet.locator('[data-privacy="ledger"]').click()
    expect(panel.page.locator("#privacy-rows .request")).to_have_count(2)
    panel.check("privacy-ledger")


def test_retention_alarm_exists_only_with_limited_retention(panel: Panel) -> None:
    sheet = to_privacy(panel)
    assert panel.page.evaluate("[stub.alarms, stub.local]") == [{}, {}]
    for choice, minutes in (("day", 60), ("year", 1440)):
        sheet.locator(f'input[value="{choice}"]').check(force=True)
        panel.wait(f"stub.alarms.keep?.periodInMinutes === {minutes} && stub.local.keep === '{choice}'")
    sheet.locator('input[value="ever"]').check(force=True)
    panel.wait("!('keep' in stub.alarms) && !('keep' in stub.local)")


def test_lock_can_be_set_locked_and_unlocked(panel: Panel) -> None:
    sheet = to_privacy(panel)
    form = sheet.locator("#privacy-lock form")
    form.get_by_label(wording.text("lock.passphrase"), exact=True).fill(PASSPHRASE)
    form.get_by_label(wording.text("lock.repeat")).fill("another")
    form.get_by_role("button").click()
    expect(form.locator(".problem")).to_have_text(wording.text("lock.mismatch"))
    form.scroll_into_view_if_needed()
    panel.check("lock-off")
    form.get_by_label(wording.text("lock.repeat")).fill(PASSPHRASE)
    form.get_by_role("button").click()
    expect(sheet.locator('[data-lock="now"]')).to_be_visible()
    for summary in sheet.locator("#privacy-lock summary").all():
        summary.click()
    sheet.locator("#privacy-lock").scroll_into_view_if_needed()
    panel.check("lock-on")

    sheet.locator('[data-lock="now"]').click()
    panel.page.reload()  # as every panel does when the engine reports that it is locked
    screen = panel.page.locator("#locked")
    expect(screen).to_be_visible()
    expect(screen.get_by_label(wording.text("lock.passphrase"))).to_be_focused()
    panel.check("locked")
    screen.get_by_label(wording.text("lock.passphrase")).fill("a guess")
    screen.get_by_role("button", name=wording.text("lock.unlock")).click()
    expect(screen.locator(".problem")).to_have_text(wording.text("lock_error.wrong_passphrase"))
    panel.check("locked-refused")
    screen.get_by_role("button", name=wording.text("lock.forgot")).click()
    panel.check("locked-forget")
    panel.page.get_by_role("button", name=wording.text("lock.forgot_cancel")).click()
    screen.get_by_label(wording.text("lock.passphrase")).fill(PASSPHRASE)
    panel.page.keyboard.press("Enter")
    expect(screen).to_be_hidden()
    expect(panel.page.get_by_role("tab", name=wording.text("library.title"))).to_be_enabled()
