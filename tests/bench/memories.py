"""`python -m tests.bench.memories COUNT OUT.db`: a memory of so many pages, of real texts, the same for a seed.

Titles are real headlines (HuffPost), sentences real sentences of news and science (CNN, BBC, SciTLDR): each page takes
its gist and four to eight points, in their order, from one article. Times are spread over five years, sites over 500
hosts as often as Zipf's law has it. It is written by the product's own code, words and vectors included.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from nutshell.article import Article
from nutshell.hosts.desktop import FileDatabase, NativeModels, models_folder
from nutshell.library.search import LibrarySearch
from nutshell.records.summary import Point, Summary
from nutshell.storage.page_rows import page_row
from nutshell.storage.pages import PageStore
from nutshell.storage.schema import prepare
from nutshell.storage.transaction import transaction
from nutshell.text.sentences import split_text
from nutshell.text.wordpiece import WordPiece
from tests.bench.report import ROOT, BenchError

SEED = 20_261_124
DATA = ROOT.parent / "shared/data"
ARTICLES = ("train-cnn-val1000", "dev-xsum-500", "dev-cnn-test500", "train-scitldr")
HEADLINES = "news/huffpost-10k/News_Category_Dataset_v3.json"
HOSTS, YEARS = 500, 5
_NOW = 1_795_000_000.0
_COMMIT = 2_000


def memories(count: int, seed: int = SEED) -> Iterator[tuple[Article, Summary, float]]:
    """Pages from the oldest to the newest. Raises BenchError without the shared data."""
    lot = random.Random(seed)
    articles, titles = _articles(), _headlines()
    hosts = [f"{lot.choice(_WORDS)}-{lot.choice(_WORDS)}-{number}.example" for number in range(HOSTS)]
    often = [1 / (rank + 1) for rank in range(HOSTS)]
    for number in range(count):
        said = lot.choice(articles)
        chosen = sorted(lot.sample(range(len(said)), min(len(said), lot.randint(4, 8))))
        points = tuple(Point(said[at], at, round(lot.random(), 4), at, 0, len(said[at]), at + 1) for at in chosen)
        host = lot.choices(hosts, often)[0]
        title = lot.choice(titles)
        article = Article((), url=f"https://{host}/{number}", title=title, site=host.partition(".")[0], lang="en")
        summary = Summary(lot.choice(points), points, (), "encoder", "en", len(said), 20 * len(said), 30)
        yield article, summary, _NOW - (count - number) * YEARS * 365 * 86_400 / count


def write(path: Path, count: int) -> None:
    """A database with so many memories, indexed and placed."""
    path.unlink(missing_ok=True)
    database = FileDatabase(str(path))
    prepare(database)
    database.connection.execute("PRAGMA synchronous = OFF")  # a bench may begin again
    pages = PageStore(database)
    made = memories(count)
    while lot := list(islice(made, _COMMIT)):
        with transaction(database) as connection:
            for article, summary, when in lot:
                pages.add(connection, page_row(article, summary, when))
    folder = models_folder()
    wordpiece = WordPiece.from_vocab((folder / "vocab.txt").read_text(encoding="utf-8"))
    asyncio.run(LibrarySearch(database, pages, NativeModels(folder, 1), wordpiece).settle())
    database.connection.close()


def _articles() -> list[list[str]]:
    found = []
    for name in ARTICLES:
        path = DATA / "summaries" / f"{name}.jsonl"
        if not path.is_file():
            raise BenchError(f"{path.name} is missing: it is looked for in ../shared/data/summaries")
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("document") or ""
            whole = " ".join((text if isinstance(text, str) else " ".join(text)).split())
            said = [whole[start:end] for start, end in split_text(whole) if 30 < end - start < 400][:60]
            if len(said) >= 4:
                found.append(said)
    return found


def _headlines() -> list[str]:
    path = DATA / HEADLINES
    if not path.is_file():
        raise BenchError(f"{path.name} is missing: it is looked for in ../shared/data/{HEADLINES}")
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [row["headline"] for row in rows if row["headline"]]


_WORDS = ("paper", "tide", "post", "daily", "north", "coast", "science", "field", "city", "harbour", "letter", "globe")


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
