"""What stands around an article rather than in it: its references, notes, links and comments.

Such blocks are full of names and numbers, which a model of salience takes for substance, and say nothing.
"""

from __future__ import annotations

import re

from nutshell.article import SPOKEN, Article, Role

_HEADINGS = frozenset(
    (
        "contents", "table of contents", "see also", "references", "notes", "footnotes", "endnotes", "citations",
        "sources", "works cited", "notes and references", "references and notes", "bibliography", "further reading",
        "external links", "acknowledgements", "acknowledgments", "comments", "related", "related articles",
        "related stories", "read more", "more", "share", "tags", "about the author",
        "inhalt", "inhaltsverzeichnis", "einzelnachweise", "weblinks", "literatur", "siehe auch", "anmerkungen",
        "fu\u00dfnoten", "quellen", "sommaire", "voir aussi", "r\u00e9f\u00e9rences", "notes et r\u00e9f\u00e9rences",
        "liens externes", "bibliographie", "v\u00e9ase tambi\u00e9n", "referencias", "notas", "enlaces externos",
        "bibliograf\u00eda", "note", "bibliografia", "voci correlate", "collegamenti esterni", "refer\u00eancias",
        "ver tamb\u00e9m", "liga\u00e7\u00f5es externas", "\u811a\u6ce8", "\u51fa\u5178", "\u95a2\u9023\u9805\u76ee",
        "\u5916\u90e8\u30ea\u30f3\u30af", "\u53c2\u8003\u6587\u732e", "\u53c2\u8003\u8d44\u6599",
        "\u5916\u90e8\u94fe\u63a5",
    )
)  # fmt: skip
# A caret or an arrow leads back from a note to its place in the text; the rest is how a work is cited.
_CITATION = re.compile(
    r"^\s*[\^\u2191\u21a9]|\bISBN[\s:-]*[\dX]|\bISSN[\s:-]*\d|\bdoi:\s*10\.|\bRetrieved (?:on )?(?:\d|[A-Z][a-z]+ \d)"
    r"|\bArchived from the original\b|\bAbgerufen am \d|\bConsult\u00e9 le \d"
)
# A page of which less than this would be left is not all apparatus: its headings only sound like it.
_LEFT = 1 / 3


def boilerplate(article: Article) -> frozenset[int]:
    """Numbers of the blocks that are apparatus, headings among them."""
    found: set[int] = set()
    level = 0  # of the heading of apparatus that we are under, 0 for none
    for number, block in enumerate(article.blocks):
        if block.role is Role.HEADING and (not level or block.level <= level):
            level = block.level if _bare(block.text) in _HEADINGS else 0
        if level or (block.role in SPOKEN and _CITATION.search(block.text)):
            found.add(number)
    sizes = [len(block.text) if block.role in SPOKEN else 0 for block in article.blocks]
    left = sum(sizes) - sum(sizes[number] for number in found)
    return frozenset(found) if left >= _LEFT * sum(sizes) else frozenset()


def _bare(heading: str) -> str:
    """The words of a heading: no numbers, no "[edit]", no case."""
    return re.sub(r"\s*\[.*?\]|[\W\d_]+", " ", heading).strip().casefold()
