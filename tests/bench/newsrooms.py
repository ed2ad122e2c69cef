"""News databases for the benchmarks: headlines from 200 feeds, as a refresh would store them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nutshell.hosts.desktop import FileDatabase
from nutshell.records.items import Item
from nutshell.storage.feeds import FeedStore
from nutshell.storage.schema import prepare
from tests.bench.news_data import DATA, huffpost, mind
from tests.bench.report import BenchError

FEEDS, DAYS = 200, 60


def headlines(count: int) -> list[tuple[str, str]]:
    """Returns title and text of `count` distinct items of HuffPost and MIND."""
    found = [(item.title, item.text) for part in (huffpost(), mind()) for item in part.items]
    distinct = list(dict.fromkeys(found))
    # When the real items run out, combine the headline of one with the text of another.
    shift = len(distinct) // 3
    crossed = [(title, distinct[(number + shift) % len(distinct)][1]) for number, (title, _) in enumerate(distinct)]
    made = [*distinct, *crossed]
    if len(made) < count:
        raise BenchError(f"there are only {len(made)} headlines in {DATA.name}")
    return made[:count]


def write(path: Path, items: Sequence[tuple[str, str]], now: float, feeds: int = FEEDS) -> None:
    """Writes a database with these items, evenly over the feeds and the last days, without ranking data."""
    path.unlink(missing_ok=True)
    database = FileDatabase(str(path))
    prepare(database)
    store = FeedStore(database)
    each: dict[int, list[Item]] = {number: [] for number in range(feeds)}
    for number, (title, text) in enumerate(items):
        link = f"http://paper{number % feeds}.example/{number}"
        at = now - 60.0 - number * DAYS * 86_400 / len(items)
        each[number % feeds].append(Item(str(number), link, title, text, published=at))
    for number, those in each.items():
        feed = store.add_subscription(f"http://paper{number}.example/feed", now, title=f"Paper {number}")
        store.save_items(feed, those, now, title=f"Paper {number}", site=f"http://paper{number}.example/")
    database.connection.execute("UPDATE feed SET due = ?, checked = ?", (now + 30 * 86_400, now))
    database.sync()
    database.connection.execute("PRAGMA journal_mode = TRUNCATE")
    database.connection.close()
