"""What a reader does with Nutshell and sees of it, in a driven browser: only what is on screen is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from driver import Browser, Site, wait_for

SHOWN = "#page-content > :is(article:not(.waiting), section.notice):not([data-before])"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the panel: a summary, or a notice with its heading as title and no points."""

    title: str
    gist: str
    points: list[str]
    sections: list[tuple[str, str]]
    notice: str
    note: str
    text: str


class Reader:
    """`page` summarized in `browser`, one at a time."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def panel(self) -> Page:
        return self.browser.panel()

    # Asking

    def ask(self, page: Page) -> Page:
        """Click the toolbar button; what stood in the panel is marked as old."""
        self.forget()
        self.browser.click_action(page)
        return self.browser.panel()

    def forget(self) -> None:
        """From now on, what stands in the panel does not count as an answer."""
        if self.browser.panel_target():
            self.panel.evaluate(
                "document.querySelectorAll('#page-content > *').forEach((e) => (e.dataset.before = ''))"
            )

    def summarize(self, page: Page, timeout: float = 60.0) -> Shown:
        """Click the toolbar button, and wait for a summary or a notice."""
        self.ask(page)
        return self.shown(timeout)

    def shown(self, timeout: float = 60.0) -> Shown:
        """What has been answered, once it is there and nothing is under way any more."""
        panel = self.panel
        panel.locator(SHOWN).wait_for(timeout=timeout * 1000)
        panel.locator("#progress").wait_for(state="hidden")
        return self.seen()

    def seen(self) -> Shown:
        """What stands in the sheet that is in front."""
        found = self.panel.evaluate(
            """() => {
              const root = document.querySelector('[role="tabpanel"]:not([hidden])');
              const text = (at, selector) => at.querySelector(selector)?.innerText.trim() ?? "";
              const notice = root.querySelector(".content > .notice");
              return {
                title: text(root, ".title"),
                gist: text(root, ".gist"),
                points: Array.from(root.querySelectorAll(".points .point"), (e) => e.innerText.trim()),
                sections: Array.from(root.querySelectorAll(".outline li"), (e) => [text(e, "h3"), text(e, ".point")]),
                notice: notice?.dataset.reason ?? (notice ? notice.querySelector("h1, h2").innerText.trim() : ""),
                note: text(root, ".note"),
                text: root.innerText,
              };
            }"""
        )
        return Shown(**{**found, "sections": [tuple(pair) for pair in found["sections"]]})

    # Looking at sentences

    def points(self) -> Locator:
        """Every sentence that can be looked up in the page, in the sheet in front."""
        return self.panel.locator('[role="tabpanel"]:not([hidden]) .point[data-trace]')

    def highlighted(self, page: Page) -> str:
        """The text that is highlighted in the page now, "" if none is."""
        return page.evaluate(
            """() => Array.from(CSS.highlights.get("nutshell") ?? [], (range) => range.toString()).join("")"""
        )

    def look_up(self, page: Page, point: Locator) -> str:
        """Move the keyboard's focus to a sentence, and read what the page then highlights."""
        wanted = squeeze(point.inner_text())
        point.focus()

        def found() -> str | None:
            text = self.highlighted(page)
            return text if squeeze(text) == wanted else None

        return wait_for(f"the page to highlight {point.inner_text()!r}", found, 5)

    # The slider

    def set_length(self, length: int) -> None:
        """Move the slider: 2 to 10 sentences, 1 for as many as the page asks for."""
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
        """The entries of the list."""
        self.panel.locator("#tab-recent").click()
        self.panel.locator("#recent-list > *").first.wait_for()
        return self.panel.locator("#recent-list .entry")

    # Privacy

    def open_privacy(self) -> Locator:
        """The page, drawn."""
        self.panel.locator("#tab-privacy").click()
        page = self.panel.locator("#privacy-content > .privacy")
        page.wait_for()
        return page


def sentences(seen: Shown) -> list[str]:
    """The gist and the points: all that the slider counts, in no order."""
    return list(dict.fromkeys([seen.gist, *seen.points]))


UNSEEN = re.compile(r"[\s\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]+")


def squeeze(text: str) -> str:
    """Without white space and marks that are not seen, as extraction and highlighting compare text."""
    return UNSEEN.sub("", re.sub(r"\[\s*\d{1,3}\s*\]", "", text))


def summarized_article(browser: Browser, pages: Site) -> Page:
    """The sample article, open and in a nutshell."""
    page = browser.open(f"{pages.url}/article.html")
    Reader(browser).summarize(page, timeout=120)
    return page
