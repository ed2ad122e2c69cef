"""The privacy page in the real engine: export, erase all, import, and correct statements about the data."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from driver import Browser, Site, wait_for
from reader import Reader
from test_memory import stored
from tests import wording

FIXTURES = Path(__file__).parents[1] / "fixtures"
HEADLINES = (
    "Wooden ferries return to the strait after eleven years",
    "A bell for fog: the harbour tries what worked in 1890",
    "Council puts off the vote on the lighthouse roof",
    "Bread that keeps: a baker tries seaweed",
    "Celebrity chef opens a fourth restaurant",
    "Ferry company orders two electric boats",
    "Gulls learn to open the market's bins",
    "The harbour master retires after forty years",
)
CATCH = """() => {
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => ((globalThis.saved = blob), make(blob));
}"""
SAVED = """async () => {
  const bytes = new Uint8Array(await globalThis.saved.arrayBuffer());
  delete globalThis.saved;
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture
def own(launch: Callable[..., Browser], tmp_path: Path) -> Browser:
    """A browser without any stored data."""
    return launch(profile=tmp_path / "profile")


def ask(panel: Page, name: str, **payload: Any) -> Any:
    """Send a request as the panel's scripts do."""
    return panel.evaluate(
        """async ([name, payload]) => {
          const { EngineClient } = await import(chrome.runtime.getURL("engine/client.js"));
          globalThis.client ??= new EngineClient();
          return globalThis.client.request(name, payload);
        }""",
        [name, payload],
    )


def news_bundle() -> str:
    """Returns a bundle with a source, its stories and feedback on them, so that no network is needed."""
    now = time.time() - 3600
    upkeep = {"etag": "", "modified": ""}
    rows: list[dict[str, Any]] = [{"feed": {
        "id": 1, "url": "https://tribune.example/feed", "title": "The Kerra Tribune", "own_title": "", "site": "",
        "lang": "en", "folder": "Coast", "added": now, "checked": now, "due": now + 1e6, "problem": "",
        "upkeep": upkeep, "removed": None,
    }}]  # fmt: skip
    rows += [{"item": {
        "id": number, "feed": 1, "guid": str(number), "url": f"https://tribune.example/{number}", "title": title,
        "text": f"{title}, said the board.", "author": "", "categories": [], "published": now - 600 * number - 120,
        "seen": now, "at": now - 600 * number - 120, "saved": now if number == 2 else None, "read": None,
    }} for number, title in enumerate(HEADLINES, 1)]  # fmt: skip
    rows += [{"taste_event": {
        "id": number, "at": now + number, "kind": kind, "item": item, "source": "1", "title": title, "text": "",
        "seconds": 0.0, "explored": "", "extras": [], "vector": "", "interest": 0,
    }} for number, (kind, item, title) in enumerate(
        (("more", "1", HEADLINES[0]), ("less", "3", HEADLINES[2]), ("wish", "", "lighthouse keepers")), 1)]  # fmt: skip
    rows.append({"taste_mute": {"id": 1, "kind": "words", "name": "celebrity", "at": now}})
    head = {"nutshell": {"version": 1, "made": "2026-11-24T12:00:00+00:00", "rows": {}}}
    return "\n".join(json.dumps(line) for line in (head, *rows, {"end": len(rows)}))


def responses(panel: Page) -> list[Any]:
    news = [ask(panel, "news.list", tab=tab, again=True) for tab in ("for-you", "latest", "saved")]
    news += [ask(panel, name) for name in ("news.feeds", "news.preferences", "news.opml.export")]
    asked = [ask(panel, "library.list"), ask(panel, "library.list", query='"ines"'),
             ask(panel, "library.list", query="electric boats"),
             ask(panel, "settings"), ask(panel, "privacy.ledger")]  # fmt: skip
    # Shares of a score change with time. The order and the reasons must be the same.
    news = [re.sub(r"<meter.*?</meter>", "", json.dumps(answer)) for answer in news]
    return [*asked, *news, *(ask(panel, "library.open", id=page) for page in (1, 2))]


def saved(panel: Page, work: Callable[[], None]) -> bytes:
    """Returns the file that the browser saves when `work` clicks."""
    panel.evaluate(CATCH)
    work()
    wait_for("the saved file", lambda: panel.evaluate("Boolean(globalThis.saved)"), timeout=60)  # scrypt takes seconds
    return base64.b64decode(panel.evaluate(SAVED))


def export(panel: Page, passphrase: str = "") -> bytes:
    def work() -> None:
        panel.locator('[data-privacy="export"]').click()
        for name in ("passphrase", "again"):
            panel.locator(f"#privacy-export [name={name}]").fill(passphrase)
        panel.locator("#privacy-export .primary").click()

    return saved(panel, work)


def import_file(panel: Page, content: bytes, name: str) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    panel.locator("#privacy-file").set_input_files(file)


def erase_all(panel: Page) -> None:
    panel.locator('[data-privacy="erase"]').click()
    panel.locator("#privacy-erase .primary").click()
    panel.locator(".privacy", has_text=wording.text("privacy.nothing_stored")).wait_for()


def test_export_erase_all_import_gives_the_same_answers(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    for name in ("article", "german"):
        reader.summarize(own.open(f"{pages.url}/{name}.html"))
    panel = reader.panel
    ask(panel, "library.annotate", id=1, note="Ask Ines.", tags="to read")
    ask(panel, "settings.set", length=4)
    assert ask(panel, "library.import", text=news_bundle(), first=True, last=True)["problems"] == []
    page = reader.open_privacy()
    assert wording.text("privacy.claim") in page.inner_text()
    page.get_by_text(f"2 {wording.plural('privacy.count_pages', 2)}").wait_for()
    before = responses(panel)
    assert "Wooden ferries" in json.dumps(before)
    assert "celebrity" not in ask(panel, "news.list", tab="latest")["html"].lower()

    plain, sealed = export(panel), export(panel, "correct horse")
    kinds = list(dict.fromkeys(next(iter(json.loads(line))) for line in plain.decode().splitlines()))
    tables = ["setting", "page", "feed", "item", "taste_interest", "taste_event", "taste_mute", "taste_page"]
    assert kinds == ["nutshell", *tables, "end"]
    assert b"Ines" in plain
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"Ines" not in sealed
    markdown = saved(panel, lambda: panel.locator('[data-privacy="markdown"]').click()).decode()
    assert "Ask Ines." in markdown

    for content, name in ((plain, "a.jsonl"), (sealed, "a.age")):
        erase_all(panel)
        assert responses_or_none(panel) is None
        import_file(panel, content, name)
        if name == "a.age":
            enter_passphrase(panel, "wrong")
            wait_for("the import to be refused", lambda: refusal(panel), timeout=60)
            import_file(panel, content, name)
            enter_passphrase(panel, "correct horse")
        panel.locator("#privacy-report .report", has_text=wording.plural("import.pages", 2)).wait_for()
        assert responses(panel) == before

    for damaged in (sealed[:-5], sealed[:300] + bytes([sealed[300] ^ 1]) + sealed[301:], b"hello", b""):
        import_file(panel, damaged, "b")
        if damaged.startswith(b"age-"):
            enter_passphrase(panel, "correct horse")
        wait_for("the reason for the refusal", lambda: refusal(panel), timeout=60)
        assert responses(panel) == before


def test_encrypted_export_of_an_earlier_version_is_imported(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/article.html"))
    panel = reader.panel
    reader.open_privacy()
    import_file(panel, (FIXTURES / "exports/bundle-v1.sealed").read_bytes(), "nutshell-2027-01-15.sealed")
    enter_passphrase(panel, "correct horse battery")
    panel.locator("#privacy-report .report").wait_for()
    assert ask(panel, "library.list")["count"] == 4


def enter_passphrase(panel: Page, passphrase: str) -> None:
    panel.locator("#privacy-open [name=passphrase]").fill(passphrase)
    panel.locator("#privacy-open .primary").click()


def refusal(panel: Page) -> str:
    return panel.locator("#privacy-report:not(:has(.report))").inner_text()


def responses_or_none(panel: Page) -> list[Any] | None:
    return responses(panel) if ask(panel, "library.list")["count"] else None


def import_old_page(panel: Page, title: str) -> None:
    """Import a copy of the saved page with another title and address, read three days ago."""
    [line] = ask(panel, "library.export", place=[1, 0, 0])["text"].splitlines()
    old = json.loads(line)["page"]
    old["at"] -= 3 * 86_400
    old["title"] = old["record"]["article"]["title"] = title
    old["url"] = old["record"]["article"]["url"] = "https://old.example/"
    head = {"nutshell": {"version": 1, "made": "2026-11-24T12:00:00+00:00", "rows": {}}}
    bundle = "\n".join(json.dumps(line) for line in (head, {"page": old}, {"end": 1}))
    assert ask(panel, "library.import", text=bundle, first=True, last=True)["taken"] == {"page": 1}


def test_erasing_a_site_can_be_undone_and_retention_is_applied(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/article.html"))
    panel = reader.panel
    reader.open_privacy()
    panel.locator("#erase-site").fill("127.0.0.1")
    panel.locator('[data-erase="site"] button').click()
    panel.locator(".privacy", has_text=wording.text("privacy.nothing_stored")).wait_for()
    panel.locator("#toast").hover()  # the toast stays while the pointer is over it
    panel.wait_for_timeout(14_000)
    panel.locator("#toast button").click()
    panel.locator(".counts", has_text=f"1 {wording.plural('privacy.count_pages', 1)}").wait_for()
    panel.locator('.keeping input[value="day"]').check(force=True)
    panel.locator("#toast", has_text=wording.text("retention.set_day")).wait_for()
    assert panel.locator(".keeping input:checked").get_attribute("value") == "day"
    assert ask(panel, "library.list")["count"] == 1

    worker = own.service_worker()
    [alarm] = worker.evaluate("chrome.alarms.getAll()")
    assert (alarm["name"], alarm["periodInMinutes"]) == ("keep", 60)

    panel.locator('[data-privacy="ledger"]').click()
    panel.locator("#privacy-rows", has_text=wording.text("requests.empty")).wait_for()
    panel.keyboard.press("Escape")
    assert panel.locator("#privacy-overview").is_visible()
    permissions = set(panel.evaluate("chrome.runtime.getManifest().permissions"))
    panel.locator(".privacy summary").click()
    said = panel.locator("#privacy-permissions li").all_inner_texts()
    assert len(said) == len(permissions)
    assert not permissions & set(said), "each permission is explained in words"

    # Days pass without Nutshell being opened. The alarm applies the retention.
    import_old_page(panel, "Quixotic herons")
    assert stored(own, "quixotic") == {"quixotic"}
    own.close_panel()
    own.offscreen().evaluate("nutshell.engine.crash()")
    worker.evaluate("chrome.alarms.create('keep', { when: Date.now() })")
    wait_for("the expired page to be erased", lambda: not stored(own, "quixotic"), 40, 0.3)
    own.click_action(own.open(f"{pages.url}/login.html"))
    assert ask(reader.panel, "library.list", query="ferry")["count"] == 1, "newer pages stay"


def test_changing_retention_by_key_erases_nothing(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/article.html"))
    panel = reader.panel
    reader.open_privacy()
    import_old_page(panel, "Quixotic plovers")
    panel.locator('.keeping input[value="ever"]').focus()
    panel.keyboard.press("ArrowUp")
    panel.locator("#privacy-keeping", has_text=wording.plural("retention.pages", 1)).wait_for()
    panel.locator('[data-privacy="leave"]').click()
    panel.locator("#privacy-keeping:empty").wait_for(state="attached")
    assert panel.evaluate("document.activeElement.value") == "ever"
    panel.keyboard.press("ArrowUp")
    panel.locator('[data-privacy="keep"]').wait_for()
    assert ask(panel, "privacy.set")["keep"] == "ever"
    assert ask(panel, "library.list")["count"] == 2
    panel.locator('[data-privacy="keep"]').click()
    panel.locator("#toast", has_text=wording.text("retention.set_deleted")).wait_for()
    assert ask(panel, "library.list")["count"] == 1
    wait_for("the alarm", lambda: own.service_worker().evaluate("chrome.alarms.getAll()"))


def test_after_erasing_all_nothing_is_shown_anywhere(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    shown = reader.summarize(own.open(f"{pages.url}/article.html"))
    panel = reader.panel
    other = own.open(own.address("panel/panel.html"))  # like another window
    other.locator("#tab-library").click()
    other.locator("#library-list", has_text=shown.title).wait_for()
    assert ask(panel, "library.import", text=news_bundle(), first=True, last=True)["problems"] == []
    reader.open_privacy()
    erase_all(panel)
    panel.locator("#toast", has_text=wording.text("privacy.all_deleted")).wait_for()
    assert shown.gist not in panel.evaluate("document.body.textContent")
    wait_for("the other panel to be empty", lambda: shown.title not in other.evaluate("document.body.textContent"))
    assert ask(panel, "library.list")["count"] == 0


def test_erasing_all_stops_work_in_progress(own: Browser, pages: Site) -> None:
    reader = Reader(own)
    reader.summarize(own.open(f"{pages.url}/tiny.html"))
    panel = reader.panel
    said = "Ferry number {} sails to the island of Kerra on a windy day in November."
    blocks = [{"role": "paragraph", "text": said.format(n), "anchor": n} for n in range(400)]
    article = {"url": "https://long.example/", "title": "Long", "site": "", "lang": "en", "blocks": blocks}
    ask(panel, "settings")
    code = panel.evaluate(
        """async (article) => {
          const summary = globalThis.client.request("summarize", { article }).then(() => "kept", (error) => error.code);
          await globalThis.client.request("library.erase", { what: "all" });
          return summary;
        }""",
        article,
    )
    assert code == "cancelled"
    assert ask(panel, "library.list")["count"] == 0
