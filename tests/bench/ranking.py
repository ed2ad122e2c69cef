"""The news in the browser: items taken in a second, a new order after a thumb, the panel opened, 100 feeds fetched."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import feedparser

from models.tables import Table
from nutshell.feeds.http import MAX_CONCURRENT
from nutshell.feeds.parser import parse
from nutshell.hosts.desktop import FileDatabase
from nutshell.storage.feeds import FeedStore
from nutshell.storage.schema import prepare
from tests.bench import newsrooms
from tests.bench.browser import OPENED, Browser, with_bench_pages
from tests.bench.report import BenchError, Result, main

from newsstand import Newsstand, Paper, Story  # isort: skip - the browser tests' own, found by tests.bench.browser

SIZES, QUICK_SIZES = (1_000, 10_000, 20_000), (200, 600)
READ, QUICK_READ = 25, 4
THUMBS, QUICK_THUMBS = 16, 4
OPENINGS, QUICK_OPENINGS = 9, 2
FEEDS, QUICK_FEEDS, STORIES = 100, 8, 30
EMBEDDED, QUICK_EMBEDDED = 10_000, 400

_PLACE = """async (path) => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("nutshell", { create: true });
  const file = await folder.getFileHandle("nutshell.db", { create: true });
  const answer = await fetch(chrome.runtime.getURL(path));
  await answer.body.pipeTo(await file.createWritable());
}"""
_SIZE = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("nutshell");
  return (await (await folder.getFileHandle("nutshell.db")).getFile()).size;
}"""
_CONNECT = """async () => {
  const { EngineClient } = await import(chrome.runtime.getURL("engine/client.js"));
  const client = new EngineClient();
  const stories = (html) => [...html.matchAll(/data-story="([^"]*)"/g)].map((found) => found[1]);
  globalThis.list = async () => {
    const from = performance.now();
    const answer = await client.request("news.list", { tab: "for-you", again: true });
    return { ms: performance.now() - from, stories: [...new Set(stories(answer.html))] };
  };
  globalThis.act = async (kind, story) => {
    const from = performance.now();
    await client.request("news.event", { kind, story });
    return performance.now() - from;
  };
  globalThis.ask = async (name, payload) => {
    const from = performance.now();
    const answer = await client.request(name, payload);
    return { ms: performance.now() - from, new: answer.new ?? 0, message: answer.message ?? "" };
  };
}"""
# In the panel: from the click on a thumb until the list in another order has been painted.
_THUMB = """async ([act, place]) => {
  const order = () => [...document.querySelectorAll("#news-content .story")].map((card) => card.dataset.story).join();
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const before = order();
  const from = performance.now();
  document.querySelectorAll("#news-content .story")[place].querySelector(`[data-act="${act}"]`).click();
  while (order() === before && performance.now() - from < 10_000) await new Promise(requestAnimationFrame);
  if (order() === before) return null;
  await painted();
  return performance.now() - from;
}"""
_FIRST = ["tab-news", "#news-content .story"]  # the tab, and what it shows first


