"""The evaluation texts. No model was trained on them.

Each text is given as a page would give it: with a title and paragraphs where the data set has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.data import summaries
from nutshell.article import Article, Block, Role

QUICK = 24


@dataclass(frozen=True, slots=True)
class Text:
    """`references` are all human summaries, each with one sentence per line."""

    id: str
    genre: str
    article: Article
    references: tuple[str, ...]


def cnn(quick: bool = False) -> list[Text]:
    """CNN test articles: plain text without title or paragraphs, three or four highlights each."""
    rows = _sample(summaries("dev-cnn-test500"), quick)
    return [_text(row, "cnn", [row["document"]], ["\n".join(row["highlights"])]) for row in rows]


def xsum(quick: bool = False) -> list[Text]:
    """BBC articles with paragraphs, summarized in one sentence that mostly uses different words."""
    rows = _sample(summaries("dev-xsum-500"), quick)
    return [_text(row, "xsum", row["document"].split("\n"), [row["summary"]]) for row in rows]


def scitldr(quick: bool = False) -> list[Text]:
    """Abstracts with the paper's title; one to four TLDRs of one or two sentences."""
    rows = _sample(summaries("dev-scitldr"), quick)
    return [_text(row, "scitldr", [" ".join(row["sentences"])], row["summaries"]) for row in rows]


def gum(quick: bool = False) -> list[Text]:
    """GUM's development part: two documents per genre, up to five human summaries each.

    The words of the Reddit documents are redacted in the data set, so that genre is left out.
    """
    rows = [row for row in summaries("train-gum") if row["partition"] == "dev" and not row["redacted"]]
    return [gum_text(row) for row in _sample(rows, quick)]


def gum_text(row: Mapping[str, Any]) -> Text:
    paragraphs = [" ".join(paragraph) for paragraph in row["paragraphs"]]
    return _text(row, row["genre"], paragraphs, row["human_summaries"])


DATASETS = {"cnn": cnn, "xsum": xsum, "scitldr": scitldr, "gum": gum}
TITLES = {
    "cnn": "CNN, dev-cnn-test500",
    "xsum": "BBC, dev-xsum-500",
    "scitldr": "SciTLDR, dev-scitldr",
    "gum": "GUM, development part",
}


def _sample(rows: list[dict[str, Any]], quick: bool) -> list[dict[str, Any]]:
    return rows[:: max(1, len(rows) // QUICK)][:QUICK] if quick else rows


def _text(row: Mapping[str, Any], genre: str, paragraphs: Sequence[str], references: Sequence[str]) -> Text:
    title = " ".join((row.get("title") or "").split())
    parts = [" ".join(part.split()) for part in paragraphs]
    blocks = tuple(Block(Role.PARAGRAPH, part) for part in parts if part and part != title)
    return Text(row["id"], genre, Article(blocks, title=title), tuple(references))
