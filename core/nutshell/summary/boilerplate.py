"""Finds the boilerplate of an article: references, notes, links and comments.

Such blocks are full of names and numbers, which the salience model mistakes for content.
"""

from __future__ import annotations

import re

from nutshell.article import RUNNING_TEXT, Article, Role

_BOILERPLATE_HEADINGS = frozenset(
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
# A caret or an arrow links from a note back to the text; the rest are forms of citation.
_CITATION = re.compile(
    r"^\s*[\^\u2191\u21a9]|\bISBN[\s:-]*[\dX]|\bISSN[\s:-]*\d|\bdoi:\s*10\.|\bRetrieved (?:on )?(?:\d|[A-Z][a-z]+ \d)"
    r"|\bArchived from the original\b|\bAbgerufen am \d|\bConsult\u00e9 le \d"
)
# If less than this share of the text were left, the headings are misleading, and nothing is boilerplate.
_MIN_LEFT = 1 / 3


def boilerplate(article: Article) -> frozenset[int]:
    """Returns the indices of the blocks that are boilerplate, including their headings."""
    found: set[int] = set()
    level = 0  # of the boilerplate heading above the block; 0 for none
    for number, block in enumerate(article.blocks):
        if block.role is Role.HEADING and (not level or block.level <= level):
            level = block.level if _normalized(block.text) in _BOILERPLATE_HEADINGS else 0
        if level or (block.role in RUNNING_TEXT and _CITATION.search(block.text)):
            found.add(number)
    sizes = [len(block.text) if block.role in RUNNING_TEXT else 0 for block in article.blocks]
    left = sum(sizes) - sum(sizes[number] for number in found)
    return frozenset(found) if left >= _MIN_LEFT * sum(sizes) else frozenset()


def _normalized(heading: str) -> str:
    """Returns a heading without numbers, "[edit]" and case."""
    return re.sub(r"\s*\[.*?\]|[\W\d_]+", " ", heading).strip().casefold()
