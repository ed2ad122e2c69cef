"""Drives the news in the panel like a user, using only what is visible on screen."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from driver import Browser, wait_for


@dataclass(frozen=True, slots=True)
class Shown:
    """A story's card."""

    id: str
    title: str
    source: str
    reason: str


class NewsReader:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @property
    def panel(self) -> Page:
        return self.browser.panel()

    def enter(self) -> None:
        """Open the news in the panel."""
        if not self.browser.panel_target():
            self.browser.click_action(self.browser.open("about:blank"))
        self.panel.locator("#tab-news").click()
        self.panel.locator("#news-content > *").first.wait_for(timeout=60_000)
        self.settle()

    def settle(self) -> None:
        """Wait until no work is in progress and nothing moves."""
        self.panel.locator("#news-progress").wait_for(state="hidden", timeout=60_000)
        self.panel.wait_for_timeout(120)
        self.panel.evaluate("Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {})))")

    def rest(self) -> None:
        """Move the pointer away, hide the toast and scroll the list to its top."""
        self.panel.mouse.move(2, 2)
        self.panel.evaluate("document.querySelector('#toast').classList.remove('shown'); document.activeElement.blur()")
        self.panel.locator("main").evaluate("element => (element.scrollTop = 0)")

    def view(self, name: str, wait: str = ".stories") -> None:
        if not self.panel.locator("#sheet-news").is_visible():
            self.panel.locator("#tab-news").click()
        self.panel.locator(f'#sheet-news .views [data-view="{name}"]').click()
        self.panel.locator(f"#news-content {wait}").first.wait_for()
        self.settle()

    def stories(self) -> list[Shown]:
        found = self.panel.evaluate(
            """() => [...document.querySelectorAll("#news-content .story")].map((card) => [
              card.dataset.story,
              ...[".story-title", ".story-source", ".why"].map(
                (part) => card.querySelector(part)?.innerText.trim() ?? "",
              ),
            ])"""
        )
        return [Shown(*card) for card in found]

    def titles(self) -> list[str]:
        return [story.title for story in self.stories()]

    def wait_for_stories(self, count: int) -> list[Shown]:
        return wait_for(f"{count} stories", lambda: found if len(found := self.stories()) == count else None, 30)

    def card(self, title: str) -> Locator:
        return self.panel.locator("#news-content .story").filter(has=self.panel.get_by_text(title, exact=True)).first

    def act(self, title: str, act: str) -> None:
        self.card(title).locator(f'[data-act="{act}"]').first.click()

    def wait_for_toast(self, words: str) -> None:
        """Wait until the toast shows this text."""
        self.panel.locator("#toast", has_text=words).wait_for()

    def undo(self) -> None:
        self.panel.locator("#toast button").click()
        self.settle()

    def follow(self, address: str) -> None:
        """Type an address on the sources page and press Return."""
        self.view("sources", ".sources")
        self.panel.locator("#follow-address").fill(address)
        self.panel.locator("#follow-address").press("Enter")

    def problem(self) -> str:
        """Returns the message shown in place of the found feeds."""
        place = self.panel.locator("#news-found > *")
        place.first.wait_for(timeout=30_000)
        return place.first.inner_text()

    def ledger(self) -> list[str]:
        """Returns the text of every request in the ledger, newest first."""
        self.view("sources", ".sources")
        self.panel.locator('.sources [data-section="ledger"]').click()
        self.panel.locator("#privacy-rows .ledger").wait_for()
        return [" ".join(text.split()) for text in self.panel.locator(".request").all_inner_texts()]

    def granted(self) -> list[str]:
        """Returns the hosts that the extension may access now."""
        return self.browser.service_worker().evaluate("chrome.permissions.getAll().then((all) => all.origins.sort())")
