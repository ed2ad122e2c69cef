"""Checks Chromium's network log for requests of the extension during ordinary use.

Files of the package (chrome-extension://) do not use the network and are not in the log, so every request
of the extension in the log is an error.
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
    """Use summaries, highlights, the length, Recent and a restart. Returns the opened addresses."""
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
    reader.panel.locator("#library-list .open").first.click()
    reader.panel.locator("#library-content article").wait_for()
    reader.panel.locator("#library-back").click()
    reader.panel.locator("#library-list .remove").first.click()
    reader.panel.locator("#toast button").click()
    browser.restart()
    page = browser.open(opened[0])
    assert reader.summarize(page).points
    reader.open_recent()
    assert reader.panel.locator("#library-list .entry").count() >= len(FEATURES)
    return opened


def of_the_extension(browser: Browser) -> list[Request]:
    """Returns the requests that the browser attributes to the extension."""
    return [request for request in browser.requests() if "chrome-extension://" in request.initiator]


def to_sites(browser: Browser, *sites: Site) -> set[str]:
    """Returns the requested addresses on the local servers, from any initiator, including pages."""
    return {r.url for r in browser.requests() if r.url.startswith(tuple(site.url + "/" for site in sites))}


def test_extension_makes_no_requests(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch(netlog=True)
    opened = use(browser, pages)
    browser.close()
    assert of_the_extension(browser) == []
    # A content script's request would count as the page's, so only the pages may be requested.
    assert to_sites(browser, pages) <= {*opened, f"{pages.url}/favicon.ico"}
    assert set(opened) <= to_sites(browser, pages), "the recorder must see the pages"


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
    """A copy of the package that makes a request from each of its contexts."""
    copy = tmp_path / "leaky"
    shutil.copytree(extension, copy)
    for name, code in PLANTS.items():
        file = copy / name
        planted = code.replace("{url}", pages.url + "/planted")
        file.write_text(f"{file.read_text()}\n{planted}")
    quiet = copy / "engine" / "network-lockdown.js"  # it would block the added requests
    quiet.write_text(
        re.sub(r"const NETWORK_GLOBALS = \[.*?\];", "const NETWORK_GLOBALS = [];", quiet.read_text(), flags=re.S)
    )
    for name in ("panel/panel.html", "engine/offscreen.html"):  # the documents' policy would block it
        page = copy / name
        page.write_text(page.read_text().replace("connect-src 'self'", "connect-src *"))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["content_security_policy"]["extension_pages"] = (
        "script-src 'self' 'wasm-unsafe-eval'; connect-src *; img-src *"
    )
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def test_recorder_sees_requests_of_every_context(launch: Callable[..., Browser], leaky: Path, pages: Site) -> None:
    """Proves that the test above can fail: a request from each context of the extension is found."""
    browser = launch(extension=leaky, netlog=True)
    reader = Reader(browser)
    assert reader.summarize(browser.open(f"{pages.url}/article.html")).points
    browser.close()
    places = {name.split("/")[-1].removesuffix(".js") for name in PLANTS} - {"extract"}
    found = {request.url.rsplit("/", 1)[-1] for request in of_the_extension(browser)}
    assert places <= found
    assert f"{pages.url}/planted/page" in to_sites(browser, pages)


def test_content_security_policy_blocks_requests(launch: Callable[..., Browser], pages: Site) -> None:
    """Even the extension's own code cannot reach a server."""
    browser = launch(netlog=True)
    reader = Reader(browser)
    reader.summarize(browser.open(f"{pages.url}/article.html"))
    attempt = """(url) => {
      globalThis.refused = null;
      addEventListener("securitypolicyviolation", (event) => (refused = event.effectiveDirective));
      setTimeout(() => (new Image().src = url));
    }"""
    reader.panel.evaluate(attempt, f"{pages.url}/leak")
    wait_for("the request to be blocked", lambda: reader.panel.evaluate("refused") == "img-src")
    browser.close()
    assert of_the_extension(browser) == []
    assert f"{pages.url}/leak" not in to_sites(browser, pages)
