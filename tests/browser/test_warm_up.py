"""After installation, a warm-up run makes the browser cache the compiled WebAssembly code."""

from __future__ import annotations

from collections.abc import Callable

from driver import Browser, Site, wait_for
from reader import Reader

COMPILED = 100_000  # bytes; smaller cache files hold only a name
# Records the names of later requests to the engine in the offscreen document.
NOTING = """(() => {
  globalThis.asked = [];
  const { engine } = nutshell, post = engine.post;
  engine.post = function (message, ...more) {
    if (message.type === "request") asked.push(message.name);
    return post.call(this, message, ...more);
  };
})()"""


def test_warm_up_compiles_code_and_saves_nothing(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    page = browser.open(f"{pages.url}/article.html")
    wait_for("the warm-up to start the engine", lambda: browser.targets("background_page"), timeout=30)
    wait_for("the compiled code of Pyodide and onnxruntime to be cached", lambda: browser.compiled() == 2, timeout=60)
    reader = Reader(browser)
    assert reader.summarize(page).points
    reader.open_recent()
    assert reader.panel.locator("#library-list .entry").count() == 1  # the user's page only


def test_no_warm_up_runs_after_a_user_request(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    reader = Reader(browser)
    assert reader.summarize(browser.open(f"{pages.url}/article.html")).points
    engine = browser.offscreen()
    engine.evaluate(NOTING)
    reader.open_recent()
    wait_for("the user's request to reach the engine", lambda: engine.evaluate("asked.length"))
    engine.evaluate("new Promise((resolve) => setTimeout(resolve, 6000))")
    assert "warm_up" not in engine.evaluate("asked")
