"""The news in the browser: new items per second, reordering after feedback, opening the panel, refreshing 100 feeds."""

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
# In the panel: from the click on a feedback button until the reordered list is painted.
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
_FIRST = ["tab-news", "#news-content .story"]  # the tab and the selector of its first content


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
        title="News: ranking, opening, refreshing",
        about=(
            "The built extension with HuffPost's and MIND's headlines and descriptions in its database, from "
            f"{newsrooms.FEEDS} feeds over {newsrooms.DAYS} days. When the real items run out, the headline of one is "
            f"combined with the description of another. The user has opened {QUICK_READ if quick else READ} stories "
            "and skipped about three hundred. There is no comparable product in a browser, so only fetching has a peer."
        ),
        tables=[
            Table(
                (
                    "items",
                    "feedback and list, ms",
                    "max",
                    "click to new order, ms",
                    "max",
                    "panel to news, ms",
                    "min",
                    "max",
                ),
                rows,
                title="New order after feedback; opening the panel while the engine is running",
                note="Medians. Feedback and list: the two requests, including the write to disk. Click to new order: "
                "in the panel, until the moved stories are painted. Panel to news: from navigation until the first "
                f"stories are painted. From {sizes[0]:,} to {sizes[-1]:,} items, the click grows with exponent "
                f"{exponent:.2f}; from {sizes[-2]:,} on, with {upper:.2f}.",
            ),
            Table(
                ("items", "time, s", "items per second", "bytes per item: text", "ranking data"),
                taken,
                title="New items: embed, group into stories, store, rank, list",
                note=f"Embedding only ({count:,} headlines with descriptions, two threads): {embedded / 1000:.1f} s, "
                f"{count / embedded * 1000:,.0f} per second. The ranking data are vectors, topic, story and so on. "
                "Both sizes include SQLite's overhead.",
            ),
            Table(
                ("feeds", "items", "seconds", "requests", "unchanged: seconds", "requests", "304 responses"),
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
                title="Refreshing feeds on a local server (RSS, Atom and JSON in turn)",
                note=f"In the browser: fetched {MAX_CONCURRENT} at a time, parsed and stored, without embedding. "
                f"Natively, the same bodies, fetched {MAX_CONCURRENT} at a time: {refreshed['peer'] / 1000:.2f} s with "
                "feedparser (JSON feeds, which it does not support, are only fetched), "
                f"{refreshed['native'] / 1000:.2f} s with Nutshell's parser.",
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
        raise BenchError("feedback does not change the order")
    return openings, thumbs


def _embedded(count: int) -> float:
    """Returns the milliseconds to embed `count` texts, as in the static benchmark."""
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
                store.add_subscription(paper.feed, time.time(), title=paper.title)
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
                    time.sleep(
                        max(0.0, ended + 61 - time.time())
                    )  # the product waits a minute between fetches of a feed
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
    """Returns the milliseconds to fetch and parse the same feeds with feedparser and with our parser."""
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
