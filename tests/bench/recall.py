"""Library search in the browser: time by number of pages, bytes per page, and opening the panel."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from models.tables import Table
from nutshell.hosts.desktop import FileDatabase
from nutshell.storage.word_index import WordIndex
from tests.bench import memories
from tests.bench.browser import OPENED, Browser, wait_for, with_bench_pages
from tests.bench.report import ROOT, BenchError, Result, main

SIZES, QUICK_SIZES = (100, 1_000, 10_000, 100_000), (100, 1_000)
QUERIES, QUICK_QUERIES = 60, 12
OPENINGS, QUICK_OPENINGS = 5, 2
CACHE = ROOT / ".cache/bench"
_SEED = 7

# Copies a database to the extension's own storage before its engine starts.
_PLACE = """async (path) => {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle("nutshell", { create: true });
  const file = await folder.getFileHandle("nutshell.db", { create: true });
  const answer = await fetch(chrome.runtime.getURL(path));
  await answer.body.pipeTo(await file.createWritable());
}"""
_CONNECT = """async () => {
  const { EngineClient } = await import(chrome.runtime.getURL("engine/client.js"));
  globalThis.client = new EngineClient();
  globalThis.ask = async (payload) => {
    const started = performance.now();
    const { count } = await globalThis.client.request("library.list", payload);
    return { ms: performance.now() - started, count };
  };
}"""
# Writes notes to pages one by one and returns the milliseconds of each, until it is on disk.
_WRITE = """async ([ids, word]) => {
  const times = [];
  for (const id of ids) {
    const started = performance.now();
    await globalThis.client.request("library.annotate", { id, note: `${word} ${id}` });
    times.push(performance.now() - started);
  }
  return times;
}"""
_LOCK = """async ([name, passphrase]) => {
  const started = performance.now();
  await globalThis.client.request(name, { passphrase });
  return performance.now() - started;
}"""
_PASSPHRASE = "seven quiet lighthouses"
_FIRST = ["tab-library", "#library-list .entry"]  # the tab and the selector of its first content


def measure(quick: bool) -> Result:
    sizes = QUICK_SIZES if quick else SIZES
    found = {size: _at(size, quick) for size in sizes}
    rows, openings = [], []
    for size, at in found.items():
        times = [asked["ms"] for asked in at["queries"]]
        words = [asked["ms"] for asked in at["words"]]
        rows.append(
            (
                f"{size:,}",
                f"{at['bytes'] / size:,.0f}",
                f"{at['cold']:.0f}",
                *(f"{value:.0f}" for value in (median(times), quantiles(times, n=20)[-1], max(times))),
                f"{median(words):.0f}",
                f"{median(at['native']):.1f}",
            )
        )
        openings.append(
            (f"{size:,}", *(f"{value:.0f}" for key in ("asleep", "awake") for value in
                            (median(at[key]), min(at[key]), max(at[key]))))
        )  # fmt: skip
    locked = [(f"{size:,}", *_locked_row(at)) for size, at in found.items()]
    first, last = sizes[0], sizes[-1]
    typical = {size: median([asked["ms"] for asked in at["queries"]]) for size, at in found.items()}
    exponent = math.log(typical[last] / typical[sizes[1]]) / math.log(last / sizes[1]) if last > sizes[1] else 0.0
    more = {key: median(found[last][key]) - median(found[first][key]) for key in ("asleep", "awake")}
    return Result(
        name="recall",
        title="Library search",
        about=(
            "Pages made by a seeded script from real headlines and sentences (tests/bench/memories.py), in the "
            "database of the built extension. A search is a request of the panel and its response (the best 30 pages "
            "as HTML), end to end: words (FTS5) and meaning (static encoder, one product over all vectors), merged. "
            f"{QUICK_QUERIES if quick else QUERIES} different queries of five kinds: two words of a headline, one "
            "word, one common word, a phrase in quotation marks, and four words with a time range. Cold is the first "
            "search of an engine, which loads two models and all vectors. Natively, only SQLite finds the same words "
            "in the file."
        ),
        tables=[
            Table(
                (
                    "pages",
                    "bytes per page",
                    "cold, ms",
                    "median, ms",
                    "95th percentile, ms",
                    "max, ms",
                    "words only, ms",
                    "natively, ms",
                ),
                rows,
                title="Search",
                note=f"From {sizes[1]:,} to {last:,} pages the median grows with exponent {exponent:.2f}.",
            ),
            Table(
                ("pages", "engine stopped: median, ms", "min", "max", "engine running: median, ms", "min", "max"),
                openings,
                title="From opening the panel to the library on screen",
                note=f"With {last:,} pages instead of {first:,}: {more['asleep']:+.0f} ms with the engine stopped, "
                f"{more['awake']:+.0f} ms with it running.",
            ),
            Table(
                (
                    "pages",
                    "set passphrase, s",
                    "unlock, ms",
                    "first search, ratio",
                    "search, ratio",
                    "write a note, ms",
                    "with lock, ms",
                    "ratio",
                ),
                locked,
                title="Cost of the lock",
                note="Setting a passphrase encrypts and rewrites all files. Unlocking takes 600,000 rounds of PBKDF2 "
                "and the start of an engine. The first search and the median of all searches are relative to those "
                "without a lock. Writing a note: median of 30, on disk when answered.",
            ),
        ],
        figures={str(size): at for size, at in found.items()} | {"exponent": exponent, "opening_more_ms": more},
    )


def _locked_row(at: dict[str, Any]) -> list[str]:
    plain, locked = (median([asked["ms"] for asked in at[key]]) for key in ("queries", "locked queries"))
    before, after = median(at["writes"]), median(at["locked writes"])
    return [
        f"{at['sealing'] / 1000:.1f}",
        f"{at['opening']:.0f}",
        f"{at['locked cold'] / at['cold']:.2f}",
        f"{locked / plain:.2f}",
        f"{before:.1f}",
        f"{after:.1f}",
        f"{after / before:.2f}",
    ]


def _at(size: int, quick: bool) -> dict[str, Any]:
    database = _database(size)
    queries = _queries(database, QUICK_QUERIES if quick else QUERIES)
    with with_bench_pages() as extension:
        (extension / "bench/memory.db").symlink_to(database)
        with Browser(extension) as browser:
            page = browser.open(browser.address("bench/page.html"))
            page.wait_for_function("globalThis.bench")
            page.evaluate(_PLACE, "bench/memory.db")
            page.evaluate(_CONNECT)
            cold = page.evaluate("(payload) => ask(payload)", {"query": "a first question"})["ms"]
            if page.evaluate("(payload) => ask(payload)", {"limit": 5})["count"] != 5:
                raise BenchError("the engine does not see the saved pages")
            asked = [page.evaluate("(payload) => ask(payload)", query) for query in queries]
            words = [page.evaluate("(payload) => ask(payload)", query | {"words": True}) for query in queries]
            openings = _openings(browser, QUICK_OPENINGS if quick else OPENINGS)
            lock = _lock(page, size, queries)
    index = WordIndex(FileDatabase(str(database)))
    native = []
    for query in queries:
        started = time.perf_counter()
        index.find(query["query"])
        native.append(1000 * (time.perf_counter() - started))
    return {
        "bytes": database.stat().st_size,
        "cold": cold,
        "queries": asked,
        "words": words,
        "native": native,
        **openings,
        **lock,
    }


def _lock(page: Any, size: int, queries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Measures setting a passphrase, unlocking, searching and writing with it."""
    ids = random.Random(_SEED).sample(range(1, size + 1), 30)
    writes = page.evaluate(_WRITE, [ids, "before"])
    sealing = page.evaluate(_LOCK, ["lock.set", _PASSPHRASE])
    locked_writes = page.evaluate(_WRITE, [ids, "after"])
    page.evaluate("() => globalThis.client.request('lock.now')")
    opening = page.evaluate(_LOCK, ["lock.open", _PASSPHRASE])  # includes the start of an engine
    cold = page.evaluate("(payload) => ask(payload)", {"query": "a first question"})["ms"]
    return {
        "writes": writes,
        "sealing": sealing,
        "locked writes": locked_writes,
        "opening": opening,
        "locked cold": cold,
        "locked queries": [page.evaluate("(payload) => ask(payload)", query) for query in queries],
    }


