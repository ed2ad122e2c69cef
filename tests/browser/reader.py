"""Drives Nutshell like a user, using only what is visible on screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from driver import Browser, Site, wait_for

SHOWN = "#page-content > :is(article:not(.waiting), section.notice):not([data-before])"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows: a summary, or a notice with its heading as title and no points."""

    title: str
    gist: str
    gist_label: str  # where a gist is from that is not in the page's text
    points: list[str]
    sections: list[tuple[str, str]]
    notice: str
    note: str
    text: str


class Reader:
    """Summarizes pages in `browser`, one at a time."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def panel(self) -> Page:
        return self.browser.panel()

    # Summarizing

    def ask(self, page: Page) -> Page:
        """Click the toolbar button and mark the panel's content as old."""
        self.forget()
        self.browser.click_action(page)
        return self.browser.panel()

    def forget(self) -> None:
        """Mark the panel's content as old, so that it does not count as a result."""
        if self.browser.panel_target():
            self.panel.evaluate(
                "document.querySelectorAll('#page-content > *').forEach((e) => (e.dataset.before = ''))"
            )

    def summarize(self, page: Page, timeout: float = 60.0) -> Shown:
        """Click the toolbar button and wait for a summary or a notice."""
        self.ask(page)
        return self.shown(timeout)

    def shown(self, timeout: float = 60.0) -> Shown:
        """Wait until the work is finished, then return the result."""
        panel = self.panel
        panel.locator(SHOWN).wait_for(timeout=timeout * 1000)
        panel.locator("#progress").wait_for(state="hidden")
        return self.seen()

    def seen(self) -> Shown:
        """Returns the content of the visible view."""
        found = self.panel.evaluate(
            """() => {
              const root = document.querySelector('[role="tabpanel"]:not([hidden])');
              const text = (at, selector) => at.querySelector(selector)?.innerText.trim() ?? "";
              const notice = root.querySelector(".content > .notice");
              return {
                title: text(root, ".title"),
                gist: text(root, ".gist"),
                gist_label: text(root, ".gist-source"),
                points: Array.from(root.querySelectorAll(".points .point"), (e) => e.innerText.trim()),
                sections: Array.from(root.querySelectorAll(".outline li"), (e) => [text(e, "h3"), text(e, ".point")]),
                notice: notice?.dataset.reason ?? (notice ? notice.querySelector("h1, h2").innerText.trim() : ""),
                note: text(root, ".note"),
                text: root.innerText,
              };
            }"""
        )
        return Shown(**{**found, "sections": [tuple(pair) for pair in found["sections"]]})

    # Sentences

    def points(self) -> Locator:
        """Returns every sentence in the visible view that links to the page."""
        return self.panel.locator('[role="tabpanel"]:not([hidden]) .point[data-trace]')

    def highlighted(self, page: Page) -> str:
        """Returns the text that is highlighted in the page, or ""."""
        return page.evaluate(
            """() => Array.from(CSS.highlights.get("nutshell") ?? [], (range) => range.toString()).join("")"""
        )

    def look_up(self, page: Page, point: Locator) -> str:
        """Focus a sentence and return the text that the page then highlights."""
        wanted = as_in_page(point.inner_text())
        point.focus()

        def found() -> str | None:
            text = self.highlighted(page)
            return text if as_in_page(text) == wanted else None

        return wait_for(f"the page to highlight {point.inner_text()!r}", found, 5)

    # The slider

    def set_length(self, length: int) -> None:
        """Move the slider: 2 to 10 sentences, 1 for the automatic length."""
        slider = self.panel.locator("#length")
        slider.focus()
        slider.press("Home")
        for _ in range(length - 1):
            slider.press("ArrowRight")

    def wait_for_sentences(self, length: int) -> Shown:
        def right() -> Shown | None:
            seen = self.seen()
            return seen if len(sentences(seen)) == length and self.idle() else None

        return wait_for(f"{length} sentences", right, 20)

    def idle(self) -> bool:
        return self.panel.locator("#progress").is_hidden()

    # Recent

    def open_recent(self) -> Locator:
        """Returns the entries of the list."""
        self.panel.locator("#tab-library").click()
        self.panel.locator("#library-list > *").first.wait_for()
        return self.panel.locator("#library-list .entry")

    # Privacy

    def open_privacy(self) -> Locator:
        """Open the privacy page and wait until it is rendered."""
        self.panel.locator("#tab-privacy").click()
        page = self.panel.locator("#privacy-content > .privacy")
        page.wait_for()
        return page


def sentences(seen: Shown) -> list[str]:
    """Returns the gist and the points, which the slider counts, in sorted order."""
    return list(dict.fromkeys([seen.gist, *seen.points]))


UNSEEN = re.compile(r"[\s\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]+")


def squeeze(text: str) -> str:
    """Remove white space and invisible characters, as extraction and highlighting do to compare text."""
    return UNSEEN.sub("", re.sub(r"\[\s*\d{1,3}\s*\]", "", text))


def as_in_page(line: str) -> str:
    """Returns a line to compare with the page.

    There it may begin in lower case, go on where the line was cut, and have no colon between a term and its definition.
    """
    text = squeeze(line).replace(":", "").rstrip(",;–—…")
    return text[:1].lower() + text[1:]


def summarized_article(browser: Browser, pages: Site) -> Page:
    """Open the sample article and summarize it."""
    page = browser.open(f"{pages.url}/article.html")
    Reader(browser).summarize(page, timeout=120)
    return page
