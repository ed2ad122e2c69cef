"""Once it is installed the extension makes a summary for nobody, and the browser keeps what it compiled for it."""

from __future__ import annotations

from collections.abc import Callable

from driver import Browser, Site, wait_for
from reader import Reader

COMPILED = 100_000  # bytes: less is no more than a name of what is kept
# In the engine's document: the names of the requests that reach the engine from now on.
NOTING = """(() => {
  globalThis.asked = [];
  const { engine } = nutshell, post = engine.post;
  engine.post = function (message, ...more) {
    if (message.type === "request") asked.push(message.name);
    return post.call(this, message, ...more);
  };
})()"""


def test_code_is_compiled_before_the_first_click_and_nothing_else_remains(
    launch: Callable[..., Browser], pages: Site
) -> None:
    browser = launch()
    page = browser.open(f"{pages.url}/article.html")
    wait_for("the engine to be started by nobody", lambda: browser.targets("background_page"), timeout=30)
    wait_for("Pyodide's and onnxruntime's code to be kept", lambda: browser.compiled() == 2, timeout=60)
    reader = Reader(browser)
    assert reader.summarize(page).points
    reader.open_recent()
    assert reader.panel.locator("#recent-list .entry").count() == 1  # the reader's own


def test_a_reader_who_is_faster_is_not_disturbed(launch: Callable[..., Browser], pages: Site) -> None:
    browser = launch()
    reader = Reader(browser)
    assert reader.summarize(browser.open(f"{pages.url}/article.html")).points
    engine = browser.offscreen()
    engine.evaluate(NOTING)
    reader.open_recent()
    wait_for("what the reader asks to be seen", lambda: engine.evaluate("asked.length"))
    engine.evaluate("new Promise((resolve) => setTimeout(resolve, 6000))")
    assert "warm_up" not in engine.evaluate("asked")