def _openings(browser: Browser, count: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"asleep": [], "awake": []}
    for turn in range(count + 1):
        for state, times in found.items():
            if state == "asleep":
                offscreen = browser.offscreen()
                offscreen.evaluate("nutshell.times.engineIdle = 0, nutshell.resetIdleTimers()")
                wait_for("the engine to end", lambda: not _awake(browser))
            page = browser.open(browser.address("panel/panel.html"))
            elapsed = page.evaluate(OPENED, _FIRST)
            page.close()
            if turn:
                times.append(elapsed)
    return found


def _awake(browser: Browser) -> bool:
    prefix = browser.address("engine/")
    return any(target["url"].startswith(prefix) for target in browser.targets("background_page"))


def _database(size: int) -> Path:
    """Returns a database with `size` pages, created once and cached."""
    path = CACHE / f"memory-{memories.SEED}-{size}.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        making = path.with_suffix(".part")
        memories.write(making, size)
        making.rename(path)
    return path


def _queries(database: Path, count: int) -> list[dict[str, Any]]:
    """Returns queries of five kinds in turn, from existing titles."""
    connection = FileDatabase(str(database)).connection
    (last,) = connection.execute("SELECT max(id) FROM page").fetchone()
    rng = random.Random(_SEED)
    out: list[dict[str, Any]] = []
    while len(out) < count:
        row = connection.execute("SELECT title, at FROM page WHERE id = ?", (rng.randint(1, last),)).fetchone()
        words = [word for word in row[0].replace("'", " ").split() if word.isalpha() and len(word) > 3]
        if len(words) < 4:
            continue
        match len(out) % 5:
            case 0:
                out.append({"query": " ".join(_in_order(rng, words, 2))})
            case 1:
                out.append({"query": rng.choice(words)})
            case 2:
                out.append({"query": rng.choice(("people", "government", "year", "police", "new", "world"))})
            case 3:
                start = rng.randrange(len(row[0].split()) - 1)
                out.append({"query": '"' + " ".join(row[0].split()[start : start + 2]).replace('"', "") + '"'})
            case _:
                since = row[1] - 90 * 86_400
                out.append({"query": " ".join(_in_order(rng, words, 4)), "since": since, "until": row[1] + 1})
    connection.close()
    return out


def _in_order(rng: random.Random, words: Sequence[str], count: int) -> list[str]:
    return [words[at] for at in sorted(rng.sample(range(len(words)), count))]


if __name__ == "__main__":
    main(measure)
