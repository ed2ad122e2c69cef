"""What was erased is in no file of the extension any more: looked for in the raw bytes."""

from __future__ import annotations

from tests.harden.report import ROOT, Outcome

from driver import Browser, Site, wait_for  # isort: skip
from reader import Reader  # isort: skip

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
            reader.panel.evaluate(ASK, ["memory.erase", {"what": "all"}])
            browser.close()
            faults += [f"still there: {text[:60]}" for text in texts if _stands(browser, text)]
    finally:
        site.close()
    line = f"erase: {len(texts)} texts looked for in the raw files after erasing all, {len(faults)} found"
    return Outcome("erase", line, tuple(faults), {"texts": len(texts)})


def _stands(browser: Browser, text: str) -> bool:
    folder = browser.profile / "Default" / "File System"
    return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())