def measure(quick: bool) -> Result:
    sizes = QUICK_SIZES if quick else SIZES
    found = {size: _at(size, quick) for size in sizes}
    embedded = _embedded(QUICK_EMBEDDED if quick else EMBEDDED)
    refreshed = _refreshed(QUICK_FEEDS if quick else FEEDS, quick)
    thumbs = {size: median(at["thumbs"]) for size, at in found.items()}
    exponent = math.log(thumbs[sizes[-1]] / thumbs[sizes[0]]) / math.log(sizes[-1] / sizes[0])
    upper = math.log(thumbs[sizes[-1]] / thumbs[sizes[-2]]) / math.log(sizes[-1] / sizes[-2])
    rows = [
        (
            f"{size:,}",
            *(f"{value:.0f}" for value in (median(at["asked"]), max(at["asked"]), thumbs[size], max(at["thumbs"]))),
            *(f"{value:.0f}" for value in (median(at["openings"]), min(at["openings"]), max(at["openings"]))),
        )
        for size, at in found.items()
    ]
    taken = [
        (
            f"{size:,}",
            f"{at['taken'] / 1000:.1f}",
            f"{size / at['taken'] * 1000:,.0f}",
            f"{at['items'] / size:,.0f}",
            f"{(at['bytes'] - at['items']) / size:,.0f}",
        )
        for size, at in found.items()
    ]
    count = QUICK_EMBEDDED if quick else EMBEDDED
    return Result(
        name="ranking",
        title="News: order, openings, refreshing",
        about=(
            f"The built extension with HuffPost's and MIND's headlines and descriptions in its database, from "
            f"{newsrooms.FEEDS} feeds over {newsrooms.DAYS} days (where there are more than there are real ones, the "
            f"headline of one with the description of another); a reader who opened {QUICK_READ if quick else READ} "
            "stories and so passed over some three hundred. Nothing else does this in a browser: there is no peer but "
            "for the fetching."
        ),
        tables=[
            Table(
                (
                    "items",
                    "thumb and list, ms",
                    "most",
                    "click to new order, ms",
                    "most",
                    "panel to news, ms",
                    "least",
                    "most",
                ),
                rows,
                title="A new order after a thumb; the panel opened while the engine is awake",
                note="Medians. Thumb and list: the two requests, with what was learned written to the disk. Click to "
                "new order: in the panel, until the moved stories are painted. Panel to news: from the navigation "
                f"to the first stories painted. From {sizes[0]:,} to {sizes[-1]:,} items the click grows with exponent "
                f"{exponent:.2f}; from {sizes[-2]:,} on with {upper:.2f}.",
            ),
            Table(
                ("items", "taken in, s", "items a second", "bytes an item: its words", "its place in the order"),
                taken,
                title="Items never seen before: embedded, grouped into stories, kept, put in order, listed",
                note=f"Embedded alone ({count:,} headlines with descriptions, two threads): {embedded / 1000:.1f} s, "
                f"{count / embedded * 1000:,.0f} a second. An item's place in the order is its vectors, topic, story "
                "and the like; both include what SQLite needs around them.",
            ),
            Table(
                ("feeds", "items", "seconds", "requests", "again, nothing new: seconds", "requests", "of them 304"),
                [
                    (
                        f"{refreshed['feeds']}",
                        f"{refreshed['items']:,}",
                        f"{refreshed['ms'] / 1000:.2f}",
                        str(refreshed["requests"]),
                        *(
                            (f"{again['ms'] / 1000:.2f}", str(again["requests"]), str(again["unchanged"]))
                            if (again := refreshed["again"])
                            else ("-", "-", "-")
                        ),
                    )
                ],
                title="A refresh of feeds on a server of this machine (RSS, Atom and JSON in turn)",
                note=f"In the browser: fetched {MAX_CONCURRENT} at a time, parsed, kept; without embedding. Natively, "
                f"the same bodies: fetched {MAX_CONCURRENT} at a time, and read by feedparser "
                f"{refreshed['peer'] / 1000:.2f} s (JSON feeds, which it does not know, fetched only), "
                f"by ours {refreshed['native'] / 1000:.2f} s.",
            ),
        ],
        figures={str(size): at for size, at in found.items()}
        | {"exponent": exponent, "exponent at the end": upper, "embedded_ms": embedded, "refresh": refreshed},
    )


def _at(size: int, quick: bool) -> dict[str, Any]:
    with TemporaryDirectory(prefix="nutshell-news-") as folder, with_bench_pages() as extension:
        path = Path(folder) / "news.db"
        newsrooms.write(path, newsrooms.headlines(size), time.time())
        (extension / "bench/news.db").symlink_to(path)
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            page.evaluate(_PLACE, "bench/news.db")
            page.evaluate(_CONNECT)
            page.evaluate("ask('news.page_feeds', { page: '' })")  # the engine is awake
            first = page.evaluate("list()")
            if not first["stories"]:
                raise BenchError("the engine does not see the news")
            for number in range(QUICK_READ if quick else READ):
                stories = page.evaluate("list()")["stories"]
                page.evaluate("(story) => act('open', story)", stories[(5 + number) % len(stories)])
            asked = []
            for number in range(QUICK_THUMBS if quick else THUMBS):
                stories = page.evaluate("list()")["stories"]
                said = page.evaluate("([kind, story]) => act(kind, story)", ["less", stories[3 + number % 5]])
                asked.append(said + page.evaluate("list()")["ms"])
            openings, thumbs = _panel(browser, quick)
            return {
                "taken": first["ms"],
                "asked": asked,
                "thumbs": thumbs,
                "openings": openings,
                "items": path.stat().st_size,
                "bytes": page.evaluate(_SIZE),
            }


def _panel(browser: Browser, quick: bool) -> tuple[list[float], list[float]]:
    openings, thumbs = [], []
    for turn in range((QUICK_OPENINGS if quick else OPENINGS) + 1):
        page = browser.open(browser.address("panel/panel.html"))
        taken = page.evaluate(OPENED, _FIRST)
        if turn:
            openings.append(taken)
        page.wait_for_timeout(400)  # what comes after the list is done
        page.close()
    page = browser.open(browser.address("panel/panel.html"))
    page.evaluate(OPENED, _FIRST)
    page.wait_for_timeout(500)
    for number in range(QUICK_THUMBS if quick else THUMBS):
        taken = page.evaluate(_THUMB, ["less" if number % 2 else "more", 2 + number % 6])
        if taken is not None:
            thumbs.append(taken)
        page.wait_for_timeout(300)  # the stories have moved
    if len(thumbs) < 2:
        raise BenchError("a thumb does not change the order")
    return openings, thumbs


