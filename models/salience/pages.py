"""Real pages with the line that a person wrote about each (train-pages-en, dev-pages-en), as the product reads them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from models.data import path_of
from nutshell.article import Article, Block, Role

# At most so many pages of each kind: no family of product documentation outweighs the rest.
QUOTAS = {
    "docs": 600,
    "blog": 450,
    "proposal": 220,
    "news": 160,
    "how-to": 140,
    "government guide": 120,
    "newsletter": 120,
    "tutorial": 100,
    "event": 80,
    "meeting": 60,
    "encyclopedia": 50,
    "help": 4,
}
# What the product would take each kind for (features.py).
_PAGE_KINDS = {"docs": "documentation", "help": "documentation", "encyclopedia": "reference"}
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,2}[.)])\s+(?=\S)")


def rows(name: str = "train-pages-en") -> Iterator[dict[str, Any]]:
    """Yields the pages whose line is supported by the page, in a fixed random order, within QUOTAS."""
    left = dict(QUOTAS)
    for row in sorted(read(name), key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest()):
        if left.get(row["kind"], 0) > 0 and row["unsupported"] == 0:
            left[row["kind"]] -= 1
            yield row


def line_of(row: dict[str, Any]) -> str:
    return str(row["summary"] or row.get("summary_long") or "")


def article(row: dict[str, Any]) -> Article:
    """Returns the page with its headings, list items and paragraphs as blocks."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def close() -> None:
        text = " ".join(" ".join(paragraph).split())
        if text:
            blocks.append(Block(Role.PARAGRAPH, text))
        paragraph.clear()

    for line in row["document"].split("\n"):
        text = line.strip()
        heading, item = _HEADING.match(text), _ITEM.match(text)
        if not text or heading or item:
            close()
        if heading:
            blocks.append(Block(Role.HEADING, heading[2].strip("# "), len(heading[1])))
        elif item:
            blocks.append(Block(Role.ITEM, text[item.end() :], 1))
        elif text:
            paragraph.append(text)
    close()
    title = " ".join((row["title"] or "").split())
    return Article(tuple(blocks), title=title, lang="en", page_kind=_PAGE_KINDS.get(row["kind"], "article"))


def read(name: str) -> list[dict[str, Any]]:
    with gzip.open(path_of(f"summaries/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
