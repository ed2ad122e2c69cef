"""Nothing leaves: every network request of the browser in a session of use, by Chromium's own network log.

Files of the package itself (chrome-extension://) never touch the network, so they are not in that log:
whatever is in it and asked for by the extension is a request that must not be.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from driver import Browser, Site, wait_for
from netlog import Request
from reader import Reader

FEATURES = ("article", "german", "korean")


def use(browser: Browser, pages: Site) -> list[str]:
    """Install, three summaries and a notice, highlights, another length, Recent, a restart; the addresses opened."""
    reader = Reader(browser)
    opened = [f"{pages.url}/{name}.html" for name in (*FEATURES, "login")]
    for url in opened:
        page = browser.open(url)
        if reader.summarize(page).points:
            reader.look_up(page, reader.points().last)
            reader.points().last.click()
    page = browser.open(opened[0])
    reader.summarize(page)
    reader.set_length(6)
    reader.wait_for_sentences(6)
    reader.open_recent()
    reader.panel.locator("#recent-list .open").first.click()
    reader.panel.locator("#recent-content article").wait_for()
    reader.panel.locator("#recent-back").click()
    reader.panel.locator("#recent-list .remove").first.click()
    reader.panel.locator("#toast button").click()
    browser.restart()
    page = browser.open(opened[0])
    assert reader.summarize(page).points
    reader.open_recent()
    assert reader.panel.locator("#recent-list .entry").count() >= len(FEATURES)
    return opened


def of_the_extension(browser: Browser) -> list[Request]:
    """Requests that the extension asked for, in the browser's own view."""
    return [request for request in browser.requests() if "chrome-extension://" in request.initiator]


def to_sites(browser: Browser, *sites: Site) -> set[str]:
    """The addresses on our own servers that were asked for, whoever asked: also from inside a page."""
    return {r.url for r in browser.requests() if r.url.startswith(tuple(site.url + "/" for site in sites))}


def test_nothing_leaves(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch(netlog=True)
    opened = use(browser, pages)
    browser.close()
    assert of_the_extension(browser) == []
    # What the extension runs inside a page would ask in the page's name: nothing but the pages was asked for.
    assert to_sites(browser, pages) <= {*opened, f"{pages.url}/favicon.ico"}
    assert set(opened) <= to_sites(browser, pages), "the recorder must have seen the pages themselves"


PLANTS = {
    "panel/panel.js": 'fetch("{url}/panel").catch(() => {});\n',
    "background.js": 'fetch("{url}/background").catch(() => {});\n',
    "engine/offscreen.js": 'new Image().src = "{url}/offscreen";\n',
    "engine/engine.js": 'fetch("{url}/engine").catch(() => {});\n',
    "engine/models.js": 'new WebSocket("{url}/models".replace("http", "ws")).onerror = () => {};\n',
    "page/extract.js": 'fetch("{url}/page", {mode: "no-cors"}).catch(() => {});\n',
}


@pytest.fixture
def leaky(extension: Path, tmp_path: Path, pages: Site) -> Path:
    """A copy of the package that asks a server for something from each of its places."""
    copy = tmp_path / "leaky"
    shutil.copytree(extension, copy)
    for name, code in PLANTS.items():
        file = copy / name
        planted = code.replace("{url}", pages.url + "/planted")
        file.write_text(f"{file.read_text()}\n{planted}")
    quiet = copy / "engine" / "network-lockdown.js"  # or it would have taken away what the plants ask with
    quiet.write_text(re.sub(r"const REACHING = \[.*?\];", "const REACHING = [];", quiet.read_text(), flags=re.S))
    for name in ("panel/panel.html", "engine/offscreen.html"):  # the documents' own policy would stop it
        page = copy / name
        page.write_text(page.read_text().replace("connect-src 'self'", "connect-src *"))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["content_security_policy"]["extension_pages"] = (
        "script-src 'self' 'wasm-unsafe-eval'; connect-src *; img-src *"
    )
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def test_recorder_sees_requests_from_everywhere(launch: Callable[..., Browser], leaky: Path, pages: Site) -> None:
    """The test above can fail: from each place of the extension, a request planted there is found."""
    browser = launch(extension=leaky, netlog=True)
    reader = Reader(browser)
    assert reader.summarize(browser.open(f"{pages.url}/article.html")).points
    browser.close()
    places = {name.split("/")[-1].removesuffix(".js") for name in PLANTS} - {"extract"}
    found = {request.url.rsplit("/", 1)[-1] for request in of_the_extension(browser)}
    assert places <= found
    assert f"{pages.url}/planted/page" in to_sites(browser, pages)


def test_policy_stops_what_would_leave(launch: Callable[..., Browser], pages: Site) -> None:
    """Even code of the extension's own could not reach a server: the content security policy refuses."""
    browser = launch(netlog=True)
    reader = Reader(browser)
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    attempt = """(url) => {
      globalThis.refused = null;
      addEventListener("securitypolicyviolation", (event) => (refused = event.effectiveDirective));
      setTimeout(() => (new Image().src = url));
    }"""
    reader.panel.evaluate(attempt, f"{pages.url}/leak")
    wait_for("the refusal", lambda: reader.panel.evaluate("refused") == "img-src")
    browser.close()
    assert of_the_extension(browser) == []
    assert f"{pages.url}/leak" not in to_sites(browser, pages)
