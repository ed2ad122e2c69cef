"""Runs axe-core on the real side panel in its main states, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from driver import ROOT, Browser, Site
from reader import Reader

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def summary(reader: Reader, pages: Site) -> None:
    reader.summarize(reader.browser.open(f"{pages.url}/article.html"))
    reader.points().first.focus()


def korean(reader: Reader, pages: Site) -> None:
    reader.summarize(reader.browser.open(f"{pages.url}/korean.html"))


def notice(reader: Reader, pages: Site) -> None:
    assert reader.summarize(reader.browser.open(f"{pages.url}/login.html")).notice


def moved_on(reader: Reader, pages: Site) -> None:
    summary(reader, pages)
    reader.browser.open(f"{pages.url}/german.html")
    reader.panel.locator("#banner-elsewhere").wait_for()


def copy_menu(reader: Reader, pages: Site) -> None:
    summary(reader, pages)
    reader.panel.locator("#copy").click()


def recent(reader: Reader, pages: Site) -> None:
    summary(reader, pages)
    reader.open_recent()
    reader.panel.locator("#library-list .entry").first.wait_for()


def recent_entry(reader: Reader, pages: Site) -> None:
    recent(reader, pages)
    reader.panel.locator("#library-list .open").first.click()
    reader.panel.locator("#library-content article").wait_for()


def privacy(reader: Reader, pages: Site) -> None:
    summary(reader, pages)
    reader.open_privacy()
    reader.panel.locator(".privacy summary").click()


def ledger(reader: Reader, pages: Site) -> None:
    privacy(reader, pages)
    reader.panel.locator('[data-privacy="ledger"]').click()
    reader.panel.locator("#privacy-rows .ledger").wait_for()


def export(reader: Reader, pages: Site) -> None:
    privacy(reader, pages)
    reader.panel.locator('[data-privacy="export"]').click()


def confirmation(reader: Reader, pages: Site) -> None:
    recent(reader, pages)
    reader.panel.locator("#library-clear").click()


STATES = (summary, korean, notice, moved_on, copy_menu, recent, recent_entry, confirmation, privacy, ledger, export)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_violations(
    state: Callable[[Reader, Site], None], scheme: str, reader: Reader, browser: Browser, pages: Site
) -> None:
    browser.color_scheme(scheme)
    state(reader, pages)
    assert reader.panel.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    assert violations(reader.panel) == []


def test_axe_reports_low_contrast_and_unnamed_buttons(reader: Reader, browser: Browser, pages: Site) -> None:
    """Proves that the check can fail: low-contrast text and a button without a name."""
    summary(reader, pages)
    reader.panel.evaluate(
        """() => {
          const button = document.createElement("button");
          document.querySelector(".gist").append(button);
          document.querySelector(".gist").style.color = "color-mix(in srgb, Canvas 80%, CanvasText)";
        }"""
    )
    found = " ".join(violations(reader.panel))
    assert "button-name" in found
    assert "color-contrast" in found


def violations(panel: Page) -> list[str]:
    """Returns axe's violations, without incomplete results. Waits for transitions to finish first."""
    panel.evaluate("Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))")
    panel.evaluate(f"{AXE.read_text()}; undefined")
    found = panel.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [f"{v['id']}: {v['help']} {[node['html'] for node in v['nodes']]}" for v in found]
