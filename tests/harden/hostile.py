"""Script injection vectors through every input that takes outside text; none may run.

Each vector goes through the engine of the built extension as title and text of an article, as every text of a feed
entry, as a name in an OPML list, and in each table of an imported export. Whole files are used as feeds, lists and
exports. The results are shown in the panel's own document. A vector that runs would open a dialog, set a global,
violate the content security policy, leave an attribute with code, or send a request to the feed server.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.harden.listener import Listener
from tests.harden.report import Outcome
from tests.harden.vectors import Corpus, corpus

from driver import Browser  # isort: skip
from nutshell.article import Article
from nutshell.records.items import FeedState
from nutshell.records.summary import Point, Summary
from nutshell.storage.bundle_format import TABLES, to_json
from nutshell.storage.page_rows import page_row

EACH = 8  # vectors in an article
ENTRIES = 100  # in a feed
SHOWN = 2000  # stories on a list

# Sets up what the panel has (an engine client and an element for results) and detectors for vectors that run.
BEGIN = """async () => {
  const { EngineClient } = await import("/engine/client.js");
  const { showFragment } = await import("/panel/fragment.js");
  const engine = new EngineClient();
  const ran = [], failed = [];
  for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = (said) => ran.push(`${name} ${said}`);
  const broken = (e) => ran.push(`policy ${e.violatedDirective} ${e.sample || e.blockedURI}`);
  addEventListener("securitypolicyviolation", broken);
  const holder = document.createElement("div");
  document.body.append(holder);
  const show = (html) => {
    showFragment(holder, html);
    for (const element of holder.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name) || (/^(href|src|action)$/i.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)))
          ran.push(`attribute ${name}=${value.slice(0, 60)}`);
      }
    }
  };
  // `refusing`: a rejection with a reason is acceptable.
  const ask = async (name, payload, refusing = false) => {
    try {
      const answer = await engine.request(name, payload);
      if (answer.html) show(answer.html);
      return answer;
    } catch (error) {
      if (!refusing || error.code !== "bad-request")
        failed.push(`${name}: ${error.code} ${error.message} ${JSON.stringify(payload).slice(0, 80)}`);
      return null;
    }
  };
  globalThis.hostile = { ran, failed, show, ask };
  hostile.before = new Set(Object.getOwnPropertyNames(globalThis));
}"""
END = """async () => {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const fresh = Object.getOwnPropertyNames(globalThis).filter((name) => !hostile.before.has(name));
  return { ran: hostile.ran, failed: hostile.failed, fresh };
}"""
ARTICLES = """async (articles) => {
  for (const article of articles) {
    await hostile.ask("summarize", { article, length: 10 });
    await hostile.ask("notice", { reason: "failed", detail: article.title });
  }
  await hostile.ask("library.list", { query: "", limit: 5000 });
}"""
FEEDS = """async ([origin, own, raw]) => {
  await chrome.permissions.request({ origins: [origin] });
  for (const url of own) await hostile.ask("news.subscribe", { feeds: [{ url }] });
  for (const url of raw) await hostile.ask("news.subscribe", { feeds: [{ url }] }, true);
}"""
ALL = """async ([queries, count]) => {
  for (const tab of ["for-you", "latest", "saved"]) {
    const answer = await hostile.ask("news.list", { tab, count, again: true });
    const holder = Object.assign(document.createElement("template"), {});
    if (tab === "latest" && answer) {
      const stories = [...answer.html.matchAll(/data-story="([^"]+)"/g)].slice(0, 12).map(([, story]) => story);
      for (const [at, story] of stories.entries())
        await hostile.ask("news.event", { kind: at % 2 ? "open" : "save", story }, true);
    }
  }
  for (const query of queries) {
    await hostile.ask("news.list", { tab: "latest", query: query.slice(0, 200) });
    await hostile.ask("library.list", { query });
    await hostile.ask("privacy.ledger", { query });
  }
  for (const name of ["news.feeds", "news.preferences", "privacy", "privacy.ledger", "news.opml.export"])
    await hostile.ask(name, {});
  const list = await hostile.ask("library.list", { query: "", limit: 5000 });
  const ids = [...list.html.matchAll(/data-remove="(\\d+)"/g)].map(([, id]) => Number(id));
  for (const id of new Set(ids.slice(0, 200))) await hostile.ask("library.open", { id });
  for (let place = null; ; ) {
    const answer = await hostile.ask("library.export_markdown", { place });
    place = answer?.place ?? null;
    if (place === null) break;
  }
}"""


def run(most: int = 10_000) -> Outcome:
    given, started = corpus(most), time.monotonic()
    dialogs: list[str] = []
    feeds = {f"/feed/{at}": feed(lot) for at, lot in enumerate(_lots(given.strings, ENTRIES))}
    raw = {f"/raw/{at}": content for at, content in enumerate(given.files)}
    with Listener(feeds | raw) as listener, Browser(granted=("*://127.0.0.1/*",)) as browser:
        page = browser.open(browser.address("panel/panel.html"))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.set_default_timeout(0)
        page.evaluate(BEGIN)
        for lot in _lots(list(articles(given.strings)), 20):
            page.evaluate(ARTICLES, lot)
        _step(started, "articles")
        origin = "*://127.0.0.1/*"
        page.evaluate(FEEDS, [origin, [listener.url + path for path in feeds], [listener.url + path for path in raw]])
        asked = set(listener.asked)
        _step(started, "feeds")
        _lists(page, given)
        _step(started, "OPML")
        taken, refused = _bundles(page, given)
        _step(started, "import")
        page.evaluate(ALL, [list(given.strings[:20]), SHOWN])
        _step(started, "everything shown")
        said = page.evaluate(END)
    faults = [*said["ran"], *said["failed"], *(f"dialog {text}" for text in dialogs)]
    faults += [f"a new global: {name}" for name in said["fresh"] if not name.isdigit()]
    faults += [f"asked for {path}" for path in sorted(set(listener.asked) - feeds.keys() - raw.keys())]
    faults += [f"{path} was never fetched" for path in sorted(feeds.keys() - asked)]
    if taken < len(given.strings):
        faults.append(f"only {taken} rows of the export were imported, {refused} rejected: the test covered little")
    notes = "; ".join(note for note in (given.source, f"{given.left} more skipped" if given.left else "") if note)
    line = (
        f"hostile: {len(given.strings)} vectors and {len(given.files)} files through articles, feeds, OPML and import, "
        f"{len(faults)} ran or caused an error{f' ({notes})' if notes else ''}"
    )
    counts = {"vectors": len(given.strings), "files": len(given.files), "rows": taken}
    return Outcome("hostile", line, tuple(faults), counts)


def _step(started: float, done: str) -> None:
    print(f"  hostile: {done} after {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def articles(texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    for at, lot in enumerate(_lots(texts, EACH)):
        yield {
            "url": f"https://hostile.example/{at}",
            "title": lot[0],
            "site": lot[-1],
            "lang": "en",
            "blocks": [{"role": "paragraph", "text": f"{text} The board met on Monday and said so."} for text in lot],
        }


def feed(texts: Sequence[str]) -> bytes:
    """Returns RSS with a vector in every text: escaped once, twice, and raw in a CDATA section."""
    items = []
    for at, text in enumerate(map(_for_xml, texts)):
        link = text if at % 3 == 0 else f"https://hostile.example/story/{at}"
        body = text.replace("]]>", "]]]]><![CDATA[>")
        items.append(
            f"<item><title>{escape(text)}</title><link>{escape(link)}</link><guid>{at} {escape(text)}</guid>"
            f"<author>{escape(text)}</author><category>{escape(text)}</category>"
            f"<description>{escape(escape(text))}</description>"
            f"<content:encoded><![CDATA[<p>{body}</p>]]></content:encoded></item>"
        )
    title = escape(_for_xml(texts[0]))
    head = (
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>{title}</title>'
    )
    return f"{head}<description>{title}</description>{''.join(items)}</channel></rss>".encode("utf-8", "replace")


def _lists(page: Any, given: Corpus) -> None:
    for lot in _lots(given.strings, 500):
        rows = "".join(
            f"<outline type='rss' text={quoteattr(text)} title={quoteattr(text)}"
            f" xmlUrl={quoteattr(text if at % 4 == 0 else f'https://hostile.example/{at}')} htmlUrl={quoteattr(text)}/>"
            for at, text in enumerate(map(_for_xml, lot))
        )
        folder = quoteattr(_for_xml(lot[0]))
        data = f'<opml version="2.0"><body><outline text={folder}>{rows}</outline></body></opml>'
        _ask(page, "news.opml.read", {"data": _coded(data.encode("utf-8", "replace"))}, refusing=False)
    for content in given.files:
        _ask(page, "news.opml.read", {"data": _coded(content)})


def _bundles(page: Any, given: Corpus) -> tuple[int, int]:
    """Returns how many rows were imported and how many rejected."""
    for content in given.files:
        _ask(page, "library.import", {"text": content.decode("utf-8", "replace"), "first": True, "last": True})
    lines = list(bundle(given.strings))
    lots = list(_lots(lines, 200))
    answer: Any = None
    for at, lot in enumerate(lots):
        text = "\n".join(lot) + "\n"
        last = at == len(lots) - 1
        answer = _ask(page, "library.import", {"text": text, "first": at == 0, "last": last}, refusing=False)
    return (sum(answer["taken"].values()), answer["refused"]) if answer else (0, 0)


def bundle(texts: Sequence[str]) -> Iterator[str]:
    """Yields an export in which every text of every table is a vector."""
    now = time.time()
    made = dict.fromkeys(("page", "item", "request"), 0)
    yield json.dumps({"nutshell": {"version": 1, "made": "2026-11-24T12:00:00+00:00", "rows": made}})
    count = 0
    tables = {table.name: table for table in TABLES}
    yield json.dumps({"feed": {
        "id": 1, "url": "https://hostile.example/feed", "title": texts[0], "own_title": texts[1], "site": texts[2],
        "lang": "en", "folder": texts[3], "added": now, "checked": now, "due": now + 1e6, "problem": texts[4],
        "upkeep": asdict(FeedState()), "removed": None,
    }})  # fmt: skip
    for number, text in enumerate(texts, 1):
        point = Point(text, 0, 0.5, 0, 0, len(text), -1)
        article = Article((), url=f"https://hostile.example/import/{number}", title=text, site=text, author=text)
        summary = Summary(point, (point,), (), "encoder", "en", 9, 60, 6)
        page = page_row(article, summary, now) | {"id": number, "note": text[:10_000], "tags": "note"}
        item = {
            "id": number, "feed": 1, "guid": text, "url": article.url, "title": text, "text": text, "author": text,
            "categories": [text], "published": now, "seen": now, "at": now, "saved": now if number % 9 == 0 else None,
            "read": None,
        }  # fmt: skip
        event = {
            "id": number, "at": now, "kind": "open", "item": f"https://hostile.example/{number}", "source": text,
            "title": text, "text": text, "seconds": 1.0, "explored": "", "extras": [], "vector": "", "interest": 0,
        }  # fmt: skip
        request = {
            "id": number, "at": now, "url": article.url, "why": text, "status": 200, "sent": 1, "received": 1,
            "result": text,
        }  # fmt: skip
        rows: list[tuple[str, Any]] = [("page", to_json(page, tables["page"])), ("item", item)]
        if number % 10 == 1:
            rows += [("taste_event", event), ("request", request)]
        if number % 50 == 1:
            rows.append(("taste_interest", {"id": number, "name": text, "factor": 1.0}))
            rows.append(("taste_mute", {"id": number, "kind": "source", "name": text, "at": now}))
        count += len(rows)
        for name, row in rows:
            yield json.dumps({name: row})
    yield json.dumps({"end": count + 1})


def _ask(page: Any, name: str, payload: dict[str, Any], *, refusing: bool = True) -> Any:
    return page.evaluate("([name, payload, refusing]) => hostile.ask(name, payload, refusing)",
                         [name, payload, refusing])  # fmt: skip


def _lots(texts: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def _for_xml(text: str) -> str:
    """Removes characters that XML cannot contain."""
    return "".join(
        letter for letter in text if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or letter >= "\ue000"
    ).replace("\ufffe", "").replace("\uffff", "")  # fmt: skip


def _coded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
