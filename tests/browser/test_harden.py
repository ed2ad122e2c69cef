"""A small part of `make harden` (tests/harden): what gets out, who may speak to the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from driver import Browser, Site, wait_for
from reader import Reader
from tests.harden import egress, erase, fuzz, hostile, kills

OUTSIDE = """async (id) => {
  const said = (work) => { try { return work() } catch (error) { return error.message } };
  const runtime = globalThis.chrome?.runtime;
  if (!runtime?.sendMessage) return ["no chrome.runtime in a page"];
  const answers = [];
  const asked = { type: "may-reach", url: location.href };
  answers.push(await said(() => runtime.sendMessage(id, asked).catch((e) => e.message)));
  const port = said(() => runtime.connect(id, { name: "nutshell-engine" }));
  answers.push(port?.name ? "connected" : port);
  return answers;
}"""


def test_nothing_gets_out_of_any_context(extension: Path) -> None:
    outcome = egress.run()
    assert outcome.faults == ()
    assert outcome.counts["page"] >= egress.ENOUGH, "an ordinary page must be heard, or the listener is deaf"


def test_a_page_cannot_reach_the_engine(browser: Browser, pages: Site) -> None:
    page = browser.open(f"{pages.url}/article.html")
    assert page.evaluate(OUTSIDE, browser.id) == ["no chrome.runtime in a page"]


def test_a_frame_of_a_page_cannot_hold_the_extension(browser: Browser, pages: Site) -> None:
    """Nothing of the package can be loaded by a page: no script, no frame, no picture."""
    page = browser.open(f"{pages.url}/article.html")
    for name in ("engine/engine.js", "panel/panel.html", "icons/48.png", "manifest.json"):
        got = page.evaluate("(url) => fetch(url).then(() => 'read', () => 'refused')", browser.address(name))
        assert got == "refused", name


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ({"id": 1, "name": "settings"}, "answer"),
        ({"id": 2, "name": "no.such"}, "bad-request"),
        ({"id": 3, "name": "__proto__"}, "bad-request"),
        ({"id": 4, "name": "settings", "payload": [1]}, "bad-request"),
        ({"id": 5, "name": "x" * 70}, "bad-request"),
        ({"id": 6, "name": {"toString": 1}}, "bad-request"),
        ({"id": -7, "name": "settings"}, ""),
        ({"id": "8", "name": "settings"}, ""),
        ({"name": "settings"}, ""),
        ("settings", ""),
        (None, ""),
    ],
)
def test_what_is_no_request_is_refused_or_dropped(
    reader: Reader, browser: Browser, pages: Site, message, answer
) -> None:
    reader.summarize(browser.open(f"{pages.url}/tiny.html"))
    got = reader.panel.evaluate(
        """(message) => new Promise((resolve) => {
          const port = chrome.runtime.connect({ name: "nutshell-engine" });
          port.onMessage.addListener((said) => {
            if (said.id === 999) resolve("");
            else if (!said.progress) resolve(said.error?.code ?? (said.answer ? "answer" : "?"));
            if (said.id === 999 || !said.progress) port.disconnect();
          });
          port.postMessage(message);
          setTimeout(() => port.postMessage({ id: 999, name: "settings" }), 300); // answered: the engine is well
        })""",
        message,
    )
    assert got == answer


def test_a_page_script_that_lies_about_its_sender_is_not_heard(launch: Callable[..., Browser], pages: Site) -> None:
    """Scripts of the extension in a page may be the page's victims: the engine does not hear them."""
    browser = launch()
    reader = Reader(browser)
    page = browser.open(f"{pages.url}/article.html")
    reader.summarize(page)
    tab = reader.panel.evaluate("async () => (await chrome.tabs.query({ active: true, currentWindow: true }))[0].id")
    answers = reader.panel.evaluate(
        """async (tabId) => {
          const inThePage = () => new Promise((resolve) => {
            const said = [];
            const port = chrome.runtime.connect({ name: "nutshell-engine" });
            port.onMessage.addListener((message) => said.push(message));
            port.onDisconnect.addListener(() => said.push("disconnected"));
            port.postMessage({ id: 1, name: "recent" });
            const asked = { type: "may-reach", url: location.href };
            chrome.runtime.sendMessage(asked, (answer) => said.push(answer ?? "nothing"));
            setTimeout(() => { void chrome.runtime.lastError; resolve(said) }, 1500);
          });
          const [{ result }] = await chrome.scripting.executeScript({ target: { tabId }, func: inThePage });
          return result;
        }""",
        tab,
    )
    assert "disconnected" in answers
    assert not [said for said in answers if isinstance(said, dict) or said is True]
    wait_for("the panel to be well", lambda: reader.seen().title, 5)


def test_killed_while_it_writes_nothing_is_lost(extension: Path) -> None:
    outcome = kills.run(2)
    assert outcome.faults == ()
    assert outcome.counts["acknowledged"] >= 2


def test_what_was_erased_is_in_no_file(extension: Path) -> None:
    assert erase.run().faults == ()


def test_no_request_fails_in_another_way_than_it_says() -> None:
    outcome = fuzz.run(5)
    assert outcome.faults == ()
    assert outcome.counts["requests"] >= 40
    assert outcome.counts["parsers"] == 5


def test_nothing_runs_of_what_comes_in_from_outside(extension: Path) -> None:
    outcome = hostile.run(30)
    assert outcome.faults == ()
    assert outcome.counts["rows"] > 2 * outcome.counts["vectors"]
