"""Tries every way to send data from every context of the extension, checked by a listener and the network log.

tests/harden/attempts.js is injected into the contexts of a copy of the built extension, as if the extension's own code
were malicious. An ordinary page tries the same first, to show that the listener receives it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.harden.listener import Listener
from tests.harden.report import ROOT, Outcome

from driver import DIST, Browser, TimedOut, wait_for  # isort: skip
from reader import Reader  # isort: skip

ATTEMPTS = Path(__file__).with_name("attempts.js")
PLACES = ("panel", "offscreen", "engine", "models", "background")
CONTROL = "page"
ENOUGH = 20  # attempts of the ordinary page that must reach the listener

# Where the attempts start in each file: at the end for documents, and on the first message for workers, so that they
# run while Python and the models do.
COLLECT = """
globalThis.tried = {};
new BroadcastChannel("tried").onmessage = ({ data }) => (globalThis.tried[data.place] = data.ways.length);
"""
AT_END = {"panel/panel.js": "panel", "engine/offscreen.js": "offscreen", "background.js": "background"}
WITH_WORK = {"engine/engine.js": "engine", "engine/models.js": "models"}

# What Python can try: the browser's functions through `js`, and sockets, which Emscripten implements with WebSocket.
PYTHON = """
import js, socket, urllib.request
def attempt(work):
    try: work()
    except BaseException as error: return type(error).__name__
    return "went"
said = [
    attempt(lambda: js.fetch(BASE + "/python/fetch")),
    attempt(lambda: js.XMLHttpRequest.new().open("GET", BASE + "/python/xhr")),
    attempt(lambda: js.WebSocket.new(BASE.replace("http", "ws") + "/python/websocket")),
    attempt(lambda: js.eval("fetch('" + BASE + "/python/eval')")),
    attempt(lambda: js.Function.new("fetch('" + BASE + "/python/function')")()),
    attempt(lambda: js.importScripts(BASE + "/python/import-scripts")),
    attempt(lambda: urllib.request.urlopen(BASE + "/python/urllib", timeout=1)),
    attempt(lambda: socket.create_connection(("127.0.0.1", int(BASE.rsplit(":", 1)[1])), 1)),
]
"""


def plant(folder: Path, listener: Listener, extension: Path = DIST) -> Path:
    """Returns a copy of the extension in which every context tries to send data."""
    copy = folder / "turned"
    shutil.copytree(extension, copy)
    attempts = ATTEMPTS.read_text()
    for name, place in (AT_END | WITH_WORK).items():
        call = f'tryEverything("{place}", "{listener.url}", {listener.udp})'
        if name in WITH_WORK:
            call = (
                "{ let once = false; self.addEventListener('message', ({ data }) => { "
                f"if (!once && data.type !== 'start') {{ once = true; setTimeout(() => {call}, 300); }} }}); }}"
                if place == "engine"
                else f"setTimeout(() => {call}, 1500);"
            )
        file = copy / name
        collect = COLLECT if place == "offscreen" else ""
        file.write_text(f"{file.read_text()}\n{attempts}\n{collect}\n{call}\n")
    engine = copy / "engine" / "engine.js"
    text = engine.read_text()
    before = "  postLockState();\n  return storage?.locked"
    assert text.count(before) == 1, "engine.js has changed: update where the Python attempts are injected"
    python = PYTHON.replace("BASE", repr(listener.url)).replace("`", "")
    planted = (
        f"  const said = pyodide.runPython({json.dumps(python + 'list(said)')}).toJs();\n"
        "  setInterval(() => new BroadcastChannel('tried').postMessage({ place: 'python', ways: said }), 500);\n"
    )
    engine.write_text(text.replace(before, planted + before))
    return copy


def heard(listener: Listener) -> dict[str, set[str]]:
    """Returns the attempts that reached the listener, by context."""
    found: dict[str, set[str]] = {}
    for path in listener.asked:
        parts = path.split("?")[0].strip("/").split("/")
        if len(parts) == 2:
            found.setdefault(parts[0], set()).add(parts[1])
    return found


def run() -> Outcome:
    control = f"<!doctype html><title>x</title><body><script>{ATTEMPTS.read_text()}</script>"
    article = (ROOT / "tests" / "pages" / "article.html").read_text()
    with Listener({"/control": control, "/article": article}) as listener, tempfile.TemporaryDirectory() as folder:
        extension = plant(Path(folder), listener)
        with Browser(extension, netlog=True) as browser:
            page = browser.open(f"{listener.url}/control")
            page.evaluate("([place, base, udp]) => void setTimeout(tryEverything, 0, place, base, udp)",
                          [CONTROL, listener.url, listener.udp])  # fmt: skip
            wait_for(
                "the ordinary page to reach the listener", lambda: len(heard(listener).get(CONTROL, ())) >= ENOUGH, 20
            )
            _settle(listener)
            datagrams = listener.datagrams
            page.close()
            _settle(listener)
            heard_page = len(heard(listener)[CONTROL]) + (datagrams > 0)
            listener.datagrams = 0
            reader = Reader(browser)
            page = browser.open(f"{listener.url}/article")
            with contextlib.suppress(Exception):  # the panel may have navigated away; the listener decides
                reader.summarize(page)
            ways = _tried(browser)
            _settle(listener)
            browser.close()
            requests = [r for r in browser.requests() if "chrome-extension://" in r.initiator]
    found = heard(listener)
    faults = [
        f"{place}: {way} reached the listener" for place in (*PLACES, "python") for way in sorted(found.get(place, ()))
    ]
    if listener.datagrams:
        faults.append(f"{listener.datagrams} datagrams reached the listener")
    faults += [f"in the network log: {request.kind} {request.url}" for request in requests]
    faults += [f"unexpected data reached the listener: {said!r}" for said in listener.strange]
    faults += [f"{place}: only {ways[place]} attempts were made" for place in (*PLACES, "python") if ways[place] < 8]
    tried = sum(ways.values())
    got_out = f"{len(set(faults))} succeeded (ordinary page: {heard_page})"
    line = f"egress: {tried} attempts from {len(PLACES) + 1} contexts, {got_out}"
    counts = {"tried": tried, "contexts": dict(ways), "page": heard_page}
    return Outcome("egress", line, tuple(dict.fromkeys(faults)), counts)


def _settle(listener: Listener) -> None:
    """Waits until nothing new has arrived for two seconds."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 2:
        now = len(listener.asked) + listener.datagrams
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.1)


def _tried(browser: Browser) -> Counter[str]:
    """Returns the number of attempts that each context reports (`globalThis.tried`)."""
    counts: Counter[str] = Counter()

    def look() -> bool:
        for place, ways in (browser.offscreen().evaluate("globalThis.tried ?? {}") or {}).items():
            counts[place] = max(counts[place], ways)
        return all(counts[place] >= 8 for place in (*PLACES, "python"))

    with contextlib.suppress(TimedOut):
        wait_for("all contexts to finish their attempts", look, 20, 0.3)
    return counts
