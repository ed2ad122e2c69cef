"""`python -m tests.bench.memories COUNT OUT.db`: a library of COUNT pages from real texts, the same for the same seed.

Titles are real headlines (HuffPost), sentences are real sentences of news and science (CNN, BBC, SciTLDR): the gist and
the four to eight points of a page come from one article, in their order. Times span five years, and 500 hosts follow
Zipf's law. The product's own code writes the pages, including the word index and the vectors.
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
    """Yields pages from the oldest to the newest. Raises BenchError when the data set is missing."""
    rng = random.Random(seed)
    articles, titles = _articles(), _headlines()
    hosts = [f"{rng.choice(_WORDS)}-{rng.choice(_WORDS)}-{number}.example" for number in range(HOSTS)]
    weights = [1 / (rank + 1) for rank in range(HOSTS)]
    for number in range(count):
        sentences = rng.choice(articles)
        chosen = sorted(rng.sample(range(len(sentences)), min(len(sentences), rng.randint(4, 8))))
        points = tuple(
            Point(sentences[at], at, round(rng.random(), 4), at, 0, len(sentences[at]), at + 1) for at in chosen
        )
        host = rng.choices(hosts, weights)[0]
        title = rng.choice(titles)
        article = Article((), url=f"https://{host}/{number}", title=title, site=host.partition(".")[0], lang="en")
        summary = Summary(rng.choice(points), points, (), "encoder", "en", len(sentences), 20 * len(sentences), 30)
        yield article, summary, _NOW - (count - number) * YEARS * 365 * 86_400 / count


def write(path: Path, count: int) -> None:
    """Writes a database with `count` indexed pages."""
    path.unlink(missing_ok=True)
    database = FileDatabase(str(path))
    prepare(database)
    database.connection.execute("PRAGMA synchronous = OFF")  # a benchmark can start over
    pages = PageStore(database)
    made = memories(count)
    while batch := list(islice(made, _COMMIT)):
        with transaction(database) as connection:
            for article, summary, when in batch:
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
            raise BenchError(f"{path.name} is missing from ../shared/data/summaries")
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("document") or ""
            whole = " ".join((text if isinstance(text, str) else " ".join(text)).split())
            sentences = [whole[start:end] for start, end in split_text(whole) if 30 < end - start < 400][:60]
            if len(sentences) >= 4:
                found.append(sentences)
    return found


def _headlines() -> list[str]:
    path = DATA / HEADLINES
    if not path.is_file():
        raise BenchError(f"{path.name} is missing from ../shared/data/{HEADLINES}")
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [row["headline"] for row in rows if row["headline"]]


_WORDS = ("paper", "tide", "post", "daily", "north", "coast", "science", "field", "city", "harbour", "letter", "globe")


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
