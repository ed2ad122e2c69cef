"""Pages without an article, and unusual pages with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

import samples
from driver import Browser, Site
from reader import Reader, squeeze
from tests import wording

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.mark.parametrize("name", ["login", "app"])
def test_no_article(name: str, reader: Reader, browser: Browser, pages: Site) -> None:
    seen = reader.summarize(browser.open(f"{pages.url}/{name}.html"))
    assert seen.notice == "no-article"
    assert seen.notice == "no-article"


def test_retry_reads_the_changed_page(reader: Reader, browser: Browser, site: Site) -> None:
    """Retrying extracts the current content of the page."""
    (site.folder / "late.html").write_text("<!doctype html><title>Late</title><p>Loading</p>")
    page = browser.open(f"{site.url}/late.html")
    assert reader.summarize(page).notice == "no-article"
    body = samples.article("Late", 30).split("<body>")[1].split("</body>")[0]
    page.evaluate("(html) => { document.body.innerHTML = html; }", body)
    reader.forget()
    reader.panel.get_by_role("button", name=wording.text("action.retry")).click()
    assert reader.shown().points


@pytest.mark.parametrize("url", ["chrome://version", "chrome://extensions", "about:blank"])
def test_browser_page_gets_a_notice(url: str, reader: Reader, browser: Browser) -> None:
    seen = reader.summarize(browser.open(url))
    assert seen.notice == "restricted"
    assert seen.notice == "restricted"


def test_file_on_disk(reader: Reader, browser: Browser, tmp_path: Path) -> None:
    """An unpacked extension may read files, so a file is summarized like any page."""
    path = tmp_path / "page.html"
    path.write_text(samples.article("On disk", 30))
    assert reader.summarize(browser.open(path.as_uri())).title == "On disk"


@pytest.mark.parametrize("name", ["paper.pdf", "paper"])
def test_pdf(name: str, reader: Reader, browser: Browser, site: Site) -> None:
    """A PDF is recognized by its content type, not by its address. test_pdf.py reads larger ones."""
    samples.pdf(site.folder / name)
    site.types[f"/{name}"] = "application/pdf"
    seen = reader.summarize(browser.open(f"{site.url}/{name}"))
    assert seen.gist.startswith("The tower is closed on Mondays and in fog.")


def test_empty_selection(reader: Reader, browser: Browser, pages: Site) -> None:
    page = browser.open(f"{pages.url}/article.html")
    reader.summarize(page)
    reader.forget()
    # The menu offers this entry only over a selection, but the page may have cleared it since.
    browser.service_worker().evaluate(
        """async () => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const task = { id: "empty", tabId: tab.id, windowId: tab.windowId, mode: "selection", at: Date.now() };
          await chrome.runtime.sendMessage({ type: "task", task });
        }"""
    )
    assert reader.shown().notice == "selection-empty"


def test_megabyte(reader: Reader, browser: Browser, site: Site) -> None:
    (site.folder / "big.html").write_text(samples.megabyte("A year of logs"))
    page = browser.open(f"{site.url}/big.html")
    seen = reader.summarize(page, timeout=60)
    assert seen.title == "A year of logs"
    assert seen.points
    for number in range(reader.points().count()):
        reader.look_up(page, reader.points().nth(number))


def test_korean(reader: Reader, browser: Browser, pages: Site) -> None:
    """The encoder does not support Korean, so word frequencies are used and the panel says so."""
    page = browser.open(f"{pages.url}/korean.html")
    seen = reader.summarize(page)
    assert seen.points
    assert seen.note == wording.text("summary.language_partial", language="Korean")
    assert any("가" <= letter <= "힣" for letter in seen.gist)
    for number in range(reader.points().count()):
        reader.look_up(page, reader.points().nth(number))


def test_german(reader: Reader, browser: Browser, pages: Site) -> None:
    page = browser.open(f"{pages.url}/german.html")
    seen = reader.summarize(page)
    assert seen.points
    assert seen.note == wording.text("summary.language_partial", language="German")
    assert squeeze(seen.gist) in squeeze(page.inner_text("body"))


DIALOGS = """() => {
  globalThis.dialogs = [];
  for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = (said) => dialogs.push(said);
}"""


def test_hostile_page(reader: Reader, browser: Browser, pages: Site) -> None:
    """Page content is shown as text. It creates no element in the panel and runs no script."""
    page = browser.open(f"{pages.url}/hostile.html")
    page.on("dialog", lambda dialog: dialog.dismiss())
    reader.ask(page)
    panel = reader.panel
    panel.on("dialog", lambda dialog: pytest.fail(f"a dialog opened in the panel: {dialog.message}"))
    panel.evaluate(DIALOGS)
    seen = reader.shown()
    assert seen.points
    assert panel.evaluate("dialogs") == []
    inert(panel)
    assert "<" in seen.text, "the page's markup must be shown as text"
    for number in range(reader.points().count()):
        reader.look_up(page, reader.points().nth(number))
    reader.open_recent()
    inert(panel)


def inert(panel: Page) -> None:
    """Check that only template elements exist, no attribute runs code, and no bidirectional mark is left open."""
    found = panel.evaluate(
        """() => {
          const KNOWN = new Set(`article header p h1 h2 h3 section ol ul li div span bdi time
            svg path circle button a b kbd search input`.split(/\\s+/));
          const faults = [];
          for (const element of document.querySelectorAll(".content *")) {
            if (!KNOWN.has(element.localName)) faults.push(element.outerHTML.slice(0, 200));
            for (const { name, value } of element.attributes) {
              if (name.startsWith("on") || /^\\s*javascript:/i.test(value)) faults.push(`${name}=${value}`);
            }
          }
          const text = document.querySelector(".content").innerText;
          if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(text)) faults.push("bidi");
          return faults;
        }"""
    )
    assert found == []


def test_a_hundred_thousand_nested_divs(reader: Reader, browser: Browser, site: Site) -> None:
    (site.folder / "deep.html").write_text(samples.nested("The well", 100_000))
    page = browser.open(f"{site.url}/deep.html")
    seen = reader.summarize(page)
    assert seen.title == "The well"
    assert seen.points


def test_page_that_shadows_built_ins(reader: Reader, browser: Browser, site: Site) -> None:
    """Elements named like document properties, and prototypes changed by the page's scripts."""
    html = samples.article(
        "Shadows",
        30,
        tail="""
        <form><input name=attributes><input name=children><input name=parentNode></form>
        <img name=body><img name=title><a id=nutshell></a><a id=chrome></a>
        <script>
          Array.prototype.map = () => { throw Error("changed by the page"); };
          Document.prototype.createRange = () => null;
          Object.defineProperty(CSS, "highlights", { value: null });
        </script>""",
    )
    (site.folder / "shadows.html").write_text(html)
    page = browser.open(f"{site.url}/shadows.html")
    seen = reader.summarize(page)
    assert seen.title == "Shadows"
    assert seen.points
