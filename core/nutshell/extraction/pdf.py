"""From the text of a PDF to an article: blocks in reading order, each with its places on the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nutshell.article import Article, Block, Role

from .pdf_blocks import Draft, Kind, drafts
from .pdf_columns import regions
from .pdf_furniture import without_furniture
from .pdf_headings import best_title, is_label, mark_headings
from .pdf_lines import Line, body_style, page_lines
from .pdf_rows import rows
from .pdf_runs import PdfText
from .pdf_text import Place, Vocabulary, place_text

_END = re.compile(r"[.!?:;。！？…]['\"”’»)\]]*(?:\d{1,3})?$")
_KEYWORDS = re.compile(
    r"(?:key ?words(?: and phrases)?|index terms|general terms|categories and subject descriptors|schlagw[oö]rter"
    r"|schlüsselw[oö]rter"
    r"|mots[- ]cl[ée]s|palabras clave|palavras[- ]chave|parole chiave|ключевые слова|关键词|キーワード|PACS no)\b\W*",
    re.IGNORECASE,
)
_MIN_CHARS = 8
_LIST_MARKER = re.compile(r"^(?:[•‣▪●◦■□➢➤✓*·\uf0b7\uf0a7\uf0d8]|[-–—](?=\s))\s*")
_ROLES = {
    Kind.TEXT: Role.PARAGRAPH,
    Kind.ITEM: Role.ITEM,
    Kind.CAPTION: Role.CAPTION,
    Kind.NOTE: Role.CAPTION,
    Kind.TABLE: Role.ROW,
    Kind.CONTENTS: Role.ROW,
    Kind.CODE: Role.CODE,
}


class NoText(ValueError):
    """The PDF has pages but no text, such as a scan."""


@dataclass(frozen=True, slots=True)
class PdfArticle:
    """An article whose blocks have their index as anchor, and the places of each block."""

    article: Article
    places: tuple[tuple[Place, ...], ...]


class PdfReader:
    """Reads a document page by page, because a long one takes seconds."""

    def __init__(self, document: PdfText) -> None:
        self._document = document
        self._lines: dict[int, list[Line]] = {}

    def read_pages(self) -> Iterator[int]:
        """Yields the number of each page once it is read."""
        for page in self._document.pages:
            self._lines[page.number] = page_lines(page)
            yield page.number

    def finish(self, url: str = "", name: str = "") -> PdfArticle:
        """Returns the article. `name` is its title if the document has none. Raises NoText."""
        document, lines = self._document, self._lines
        if sum(len(line.text) for page in lines.values() for line in page) < _MIN_CHARS:
            raise NoText
        body, font = body_style([line for page in lines.values() for line in page])
        kept = without_furniture(document.pages, lines, body)
        rtl = _is_rtl(kept)
        typed = font is not None and font.mono
        found: list[Draft] = []
        for page in document.pages:
            for region in regions(kept[page.number], rtl=rtl):
                found.extend(drafts(rows(region, rtl=rtl), body, page.height, code=not typed))
        shown = mark_headings(found, document, body, font)
        blocks, places = _blocks(_in_order(found))
        article = Article(
            tuple(blocks),
            url=url,
            title=best_title(shown, document) or name,
            author=document.author if _is_name(document.author) else "",
            published=_date(document.date, lines.get(document.pages[0].number, [])),
            lang=document.lang,
        )
        return PdfArticle(article, tuple(places))


def read_pdf(document: PdfText, url: str = "", name: str = "") -> PdfArticle:
    """Returns a document as an article. `name` is its title if the document has none. Raises NoText."""
    reader = PdfReader(document)
    for _ in reader.read_pages():
        pass
    return reader.finish(url, name)


def _in_order(found: Sequence[Draft]) -> list[Draft]:
    """Joins paragraphs that a column, a page, a figure or a note interrupts.

    Notes go to the end, tables of contents are left out.
    """
    ordered: list[Draft] = []
    notes: list[Draft] = []
    open_text: Draft | None = None
    interrupted = False  # by a figure or table, which have captions
    for draft in found:
        if draft.kind is Kind.CONTENTS:
            if ordered and ordered[-1].heading > 1:
                ordered.pop()  # "Contents"
            continue
        if draft.kind is Kind.NOTE:
            notes.append(draft)
            continue
        if draft.heading and ordered and ordered[-1].heading and is_label(ordered[-1].text):
            ordered[-1].rows.extend(draft.rows)
            ordered[-1].heading = draft.heading
            continue
        interrupted = interrupted or draft.kind is Kind.CAPTION
        if open_text is not None and _continues(open_text, draft, interrupted):
            open_text.rows.extend(draft.rows)
            open_text.right, open_text.left = draft.right, draft.left
            interrupted = False
            continue
        ordered.append(draft)
        if draft.heading or draft.kind in {Kind.TEXT, Kind.ITEM}:
            open_text = None if draft.heading else draft
            interrupted = False
    return [*ordered, *notes]


def _continues(before: Draft, draft: Draft, interrupted: bool) -> bool:
    """Whether a block at the top of a column or page, or below a figure there, goes on with the last paragraph."""
    if draft.heading or draft.kind is not Kind.TEXT or not (draft.region_start or interrupted):
        return False
    if abs(before.size - draft.size) > 0.6 or _END.search(before.text):
        return False
    text = draft.text
    last = before.rows[-1]
    full = last.x1 > before.right - 3 * last.size or before.text[-1:] in "-\u2010"
    if interrupted and not draft.region_start:
        return text[:1].islower()
    return text[:1].islower() or (full and len(before.text) > 60) or text[:1] in '(“"‘'


def _blocks(ordered: Sequence[Draft]) -> tuple[list[Block], list[tuple[Place, ...]]]:
    words = Vocabulary.of(row for draft in ordered for row in draft.rows)
    blocks: list[Block] = []
    places: list[tuple[Place, ...]] = []
    for draft in ordered:
        placed = place_text(draft.rows, words, " | " if draft.kind is Kind.TABLE else " ")
        role, level = _ROLES[draft.kind], draft.heading
        if role is Role.PARAGRAPH and (_is_label(draft) or _is_keywords(draft, blocks)):
            role = Role.ROW
        if draft.heading:
            role = Role.HEADING
        elif role is Role.ITEM:
            level = 1
            placed = placed.without_start(_LIST_MARKER)
        if placed.text:
            blocks.append(Block(role, placed.text, level, len(blocks), pages=placed.pages))
            places.append(placed.places)
    return blocks, places


def _is_keywords(draft: Draft, before: Sequence[Block]) -> bool:
    """Whether it is a list of keywords, with or without a heading of its own."""
    headed = bool(before) and before[-1].role is Role.HEADING and bool(_KEYWORDS.fullmatch(before[-1].text))
    return headed or bool(_KEYWORDS.match(draft.text))


def _is_label(draft: Draft) -> bool:
    """Whether it is no sentence: a label of a figure, a formula, an address."""
    text = draft.text
    if _END.search(text) and len(text) > 20:
        return False
    return (
        len(draft.rows) <= 2 and max(row.x1 - row.x0 for row in draft.rows) < 14 * draft.size and len(text.split()) < 8
    )


def _is_rtl(lines: dict[int, list[Line]]) -> bool:
    every = [line for page in lines.values() for line in page]
    return sum(line.rtl for line in every) > 0.5 * max(1, len(every))


def _is_name(author: str) -> bool:
    return (
        2 < len(author) < 200
        and any(char.isalpha() for char in author)
        and "@" not in author
        and "\\" not in author
        and (" " in author or not author.isascii())
    )


def _date(value: str, first_page: Sequence[Line]) -> str:
    """Returns the day on which a file was made ("D:20240131…"), if the first page names its year; else "".

    Files of old documents are often made much later.
    """
    match = re.match(r"D?:?(\d{4})(\d{2})(\d{2})", value)
    if not match or not match[2] <= "12" or not any(match[1] in line.text for line in first_page):
        return ""
    return f"{match[1]}-{match[2]}-{match[3]}"
