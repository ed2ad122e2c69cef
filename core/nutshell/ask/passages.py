"""The passages of a page that can answer a question: sentences, captions, rows of tables, labelled values, page data.

A row is searched together with its column headers, and a short value together with the label before it: "£9" answers
nothing, "Child under 12: Return £9" does. A passage quotes one stretch of a block, or one fact of the page's data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from nutshell.article import Article, Block, Role, Sentence
from nutshell.text.sentences import split, split_text

from .facts import page_facts
from .tables import Cell, table_rows

_MAX_LABEL_WORDS = 10
_MAX_VALUE_WORDS = 14
_MAX_LABEL_CHARS = 90
_MIN_STATEMENT_WORDS = 5
_ENDED = re.compile(r"[.!?;,:…。！？][\"'”’)\]]*$")
_INTRODUCES = re.compile(r"[:：]$")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Passage:
    """`text` is searched, `quote` is shown: `article.blocks[block].text[start:end]`, unless `block` is -1 (page data).

    `sentence` is its index among the article's sentences, -1 if it is none. `label` stands before a short value, names
    a row, or names a fact. `heading` is the heading that it is under. `cells` are those of a row, without its name.
    """

    text: str
    quote: str
    block: int
    start: int = 0
    end: int = 0
    sentence: int = -1
    label: str = ""
    heading: str = ""
    cells: tuple[Cell, ...] = ()


def passages_of(article: Article) -> list[Passage]:
    """Returns the passages in the page's order; those of the page's data are last."""
    sentences: dict[int, list[tuple[int, Sentence]]] = {}
    for number, sentence in enumerate(split(article)):
        sentences.setdefault(sentence.block, []).append((number, sentence))
    rows = {row.block: row for row in table_rows(article.blocks)}
    labels = _labels(article.blocks)
    of_others = {number - 1 for number in labels}
    headings = _headings(article.blocks)
    found: list[Passage] = []
    for number, block in enumerate(article.blocks):
        heading = headings[number]
        if block.role is Role.ROW:
            if row := rows.get(number):
                end = len(block.text)
                found.append(Passage(row.text, block.text, number, 0, end, -1, row.label, heading, row.cells))
        elif number in of_others:
            pass  # searched with its value
        elif label := labels.get(number):
            index = sentences[number][0][0] if number in sentences else -1
            text = f"{label}: {block.text}"
            found.append(Passage(text, block.text, number, 0, len(block.text), index, label, heading))
        elif number in sentences:
            found += [
                Passage(sentence.text, sentence.text, number, sentence.start, sentence.end, index, "", heading)
                for index, sentence in sentences[number]
            ]
        elif block.role is Role.CAPTION or (block.role is Role.HEADING and _is_statement(block.text)):
            found += [
                Passage(block.text[start:end], block.text[start:end], number, start, end, -1, "", heading)
                for start, end in split_text(block.text, article.lang)
            ]
    shown = {" ".join(passage.text.lower().split()) for passage in found}
    for fact in page_facts(article):
        if fact.value.lower() not in shown:
            found.append(Passage(fact.text, fact.value, -1, 0, 0, -1, fact.label))
    return found


def _labels(blocks: tuple[Block, ...]) -> dict[int, str]:
    """Returns the label of each block that is a short value after a short label, by the number of the value.

    Figures are paired with the words before them first: among "Tactile", "Operating Force", "38.53 gf", the force is a
    label and not the value of "Tactile".
    """
    found: dict[int, str] = {}
    taken: set[int] = set()
    for pairs in (_figure_of, _words_of):
        for number, (before, block) in enumerate(pairwise(blocks), 1):
            label = _INTRODUCES.sub("", before.text).strip()
            if number - 1 in taken or number in taken or not _is_label(label) or not _is_value(block.text):
                continue
            if {before.role, block.role}.isdisjoint({Role.ROW, Role.CODE, Role.QUOTE}) and pairs(before, block):
                found[number] = label
                taken |= {number - 1, number}
    return found


def _figure_of(before: Block, block: Block) -> bool:
    """Whether a figure is what the words before it name. In a list, words and figures must alternate."""
    if not _has_figure(block.text) or _starts_with_figure(before.text) or block.role is Role.HEADING:
        return False
    if Role.ITEM in {before.role, block.role}:
        return before.role is block.role and _starts_with_figure(block.text) and not _has_figure(before.text)
    return not _are_alike(before.text, block.text)


def _words_of(before: Block, block: Block) -> bool:
    """Whether words are what the words before them name: of a deeper heading, or of two short paragraphs."""
    if block.role is Role.HEADING:
        return before.role is Role.HEADING and before.level < block.level and before.text != block.text
    paragraphs = before.role is Role.PARAGRAPH and block.role is Role.PARAGRAPH
    return paragraphs and not _has_figure(before.text + block.text) and not _are_alike(before.text, block.text)


def _are_alike(one: str, other: str) -> bool:
    """Whether two lines begin with the same word, as those of a list do."""
    return one.split(maxsplit=1)[0].lower() == other.split(maxsplit=1)[0].lower()


def _is_statement(heading: str) -> bool:
    return len(heading.split()) >= _MIN_STATEMENT_WORDS and not heading.rstrip().endswith("?")


def _may_label(before: Block, block: Block) -> bool:
    """Whether a block can be the label of the next: a list is no value, nor is what stands above a deeper heading."""
    if block.role is Role.HEADING:
        return before.role is Role.HEADING and before.level < block.level
    if block.role is Role.ITEM:
        # Items are alike: only those that alternate between words and figures are labels and values.
        return before.role is Role.ITEM and _has_figure(block.text) and not _has_figure(before.text)
    if before.role is Role.HEADING or block.role is Role.CAPTION:
        return _has_figure(block.text)
    return not (_starts_with_figure(before.text) and not _starts_with_figure(block.text))


def _is_label(text: str) -> bool:
    return (
        len(text) <= _MAX_LABEL_CHARS
        and len(text.split()) <= _MAX_LABEL_WORDS
        and _LETTER.search(text) is not None
        and not _ENDED.search(text)
    )


def _is_value(text: str) -> bool:
    return len(text.split()) <= _MAX_VALUE_WORDS and (not _ENDED.search(text) or len(text.split()) <= 3)


def _has_figure(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _starts_with_figure(text: str) -> bool:
    return bool(re.match(r"\W{0,3}\d", text))


def _headings(blocks: tuple[Block, ...]) -> list[str]:
    """Returns the heading above each block."""
    found, heading = [], ""
    for block in blocks:
        found.append(heading)
        if block.role is Role.HEADING and _LETTER.search(block.text):
            heading = block.text
    return found
