"""Training and evaluation pages with the line that a person wrote about each, read as the product reads them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from models.data import path_of, summaries
from nutshell.article import Article, Block, Role

LANGUAGES = ("en", "de", "fr", "es", "ja", "ko", "zh")
# Pages of each training set. Outside English most pages are of one family of documentation, so few are enough.
_ENGLISH, _OTHER_LANGUAGE, _OTHER_SET = 700, 40, 90
_PER_SOURCE = 80
_MAX_CHARS = 20_000
_NOT_PAGES = frozenset({"meeting"})  # answers to a question about a stretch of a transcript
_ITEM = re.compile(r"(?:[-*+]|\d{1,2}[.)]) +(?=\S)")


@dataclass(frozen=True, slots=True)
class Page:
    """`line` is what a person wrote about the page; `kind` is the data set's name for the kind of page."""

    id: str
    kind: str
    source: str
    article: Article
    line: str


def training_pages() -> Iterator[Page]:
    """Returns a bounded sample: by source, in the order of the ids' hashes."""
    for lang in LANGUAGES:
        limit = _ENGLISH if lang == "en" else _OTHER_LANGUAGE
        yield from _sampled(pages("train", lang), limit)
    for name in (
        "train-page-descriptions",
        "train-standfirst",
        "train-xsum-faithful",
        "train-scitldr",
        "train-cnn-val1000",
    ):
        made = (_other_page(name, row) for row in summaries(name))
        yield from _sampled([page for page in made if page], _OTHER_SET)


def pages(part: str, lang: str) -> list[Page]:
    """Returns the pages of `summaries/PART-pages-LANG.jsonl.gz` that have a line."""
    with gzip.open(path_of(f"summaries/{part}-pages-{lang}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Page(row["id"], row["kind"], row["source"].split("@")[0], _article(row), row["summary"])
        for row in rows
        if row["summary"] and row["kind"] not in _NOT_PAGES
    ]


def _sampled(found: list[Page], limit: int) -> list[Page]:
    by_source: dict[str, list[Page]] = defaultdict(list)
    for page in sorted(found, key=lambda page: hashlib.sha256(page.id.encode()).hexdigest()):
        if len(by_source[page.source]) < _PER_SOURCE or len(by_source) == 1:
            by_source[page.source].append(page)
    kept = sorted((page for group in by_source.values() for page in group), key=_order)
    return kept[:limit]


def _order(page: Page) -> str:
    return hashlib.sha256(page.id.encode()).hexdigest()


def _article(row: dict[str, Any]) -> Article:
    """Builds an article from paragraphs apart by blank lines; headings begin with number signs, items with a mark."""
    blocks: list[Block] = []
    title = " ".join((row.get("title") or "").split())
    for part in row["document"][:_MAX_CHARS].split("\n\n"):
        lines = part.split("\n")
        if all(_ITEM.match(line.strip()) for line in lines):
            blocks += [_block(line) for line in lines]
        else:
            blocks.append(_block(part))
    return Article(
        tuple(block for block in blocks if block.text and block.text != title),
        title=title,
        lang=row.get("lang", "en"),
    )


def _block(part: str) -> Block:
    text = " ".join(part.split())
    heading = re.match(r"(#{1,6}) +", text)
    if heading:
        return Block(Role.HEADING, text[heading.end() :], level=len(heading[1]))
    item = _ITEM.match(text)
    return Block(Role.ITEM, text[item.end() :], level=1) if item else Block(Role.PARAGRAPH, text)


def _other_page(name: str, row: dict[str, Any]) -> Page | None:
    kind = {"train-scitldr": "paper", "train-page-descriptions": "page"}.get(name, "news")
    if name == "train-scitldr":
        blocks = (Block(Role.PARAGRAPH, " ".join(" ".join(row["sentences"]).split())),)
        article = Article(blocks, title=" ".join((row.get("title") or "").split()), lang="en")
        line = row["summaries"][0] if row.get("summaries") else ""
    else:
        article = _article({**row, "document": row["document"].replace("\n\n", "\n").replace("\n", "\n\n")})
        line = row.get("summary") or (row.get("highlights") or [""])[0]
    if not line or len(article.blocks) < 1:
        return None
    return Page(f"{name}/{row['id']}", kind, name, article, " ".join(line.split()))
