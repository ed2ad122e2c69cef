"""Pages that take their time: late text, late access, very large pages; and text in frames and shadow trees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

import samples
from driver import Browser, Site, wait_for
from reader import Reader
from tests import wording

pytestmark = pytest.mark.usefixtures("clean_console")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def body(title: str, count: int = 30) -> str:
    return samples.article(title, count).split("<body>")[1].split("</body>")[0]


def serve(site: Site, name: str, html: str) -> str:
    (site.folder / name).write_text(html)
    return f"{site.url}/{name}"


LATE = """<!doctype html><html lang=en><title>Late</title>
<main id=at><p>Loading</p></main><template>%s</template><script>
  setTimeout(() => { at.innerHTML = document.querySelector("template").innerHTML; }, %d);
</script>"""


@pytest.mark.parametrize("milliseconds", [300, 1_200])
def test_text_that_arrives_late_is_waited_for(reader: Reader, browser: Browser, site: Site, milliseconds: int) -> None:
    page = browser.open(serve(site, "late.html", LATE % (body("Late"), milliseconds)))
    # Start the clock at the click: opening the panel takes longer than this text.
    page.evaluate("location.reload()")
    seen = reader.summarize(page)
    assert not seen.notice
    assert seen.points


def test_waiting_is_mentioned_and_a_page_that_stays_busy_can_be_tried_again(
    reader: Reader, browser: Browser, site: Site
) -> None:
    busy = "<script>setInterval(() => { at.textContent = 'Loading ' + Math.random(); }, 200)</script>"
    page = browser.open(serve(site, "busy.html", f"<title>Busy</title><p id=at></p>{busy}"))
    reader.ask(page)
    label = reader.panel.locator("#progress-label")
    wait_for("the panel to mention it", lambda: label.inner_text() == label.get_attribute("data-wait"))
    assert reader.shown().notice == "late"
    page.evaluate("(html) => { document.body.innerHTML = html; }", body("Here at last"))
    reader.forget()
    reader.panel.get_by_role("button", name=wording.text("action.retry")).click()
    assert reader.shown().points


def test_short_page_is_shown_whole(reader: Reader, browser: Browser, pages: Site) -> None:
    seen = reader.summarize(browser.open(f"{pages.url}/tiny.html"))
    assert not seen.notice
    assert "We open again on Thursday." in seen.text


REFUSE = """(times) => {
  const real = chrome.scripting.executeScript;
  chrome.scripting.executeScript = (...given) => {
    if (!given[0].files || times-- <= 0) return real(...given);
    return Promise.reject(Error("Cannot access contents of the page. Extension manifest must request permission."));
  };
}"""


@pytest.mark.parametrize(("refusals", "notice"), [(4, ""), (1_000, "restricted")])
def test_access_that_comes_late_is_waited_for(
    reader: Reader, browser: Browser, pages: Site, refusals: int, notice: str
) -> None:
    page = browser.open(f"{pages.url}/article.html")
    reader.summarize(page)
    panel = reader.panel
    panel.evaluate(REFUSE, refusals)
    seen = reader.summarize(page, timeout=20)
    assert seen.notice == notice
    panel.evaluate(REFUSE, 0)
    panel.reload()


WATCH = """() => {
  globalThis.times = {};
  chrome.runtime.onMessage.addListener((message) => {
    if (message?.type === "task") times.task = performance.now();
  });
  const progress = document.getElementById("progress");
  new MutationObserver(() => {
    if (!progress.hidden) times.progress ??= performance.now();
  }).observe(progress, { attributes: true });
}"""


@pytest.fixture
def large(browser: Browser, site: Site) -> Page:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in samples.sentences(42_000))
    html = f"<!doctype html><html lang=en><title>Log</title><body><article><h1>Log</h1>{paragraphs}</article>"
    assert len(html) > 5_000_000
    return browser.open(serve(site, "large.html", html))


def test_a_very_large_page_shows_progress_at_once_and_is_summarized(
    reader: Reader, browser: Browser, pages: Site, large: Page
) -> None:
    reader.summarize(browser.open(f"{pages.url}/tiny.html"))
    panel = reader.panel
    panel.evaluate(WATCH)
    large.bring_to_front()
    seen = reader.summarize(large)
    assert seen.points
    assert panel.evaluate("times.progress - times.task") < 300


def test_a_very_large_page_can_be_cancelled_while_it_is_read(reader: Reader, large: Page) -> None:
    reader.ask(large)
    reader.panel.locator("#cancel").click()
    assert reader.shown(5).notice == "cancelled"


SHADOW = """<!doctype html><html lang=en><title>Shadow</title><x-story></x-story><template>%s</template><script>
  const root = document.querySelector("x-story").attachShadow({ mode: "closed" });
  root.append(document.querySelector("template").content.cloneNode(true));
</script>"""


def test_a_closed_shadow_tree_is_read(reader: Reader, browser: Browser, site: Site) -> None:
    page = browser.open(serve(site, "shadow.html", SHADOW % body("Shadow")))
    seen = reader.summarize(page)
    assert seen.points
    for number in range(reader.points().count()):
        reader.look_up(page, reader.points().nth(number))


def test_a_frame_of_the_same_site_is_read_and_one_of_another_is_reported(
    reader: Reader, browser: Browser, site: Site, pages: Site
) -> None:
    frame = '<!doctype html><title>Viewer</title><iframe src="{}" style="width: 100%; height: 500px"></iframe>'
    serve(site, "story.html", samples.article("Framed", 30))
    page = browser.open(serve(site, "same.html", frame.format("/story.html")))
    seen = reader.summarize(page)
    assert seen.points
    reader.points().first.focus()
    highlights = (
        "Array.from(document.querySelector('iframe').contentWindow.CSS.highlights.get('nutshell') ?? [], String)"
    )
    wait_for("the frame to highlight the sentence", lambda: page.evaluate(highlights))
    page = browser.open(serve(site, "other.html", frame.format(f"{pages.url}/article.html")))
    assert reader.summarize(page).notice == "frame"
