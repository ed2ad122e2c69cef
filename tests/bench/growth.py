"""How time and memory grow with the number of sentences, feeds and saved pages: exponents and a plot."""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import formatdate
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from models.plotting import save, setup
from models.tables import Table
from nutshell.summary.summarizer import MAX_SENTENCES
from tests.bench import texts
from tests.bench.browser import Browser, with_bench_pages
from tests.bench.processes import Peak
from tests.bench.report import RESULTS, ROOT, BenchError, Result, main

SENTENCES, QUICK_SENTENCES = (10, 30, 100, 300, 1000, 2000, 5000), (10, 60)
FEEDS, QUICK_FEEDS = (5, 20, 50, 100, 200), (3, 10)
RUNS, QUICK_RUNS = 3, 1
ITEMS = 50  # of a feed
_NOW = 1_795_000_000
_MIN_INTERVAL = 62.0  # s: the product waits at least a minute between two fetches of a feed
PICTURE = ROOT / "docs/figures/growth.svg"
_PARAGRAPH = 4  # sentences

Sizes = dict[int, dict[str, float]]


def measure(quick: bool) -> Result:
    sentences = _summaries(QUICK_SENTENCES if quick else SENTENCES, QUICK_RUNS if quick else RUNS)
    feeds = {size: _feeds(size, again=not quick) for size in (QUICK_FEEDS if quick else FEEDS)}
    pages = _pages()
    tables = [
        Table(
            ("sentences per page", "time to summary, ms", "per sentence, ms", "peak, MB"),
            [
                (f"{size:,}", f"{at['ms']:.0f}", f"{at['ms'] / size:.2f}", f"{at['MB']:.0f}")
                for size, at in sentences.items()
            ],
            note=f"Time grows with exponent {exponent(sentences, 'ms', most=MAX_SENTENCES):.2f} up to "
            f"{MAX_SENTENCES} sentences and {exponent(sentences, 'ms', least=MAX_SENTENCES // 2):.2f} beyond "
            "(then, the first sentences of paragraphs represent the rest); memory with "
            f"{exponent(sentences, 'MB'):.2f}.",
        ),
        Table(
            ("feeds", "items", "fetch and rank all, s", "refetch unchanged, s", "list, ms", "peak, MB"),
            [
                (
                    f"{size:,}",
                    f"{at['items']:,.0f}",
                    f"{at['first'] / 1000:.1f}",
                    "" if quick else f"{at['again'] / 1000:.1f}",
                    f"{at['list']:.0f}",
                    f"{at['MB']:.0f}",
                )
                for size, at in feeds.items()
            ],
            note=f"{ITEMS} items per feed. Exponents: fetching {exponent(feeds, 'first'):.2f}"
            + ("" if quick else f", refetching {exponent(feeds, 'again'):.2f}")
            + f", list {exponent(feeds, 'list'):.2f}, memory {exponent(feeds, 'MB'):.2f}.",
        ),
    ]
    if pages:
        tables.append(
            Table(
                ("saved pages", "search, ms", "file, MB"),
                [(f"{size:,}", f"{at['ms']:.0f}", f"{at['MB']:.1f}") for size, at in pages.items()],
                note=f"From `recall` below. Exponents: search {exponent(pages, 'ms'):.2f}, "
                f"file {exponent(pages, 'MB'):.2f}.",
            )
        )
    if not quick:
        draw(sentences, feeds, pages)
    return Result(
        name="growth",
        title="Growth",
        about=(
            "The built extension in Chromium, with the panel's requests. An exponent is the slope of a line through "
            "the logarithms: 1 is linear growth, less than 1 is better. Memory is the peak PSS of the extension's "
            "processes during the work. A local server serves the feeds, each from its own host.\n\n"
            "![Time and memory against size, logarithmic](figures/growth.svg)"
        ),
        tables=tables,
        figures={"sentences": sentences, "feeds": feeds, "pages": pages},
    )


def exponent(sizes: Sizes, key: str, *, least: float = 0, most: float = math.inf) -> float:
    """Returns the least-squares slope of log(value) on log(size), or NaN for fewer than two sizes."""
    points = [(math.log(size), math.log(at[key])) for size, at in sizes.items() if least <= size <= most]
    if len(points) < 2:
        return math.nan
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    above = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return above / sum((x - middle[0]) ** 2 for x, _ in points)


def _summaries(sizes: Sequence[int], runs: int) -> Sizes:
    found: Sizes = {}
    for size in sizes:
        with with_bench_pages() as extension, Browser(extension) as browser:
            page = _client(browser)
            page.evaluate("warmEngine()")
            page.evaluate("(article) => askEngine('summarize', { article, length: null })", article(12, 0))
            times = []
            with Peak(browser.pid) as peak:
                for run in range(runs):
                    given = article(size, run + 1)
                    answer = page.evaluate("(article) => askEngine('summarize', { article, length: null })", given)
                    if not answer["answer"].get("points"):
                        raise BenchError(f"no summary of {size} sentences")
                    times.append(answer["ms"])
        found[size] = {"ms": median(times), "MB": peak.highest / 1000}
    return found


def article(sentences: int, number: int) -> dict[str, Any]:
    """Returns an article in wire form with `sentences` sentences of a manual; each `number` is another page."""
    source = texts.mixed()
    chosen = [
        f"{sentence[:-1]}, as note {place // len(source) + 1} says." if place >= len(source) else sentence
        for place, sentence in enumerate(islice(cycle(source[number:] + source[:number]), sentences))
    ]
    paragraphs = [" ".join(chosen[at : at + _PARAGRAPH]) for at in range(0, len(chosen), _PARAGRAPH)]
    return {
        "title": f"Notes {number} of {sentences}",
        "url": f"https://notes.example/{sentences}/{number}",
        "lang": "en",
        "blocks": [{"role": "paragraph", "text": text, "anchor": at} for at, text in enumerate(paragraphs)],
    }


