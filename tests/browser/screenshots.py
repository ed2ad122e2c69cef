"""Writes screenshots of each state of the built extension to docs/screenshots/.

Run `python tests/browser/screenshots.py`. Only the sample pages are shown. Each picture shows the whole window
or the panel.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Page

import samples
from driver import ROOT, Browser, Site, wait_for
from newsreader import NewsReader
from newsstand import NOTES, TRIBUNE, Newsstand, opml
from reader import Reader
from tests import wording

OUT = ROOT / "docs" / "screenshots"
PAGES = ROOT / "tests" / "pages"
SIZE = (1280, 860)
QUESTION = "How many megawatt-hours of batteries does she carry?"
PASSPHRASE = "seven quiet lighthouses"


class Camera:
    def __init__(self, browser: Browser, out: Path) -> None:
        self.browser = browser
        self.out = out

    def window(self, name: str) -> None:
        """Save a picture of the whole window when nothing moves."""
        self._rest()
        assert self.browser.display
        self.browser.display.xdotool("mousemove", str(SIZE[0] - 1), str(SIZE[1] - 1))
        self.browser.panel().wait_for_timeout(400)
        self.browser.screenshot(self.out / f"{name}.png")

    def panel(self, name: str) -> None:
        self._rest()
        self.browser.panel().screenshot(path=self.out / f"{name}.png", animations="disabled")

    def both(self, name: str) -> None:
        """Save pictures of the panel in light and dark."""
        for scheme in ("dark", "light"):
            self.browser.color_scheme(scheme)
            self.panel(f"{name}-{scheme}")

    def _rest(self) -> None:
        panel = self.browser.panel()
        panel.evaluate("Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {})))")


def take(browser: Browser, site: Site, made: Site, out: Path) -> None:
    reader = Reader(browser)
    camera = Camera(browser, out)

    article = open_only_tab(browser, f"{site.url}/article.html")
    reader.summarize(article)
    reader.panel.reload()  # a panel opened without a task shows the welcome view
    reader.panel.locator(".welcome").wait_for()
    camera.window("welcome")

    long = browser.open(f"{made.url}/long.html")
    reader.ask(long)
    reader.panel.locator("#progress-label", has_text=wording.text("summary.progress_embed")).wait_for()
    camera.panel("progress")
    reader.shown()
    long.close()

    reader.summarize(article)
    camera.panel("summary-light")
    browser.color_scheme("dark")
    camera.panel("summary-dark")
    browser.color_scheme("light")
    point = reader.points().nth(1)
    point.click()
    wait_for("the highlight", lambda: reader.highlighted(article))
    article.wait_for_timeout(1_200)  # the page scrolls smoothly
    camera.window("highlight")

    reader.panel.mouse.move(2, 2)
    if reader.seen().sections:
        reader.panel.locator(".outline").scroll_into_view_if_needed()
        reader.panel.locator(".outline").evaluate("(e) => e.scrollIntoView({block: 'start'})")
        camera.panel("outline")

    reader.summarize(open_only_tab(browser, f"{site.url}/login.html"))
    camera.window("notice")
    reader.summarize(open_only_tab(browser, f"{site.url}/german.html"))
    reader.summarize(open_only_tab(browser, f"{site.url}/korean.html"))
    reader.panel.mouse.move(2, 2)
    camera.window("korean")


def take_pdf(browser: Browser, site: Site, out: Path) -> None:
    """Summarize a PDF and show a point in the viewer, in light and dark."""
    reader = Reader(browser)
    camera = Camera(browser, out)
    reader.summarize(open_only_tab(browser, f"{site.url}/columns.pdf"))
    reader.points().nth(1).click()
    prefix = browser.address("viewer/")
    viewer = wait_for("the viewer", lambda: next((p for p in browser.pages() if p.url.startswith(prefix)), None), 20)
    wait_for("a page to be drawn", lambda: viewer.evaluate("document.getElementById('page').dataset.drawn"), 20)
    for scheme in ("dark", "light"):
        browser.color_scheme(scheme)
        viewer.emulate_media(color_scheme=scheme)
        viewer.wait_for_timeout(500)
        camera.window(f"pdf-{scheme}")


def take_news(browser: Browser, stand: Newsstand, out: Path) -> None:
    """Follow three feeds, read two stories, ask for less of one; show the order, the reasons and the ledger."""
    camera = Camera(browser, out)
    news = NewsReader(browser)
    open_only_tab(browser, "http://tribune.example/")
    news.enter()
    camera.panel("news-first-run")
    file = opml(*((paper.title, paper.feed) for paper in stand.papers.values()))
    news.panel.locator("#opml-file").set_input_files(file)
    news.panel.get_by_role("button", name=wording.plural("choices.follow", 3)).click()
    news.panel.locator(".story").first.wait_for(timeout=60_000)
    news.settle()
    news.rest()
    camera.both("news-new")
    camera.window("news")
    for slug in ("caulking", "sourdough"):
        story = next(s for s in NOTES if s.slug == slug)
        news.act(story.title, "open")
        wait_for("the story to leave the list", lambda s=story: s.title not in news.titles())
        news.settle()
    open_only_tab(browser, "http://tribune.example/")
    news.act(next(s for s in TRIBUNE if s.slug == "budget").title, "less")
    news.settle()
    news.rest()
    camera.both("news-order")
    news.panel.locator(".story .rest").first.click()
    camera.both("news-reasons")
    news.panel.locator('[data-view="taste"]').first.click()
    news.panel.locator(".taste").wait_for()
    camera.both("news-taste")
    news.view("sources", ".sources")
    camera.both("news-sources")
    news.ledger()
    camera.both("news-ledger")


def take_library_and_privacy(browser: Browser, site: Site, out: Path) -> None:
    """Show a question and its answer, a library search, the privacy page and the lock."""
    reader = Reader(browser)
    camera = Camera(browser, out)
    for name in ("german", "korean", "article"):
        reader.summarize(open_only_tab(browser, f"{site.url}/{name}.html"))
    panel = reader.panel
    panel.locator("#ask-question").fill(QUESTION)
    panel.locator("#ask-question").press("Enter")
    panel.locator("#ask-answers .answer .quote").first.wait_for(timeout=60_000)
    panel.mouse.move(2, 2)
    panel.evaluate("document.activeElement.blur()")
    panel.locator("#ask-form").evaluate("(e) => e.scrollIntoView({ block: 'start' })")
    camera.both("ask")

    reader.open_recent()
    panel.locator("#library-list .open").first.click()
    panel.locator("#own-note").fill("Ask Ines whether the small boats agree.")
    panel.locator("#own-tags").fill("harbour, to read")
    panel.locator(".own-words .hint", has_text=wording.text("saved_page.saved")).wait_for()
    panel.locator("#library-back").click()
    panel.locator("#library-filter").fill("ferry")
    panel.locator("#library-list mark").first.wait_for()
    panel.evaluate("document.activeElement.blur()")
    camera.both("memory")

    panel.locator("#tab-privacy").click()
    panel.locator("#privacy-lock form").first.wait_for()
    panel.evaluate("document.activeElement.blur()")
    camera.both("privacy")
    form = panel.locator("#privacy-lock form")
    for field in ("passphrase", "again"):
        form.locator(f"[name={field}]").fill(PASSPHRASE)
    form.get_by_role("button").click()
    panel.locator('[data-lock="now"]').wait_for(timeout=60_000)
    panel.locator("#toast").evaluate("(e) => e.classList.remove('shown')")
    panel.locator("#privacy-lock").evaluate("(e) => e.scrollIntoView({ block: 'center' })")
    camera.both("lock")
    panel.locator('[data-lock="now"]').click()
    panel.locator("#locked").wait_for()
    camera.both("unlock")


def open_only_tab(browser: Browser, url: str) -> Page:
    """Open a page in the only tab."""
    page = browser.open(url)
    for other in page.context.pages:
        if other is not page:
            other.close()
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "which",
        nargs="*",
        default=["page", "pdf", "news", "yours"],
        help="page, pdf, news, yours: all of them if none is named",
    )
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    which, out = arguments.which, arguments.out
    out.mkdir(parents=True, exist_ok=True)
    if "page" in which:
        with tempfile.TemporaryDirectory() as folder, Browser(headed=True, size=SIZE) as browser:
            Path(folder, "long.html").write_text(samples.article("The long log of the strait", 400))
            browser.color_scheme("light")
            take(browser, browser.serve(PAGES), browser.serve(Path(folder)), out)
    if "pdf" in which:
        with Browser(headed=True, size=SIZE) as browser:
            browser.color_scheme("light")
            take_pdf(browser, browser.serve(ROOT / "tests" / "fixtures" / "pdf"), out)
    if "news" in which:
        stand = Newsstand()
        hosts = tuple(f"*://{host}/*" for host in stand.papers)
        with Browser(headed=True, size=SIZE, flags=stand.flags, granted=hosts) as browser:
            browser.color_scheme("light")
            take_news(browser, stand, out)
        stand.close()
    if "yours" in which:
        with Browser(headed=True, size=SIZE) as browser:
            browser.color_scheme("light")
            take_library_and_privacy(browser, browser.serve(PAGES), out)
    for path in sorted(out.glob("*.png")):
        print(path)


if __name__ == "__main__":
    main()
