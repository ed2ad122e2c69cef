"""The sentences that are embedded: those of the sample article, and 200 of mixed length from a manual."""

from __future__ import annotations

import pydoc_data.topics
import re

from lxml import html

from nutshell.article import Article
from nutshell.text.sentences import split
from tests.bench.browser import ARTICLE
from tests.bench.report import BenchError

_MIXED = 200


def article() -> list[str]:
    if not ARTICLE.exists():
        raise BenchError("tests/pages/article.html is missing")
    paragraphs = html.fromstring(ARTICLE.read_text(encoding="utf-8")).xpath("//article//p | //article//li")
    return _sentences("\n".join(" ".join(p.text_content().split()) for p in paragraphs))


def mixed() -> list[str]:
    """Spread evenly from the shortest (4 words) to the longest (60 words) sentence of the manual."""
    prose = [
        " ".join(paragraph.split())
        for topic in pydoc_data.topics.topics.values()
        for paragraph in topic.split("\n\n")
        if re.match(r"[A-Z]", paragraph) and paragraph.rstrip().endswith(".")
    ]
    found = sorted(
        {s for s in _sentences("\n".join(prose)) if 4 <= len(s.split()) <= 60},
        key=lambda s: (len(s.split()), s),
    )
    return [found[number * len(found) // _MIXED] for number in range(_MIXED)]


def _sentences(text: str) -> list[str]:
    return [sentence.text for sentence in split(Article.from_text(text))]
