"""What was erased is in no file of the extension any more: looked for in the raw bytes."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

from tests.harden.report import ROOT, Outcome

from driver import Browser, Site, TimedOut, wait_for  # isort: skip
from reader import Reader  # isort: skip

DAY = 86_400
UNFOLLOWED = "marzipan"
PAGES = ("article", "german", "korean")
ASK = """async ([name, payload]) => {
  globalThis.asking ??= new (await import("/engine/client.js")).EngineClient();
  return await globalThis.asking.request(name, payload);
}"""


def run() -> Outcome:
    faults: list[str] = []
    site = Site(ROOT / "tests" / "pages")
    try:
        with Browser() as browser:
            reader = Reader(browser)
            shown = [reader.summarize(browser.open(f"{site.url}/{name}.html")) for name in PAGES]
            faults += [f"not summarized: {each.notice} {each.text[:200]!r}" for each in shown if not each.points]
            texts = [text for each in shown for text in (each.title, each.gist) if text]
            wait_for("all to be in the files", lambda: all(_stands(browser, text) for text in texts), 10)
            partly = _erase_parts(browser, reader, faults)
            faults += [f"still there: {word}" for word in partly if _stands(browser, word)]
            faults += [f"still there: {word}" for word in partly if _stands(browser, word)]
            reader.panel.evaluate(ASK, ["memory.erase", {"what": "all"}])
            browser.close()
            faults += [f"still there: {text[:60]}" for text in texts if _stands(browser, text)]
    finally:
        site.close()
    line = (
        f"erase: {len(partly)} texts looked for in the raw files after erasing a note, a site, a span, a source;"
        f" {len(texts)} after erasing all; {len(faults)} found"
    )
    return Outcome("erase", line, tuple(faults), {"texts": len(texts), "parts": len(partly)})


def _erase_parts(browser: Browser, reader: Reader, faults: list[str]) -> list[str]:
    """A note, a site and a span of time, one after the other, each with all that it taught; the rest stays. A source
    that was unfollowed two hours ago goes by itself. Answers the words that stood in them.
    """

    def ask(name: str, **payload: Any) -> Any:
        return reader.panel.evaluate(ASK, [name, payload])

    now = time.time()
    faults += ask("memory.import", text=_bundle(now), first=True, last=True)["problems"]
    ask("memory.write", id=1, note="a zephyrine remark", tags=["zephyrine"])
    ask("recent", query="zephyrine", words=True)  # from now on it stands in the index, too
    ways = {
        "zephyrine": lambda: ask("memory.write", id=1, note="", tags=[]),
        "quixotic": lambda: ask("memory.erase", what="site", site="coast.example"),
        "obelisk": lambda: ask("memory.erase", what="span", since=now - 90 * DAY, until=now - 50 * DAY),
    }
    wait_for("all of them to be in the files", lambda: all(_stands(browser, word) for word in ways), 10)
    left = list(ways)
    for word, erase in ways.items():
        erase()
        left.remove(word)
        with contextlib.suppress(TimedOut):
            wait_for("it to be gone", lambda word=word: not _stands(browser, word), 40, 0.5)
        faults += [f"gone with {word}: {each}" for each in left if not _stands(browser, each)]
    return [*ways, UNFOLLOWED]


def _bundle(now: float) -> str:
    """What taught something without being there any more (aged stories), beside what is there."""
    feeds = {1: "coast.example", 2: "other.example", 3: f"{UNFOLLOWED}.example"}
    old = now - 70 * DAY
    rows: list[dict[str, Any]] = [{"feed": {
        "id": number, "url": f"https://{host}/feed", "title": host, "own_title": "", "site": "", "lang": "",
        "folder": "", "added": now, "checked": now, "due": now + 1e6, "problem": "", "upkeep": {},
        "removed": now - 7200 if number == 3 else None,
    }} for number, host in feeds.items()]  # fmt: skip
    rows += [{"item": {
        "id": number, "feed": feed, "guid": str(number), "url": f"https://{feeds[feed]}/{number}", "title": title,
        "text": "", "author": "", "categories": [], "published": now, "seen": now, "at": now, "saved": None,
        "read": old if "obelisk" in title else None,
    }} for number, (feed, title) in enumerate(((1, "Plain"), (2, "Plain"), (3, f"{UNFOLLOWED} story")), 1)]  # fmt: skip
    rows += [{"taste_event": {
        "id": number, "at": at, "kind": "open", "item": item, "source": source, "title": title, "text": title,
        "seconds": 0.0, "explored": "", "extras": [], "vector": "", "interest": 0,
    }} for number, (at, item, source, title) in enumerate((
        (now, "77", "1", "An aged story of the quixotic kind"), (old, "2", "2", "A story of the obelisk"),
    ), 1)]  # fmt: skip
    rows += [{"request": {
        "id": number, "at": at, "url": url, "why": "refresh", "status": 200, "sent": 1, "received": 1, "result": "",
    }} for number, (at, url) in enumerate(
        ((now, "https://coast.example/quixotic"), (old, "https://other.example/obelisk")), 1)]  # fmt: skip
    head = {"nutshell": {"version": 1, "made": "2026-11-24T12:00:00+00:00", "rows": {}}}
    return "\n".join(json.dumps(line) for line in (head, *rows, {"end": len(rows)}))


def _stands(browser: Browser, text: str) -> bool:
    folder = browser.profile / "Default" / "File System"
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