def _client(browser: Browser) -> Any:
    page = browser.open(browser.address("bench/client.html"))
    page.set_default_timeout(300_000)
    page.wait_for_function("Boolean(globalThis.askEngine)")
    return page


def _feeds(size: int, again: bool) -> dict[str, float]:
    with _feed_server(size) as server, with_bench_pages() as extension:
        manifest = extension / "manifest.json"
        allowed = json.loads(manifest.read_text()) | {"host_permissions": ["*://*.example/*"]}
        manifest.write_text(json.dumps(allowed))  # stands for the user's consent, a prompt that no program can click
        rules = f"MAP *.example 127.0.0.1:{server.server_port} , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
        with Browser(extension, flags=(f"--host-resolver-rules={rules}",)) as browser, Peak(browser.pid) as peak:
            page = _client(browser)
            subscriptions = [
                {"url": f"http://f{number}.example/feed", "title": f"Feed {number}"} for number in range(size)
            ]
            first = page.evaluate("(feeds) => askEngine('news.subscribe', { feeds })", subscriptions)
            shown = [page.evaluate("askEngine('news.list', { tab: 'for-you' })") for _ in range(4)]
            found = {
                "items": size * ITEMS,
                "first": first["ms"],
                "list": median(answer["ms"] for answer in shown[1:]),
            }
            if again:
                time.sleep(_MIN_INTERVAL)
                found["again"] = page.evaluate("askEngine('news.refresh', {})")["ms"]
    if server.requests < size * (1 + again):
        raise BenchError(f"the feeds were requested {server.requests} times: {first['answer']}")
    return found | {"MB": peak.highest / 1000}


class _FeedServer(ThreadingHTTPServer):
    """Serves feeds by the number in the host name; answers 304 when unchanged."""

    daemon_threads = True
    requests = 0


class _FeedHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _FeedServer)
        number = re.match(r"f(\d+)\.example", self.headers.get("Host", ""))
        if not number or self.path != "/feed":
            self.send_error(404)
            return
        self.server.requests += 1
        known = self.headers.get("If-None-Match") == '"one"'
        body = b"" if known else feed(int(number[1])).encode()
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _feed_server(size: int) -> Iterator[_FeedServer]:
    server = _FeedServer(("127.0.0.1", 0), _FeedHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def feed(number: int) -> str:
    """Returns an RSS 2.0 feed with ITEMS items that occur in no other feed."""
    source = texts.mixed()
    items = []
    for place in range(ITEMS):
        text = source[(number * 37 + place * 11) % len(source)]
        words = f"{' '.join(text.split()[:9])}, {number}.{place}"
        when = formatdate(_NOW - 600 * (place * 7 + number))
        items.append(
            f"<item><title>{escape(words)}</title><link>http://f{number}.example/{place}</link><guid>{number}/{place}"
            f"</guid><pubDate>{when}</pubDate><description>{escape(text)}</description></item>"
        )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {number}</title>'
        f"<link>http://f{number}.example/</link>{''.join(items)}</channel></rss>"
    )


def _pages() -> Sizes:
    """Returns search times and file sizes from the results of `recall`."""
    kept = RESULTS / "recall.json"
    if not kept.exists():
        return {}
    figures = json.loads(kept.read_text(encoding="utf-8"))["figures"]
    return {
        int(size): {"ms": median(asked["ms"] for asked in at["queries"]), "MB": at["bytes"] / 1e6}
        for size, at in figures.items()
        if size.isdigit()
    }


def draw(sentences: Sizes, feeds: Sizes, pages: Sizes, path: Path = PICTURE) -> None:
    """Draws time above memory, with a column for each kind of size; both axes are logarithmic."""
    setup()
    import matplotlib.pyplot as plt  # noqa: PLC0415 - only needed for plots
    from matplotlib.ticker import NullFormatter  # noqa: PLC0415

    columns = [("sentences per page", sentences, "ms"), ("feeds", feeds, "first"), ("saved pages", pages, "ms")]
    columns = [column for column in columns if column[1]]
    drawing, axes = plt.subplots(2, len(columns), figsize=(2.9 * len(columns), 4.4), sharex="col", squeeze=False)
    for place, (label, sizes, time_) in enumerate(columns):
        for row, (key, colour) in enumerate(((time_, "#2f81c7"), ("MB", "#c2703d"))):
            values = [at[key] / (1000 if key != "MB" else 1) for at in sizes.values()]
            axes[row][place].loglog(list(sizes), values, marker="o", markersize=3.5, color=colour)
            what = "file, " if sizes is pages and key == "MB" else ""
            axes[row][place].set_title(f"{what}exponent {exponent(sizes, key):.2f}", fontsize=8)
            low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values) * 1.001))
            axes[row][place].set_ylim(low, high)  # whole decades, so that small differences do not look large
            axes[row][place].yaxis.set_major_formatter("{x:g}")
            axes[row][place].yaxis.set_minor_formatter(NullFormatter())
        axes[1][place].set_xlabel(label)
    axes[0][0].set_ylabel("seconds")
    axes[1][0].set_ylabel("MB, peak")
    drawing.tight_layout()
    save(path, drawing)


if __name__ == "__main__":
    main(measure)
