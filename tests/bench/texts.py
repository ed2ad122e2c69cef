"""The benchmark texts: 60 sentences of the sample article, and 200 sentences of mixed length from a manual."""

from __future__ import annotations

import pydoc_data.topics
import re
from functools import cache

from lxml import html

from nutshell.article import Article
from nutshell.text.sentences import split
from tests.bench.report import ROOT, BenchError

ARTICLE = ROOT / "tests/pages/article.html"
SENTENCES = 60
_MIXED = 200


def article_page() -> str:
    """Returns the sample article's page, cut after its 60th sentence."""
    return _cut()[0]


def article() -> list[str]:
    """Returns the sentences of `article_page`."""
    return _cut()[1]


@cache
def _cut() -> tuple[str, list[str]]:
    # The topic and the byline stay on the page, but the core does not read them as text.
    if not ARTICLE.exists():
        raise BenchError("tests/pages/article.html is missing")
    page = html.fromstring(ARTICLE.read_text(encoding="utf-8"))
    kept: list[str] = []
    for element in page.xpath("//article//*[self::p or self::li][not(@class='topic' or @class='byline')]"):
        found = _sentences(element.text_content())[: SENTENCES - len(kept)]
        kept += found
        if not found:
            element.drop_tree()
        elif len(kept) == SENTENCES:
            for child in element:
                child.drop_tree()
            element.text = " ".join(found)
    if len(kept) < SENTENCES:
        raise BenchError(f"{ARTICLE.name} has only {len(kept)} sentences")
    return "<!doctype html>\n" + html.tostring(page, encoding="unicode"), kept


def mixed() -> list[str]:
    """Returns sentences of Python's manual, evenly spread from the shortest (4 words) to the longest (60 words)."""
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
