"""Checks in the raw bytes that no file of the extension contains deleted data."""

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
            summaries = [reader.summarize(browser.open(f"{site.url}/{name}.html")) for name in PAGES]
            faults += [
                f"not summarized: {summary.notice} {summary.text[:200]!r}"
                for summary in summaries
                if not summary.points
            ]
            texts = [text for summary in summaries for text in (summary.title, summary.gist) if text]
            wait_for("all texts to be in the files", lambda: all(_is_stored(browser, text) for text in texts), 10)
            partly = _erase_parts(browser, reader, faults)
            faults += [f"still present: {word}" for word in partly if _is_stored(browser, word)]
            faults += [f"still present: {word}" for word in partly if _is_stored(browser, word)]
            reader.panel.evaluate(ASK, ["library.erase", {"what": "all"}])
            browser.close()
            faults += [f"still present: {text[:60]}" for text in texts if _is_stored(browser, text)]
    finally:
        site.close()
    line = (
        f"erase: {len(partly)} texts searched in the raw files after deleting a note, a site, a time range and a "
        f"source; {len(texts)} after deleting everything; {len(faults)} found"
    )
    return Outcome("erase", line, tuple(faults), {"texts": len(texts), "parts": len(partly)})


def _erase_parts(browser: Browser, reader: Reader, faults: list[str]) -> list[str]:
    """Deletes a note, a site and a time range one by one, each with what was learned from it; the rest stays.

    A source that was unfollowed two hours ago is deleted automatically. Returns the words that they contained.
    """

    def ask(name: str, **payload: Any) -> Any:
        return reader.panel.evaluate(ASK, [name, payload])

    now = time.time()
    faults += ask("library.import", text=_bundle(now), first=True, last=True)["problems"]
    ask("library.annotate", id=1, note="a zephyrine remark", tags=["zephyrine"])
    ask("library.list", query="zephyrine", words=True)  # puts it into the word index too
    deletions = {
        "zephyrine": lambda: ask("library.annotate", id=1, note="", tags=[]),
        "quixotic": lambda: ask("library.erase", what="site", site="coast.example"),
        "obelisk": lambda: ask("library.erase", what="span", since=now - 90 * DAY, until=now - 50 * DAY),
    }
    wait_for("all words to be in the files", lambda: all(_is_stored(browser, word) for word in deletions), 10)
    remaining = list(deletions)
    for word, erase in deletions.items():
        erase()
        remaining.remove(word)
        with contextlib.suppress(TimedOut):
            wait_for("the word to disappear", lambda word=word: not _is_stored(browser, word), 40, 0.5)
        faults += [f"also deleted with {word}: {summary}" for summary in remaining if not _is_stored(browser, summary)]
    return [*deletions, UNFOLLOWED]


def _bundle(now: float) -> str:
    """Returns an export with events of expired stories as well as existing items."""
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


def _is_stored(browser: Browser, text: str) -> bool:
    folder = browser.profile / "Default" / "File System"
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
