"""A small part of `make harden` (tests/harden): network egress and access to the engine."""

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


def test_no_context_can_reach_the_network(extension: Path) -> None:
    outcome = egress.run()
    assert outcome.faults == ()
    assert outcome.counts["page"] >= egress.ENOUGH, "the listener must receive requests of an ordinary page"


def test_a_page_cannot_reach_the_engine(browser: Browser, pages: Site) -> None:
    page = browser.open(f"{pages.url}/article.html")
    assert page.evaluate(OUTSIDE, browser.id) == ["no chrome.runtime in a page"]


def test_a_page_cannot_load_files_of_the_extension(browser: Browser, pages: Site) -> None:
    """A page can load no script, frame or image of the package."""
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
def test_invalid_messages_are_refused_or_dropped(
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


def test_messages_from_content_scripts_are_ignored(launch: Callable[..., Browser], pages: Site) -> None:
    """A page may compromise the extension's scripts in it, so the engine ignores their messages."""
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
            port.postMessage({ id: 1, name: "library.list" });
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
    wait_for("the panel to work", lambda: reader.seen().title, 5)


def test_no_data_is_lost_when_killed_while_writing(extension: Path) -> None:
    outcome = kills.run(2)
    assert outcome.faults == ()
    assert outcome.counts["acknowledged"] >= 2


def test_erased_data_is_in_no_file(extension: Path) -> None:
    assert erase.run().faults == ()


def test_requests_fail_only_with_declared_errors() -> None:
    outcome = fuzz.run(5)
    assert outcome.faults == ()
    assert outcome.counts["requests"] >= 40
    assert outcome.counts["parsers"] == 5


def test_external_input_is_never_executed(extension: Path) -> None:
    outcome = hostile.run(30)
    assert outcome.faults == ()
    assert outcome.counts["rows"] > 2 * outcome.counts["vectors"]