def _embedded(count: int) -> float:
    """Milliseconds for so many texts to vectors, as the static benchmark has it."""
    texts = [f"{title}. {text}".strip() for title, text in newsrooms.headlines(count)]
    with with_bench_pages() as extension, Browser(extension) as browser:
        page = browser.open(browser.address("bench/page.html"))
        page.wait_for_function("globalThis.bench")
        page.evaluate("bench.open('bulk', 'bulk', { threads: 2 })")
        times = [page.evaluate("(texts) => bench.embed('bulk', texts, { model: 'static' })", texts) for _ in range(4)]
        return float(median([done["ms"] for done in times[1:]]))


def _refreshed(count: int, quick: bool) -> dict[str, Any]:
    stand = Newsstand()
    said = newsrooms.headlines(count * STORIES)
    stand.papers = {
        (host := f"paper{number}.example"): Paper(
            host,
            f"Paper {number}",
            ("rss", "atom", "json")[number % 3],
            [
                Story(f"s{number * STORIES + each}", title, text, 1.0 + each)
                for each, (title, text) in enumerate(said[number * STORIES : (number + 1) * STORIES])
            ],
        )
        for number in range(count)
    }
    granted = tuple(f"*://{host}/*" for host in stand.papers)
    try:
        with TemporaryDirectory(prefix="nutshell-news-") as folder, with_bench_pages() as extension:
            path = Path(folder) / "news.db"
            database = FileDatabase(str(path))
            prepare(database)
            store = FeedStore(database)
            for paper in stand.papers.values():
                store.add(paper.feed, time.time(), title=paper.title)
            database.connection.execute("PRAGMA journal_mode = TRUNCATE")
            database.connection.close()
            (extension / "bench/news.db").symlink_to(path)
            with Browser(extension, flags=stand.flags, granted=granted) as browser:
                page = browser.open(browser.address("bench/page.html"))
                page.wait_for_function("globalThis.bench")
                page.evaluate(_PLACE, "bench/news.db")
                page.evaluate("(origins) => chrome.permissions.request({ origins })", list(granted))
                page.evaluate(_CONNECT)
                page.evaluate("ask('news.page_feeds', { page: '' })")
                done = page.evaluate("ask('news.refresh', { due: false })")
                first = len(stand.asked)
                if done["new"] != count * STORIES:
                    raise BenchError(f"{done['new']} of {count * STORIES} items came: {done['message']}")
                ended = time.time()
                peer, native = _natively(stand)
                again = None
                if not quick:
                    time.sleep(max(0.0, ended + 61 - time.time()))  # a feed is left alone for a minute
                    before = len(stand.asked)
                    ms = page.evaluate("ask('news.refresh', { due: false })")["ms"]
                    asked = stand.asked[before:]
                    unchanged = sum(one.status == 304 for one in asked)
                    again = {"ms": ms, "requests": len(asked), "unchanged": unchanged}
    finally:
        stand.close()
    return {
        "feeds": count,
        "items": done["new"],
        "ms": done["ms"],
        "requests": first,
        "again": again,
        "peer": peer,
        "native": native,
    }


def _natively(stand: Newsstand) -> tuple[float, float]:
    """Milliseconds for the same feeds, fetched and read by feedparser alone; by ours."""
    kinds = {paper.host: stand.write(paper)[0] for paper in stand.papers.values()}

    def fetch(host: str) -> bytes:
        connection = HTTPConnection("127.0.0.1", stand.server_port, timeout=10)
        try:
            connection.request("GET", "/feed", headers={"Host": host})
            return connection.getresponse().read()
        finally:
            connection.close()

    def all_of(hosts: Sequence[str]) -> list[bytes]:
        with ThreadPoolExecutor(MAX_CONCURRENT) as threads:
            return list(threads.map(fetch, hosts))

    begun = time.perf_counter()
    for (host, kind), body in zip(kinds.items(), all_of(list(kinds)), strict=True):
        if "json" not in kind and not feedparser.parse(body).entries:
            raise BenchError(f"feedparser finds nothing in the feed of {host}")
    peer = 1000 * (time.perf_counter() - begun)
    begun = time.perf_counter()
    for (host, kind), body in zip(kinds.items(), all_of(list(kinds)), strict=True):
        parse(body, url=f"http://{host}/feed", content_type=kind, now=time.time())
    native = 1000 * (time.perf_counter() - begun)
    return peer, native


if __name__ == "__main__":
    main(measure)
