"""The main sections of a page, by its headings."""

from __future__ import annotations

from nutshell.article import Article, Role

_MIN_SECTIONS = 2


def main_sections(article: Article) -> list[int]:
    """Returns for each block the number of its main section; 0 before the first, and everywhere if there is none.

    Main sections are those of the highest heading level that has several.
    """
    levels = [block.level for block in article.blocks if block.role is Role.HEADING and block.text != article.title]
    depth = next((level for level in range(1, 7) if sum(found <= level for found in levels) >= _MIN_SECTIONS), 0)
    found, current = [], 0
    for block in article.blocks:
        current += block.role is Role.HEADING and block.level <= depth and block.text != article.title
        found.append(current)
    return found
