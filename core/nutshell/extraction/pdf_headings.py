"""Which blocks of a document are its title and its headings, and their levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .pdf_blocks import Draft, Kind
from .pdf_runs import Font, PdfText

_NUMBERED = re.compile(
    r"^(?:(?:chapter|part|section|appendix|annex|article|kapitel|teil|anhang|chapitre|partie|cap[ií]tulo|secci[oó]n|parte"
    r"|глава|раздел)\s+)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,4}[.):]?|[IVX]{2,5}[.):]?|[A-HIVX][.):])\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:abstract|summary|introduction|conclusions?|discussion|references|bibliography|acknowledge?ments?|appendix"
    r"|contents|table of contents|foreword|preface|zusammenfassung|einleitung|inhaltsverzeichnis"
    r"|literatur(?:verzeichnis)?"
    r"|r[ée]sum[ée]|resumen|introducci[oó]n|conclusiones|referencias)\W*$",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"^(?:abstract|summary|zusammenfassung|kurzfassung|r[ée]sum[ée]|resumen|resumo|riassunto|аннотация|摘要|要旨|초록)\W*$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:chapter|part|section|appendix|kapitel|teil|anhang|chapitre|partie|cap[ií]tulo|parte|глава|часть)"
    r"\s+(?:\d+|[IVXLC]+|[A-Z])\W*$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[•‣▪●◦■□➢➤✓*–—·\uf0b7\uf0a7\uf0d8-]\s")
_MAX_CHARS = 180
_MAX_ROWS = 4
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft \w+ - .*|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|rtf|odt|pptx?|ps|p65|fm|html?|cdr)"
    r"|document\d*|title|\W*|\d[\d\W]*"
    r"|[\w-]*[\d_][\w-]*)$",
    re.IGNORECASE,
)
_Style = tuple[float, bool, bool, bool]


def mark_headings(blocks: Sequence[Draft], document: PdfText, body: float, body_font: Font | None) -> str:
    """Sets `heading` (a level from 1) of each block that is one. Returns the title that the document shows, or ""."""
    outline = {_normal(title): level for level, title in document.outline if title}
    body_bold = body_font is not None and body_font.bold
    found: list[Draft] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if _can_be_heading(block) and (
            _normal(block.text) in outline or _looks_like_heading(block, following, body, body_bold)
        ):
            found.append(block)
    found = _without_runs(found, blocks)
    title = _find_title(found, blocks, document, body)
    if title is not None:
        found = _without_authors(found, title)
    _set_levels([block for block in found if block is not title], outline)
    if title is not None:
        title.heading = 1
        return title.text
    return ""


def _can_be_heading(block: Draft) -> bool:
    if block.kind not in {Kind.TEXT, Kind.ITEM} or len(block.rows) > _MAX_ROWS:
        return False
    text = block.text
    if _BULLET.match(text):
        return False
    letters = sum(char.isalpha() for char in text)
    return letters >= 3 and letters > 0.35 * len(text.replace(" ", "")) and len(text) <= _MAX_CHARS


def _looks_like_heading(block: Draft, following: Draft | None, body: float, body_bold: bool) -> bool:
    text = block.text
    numbered = bool(_NUMBERED.match(text))
    if _is_excluded(block, following, body, numbered):
        return False
    sentence = bool(re.search(r"[.,;]$", text)) and not (numbered and len(text) < 60)
    if block.size > 1.09 * body + 0.3:
        return not (sentence and len(text) > 70)
    if block.size < 0.86 * body or sentence or (text.endswith(":") and not block.bold):
        return False
    narrow = max(row.x1 - row.x0 for row in block.rows) < 0.95 * (block.right - block.left) or len(block.rows) > 1
    if block.bold and not body_bold:
        return block.gap_above > 1.02 or block.region_start or narrow
    apart = block.gap_above >= 1.15 or block.region_start or block.italic
    return narrow and apart and _stands_out(block, following)


def _is_excluded(block: Draft, following: Draft | None, body: float, numbered: bool) -> bool:
    """Whether it is an item of a list, the head of a table, a list of names, or the end of a sentence."""
    if block.kind is Kind.ITEM and not (numbered and (block.bold or block.size > 1.05 * body)):
        return True
    if block.size > 1.25 * body:
        return False
    listing = block.text.count(",") + block.text.count(";") >= 3
    return block.text[0].islower() or (not numbered and (listing or _heads_table(following)))


def _stands_out(block: Draft, following: Draft | None) -> bool:
    """Whether a short line in the size and weight of the text is a heading."""
    text = block.text
    if (_is_capitals(text) and len(text) > 4) or _NAMED.match(text):
        return True
    if following is None or following.kind is not Kind.TEXT or not (text[0].isupper() or text[0].isdigit()):
        return False
    number = _NUMBERED.match(text)
    if number and "." in number["number"].strip(".") and block.gap_above > 1.2:
        return len(text) < 90
    if block.italic and not following.italic:
        return len(block.rows) <= 2 and len(text) < 80
    # Fonts without telling names: a short line, in fonts that the text below does not have.
    longer = block.gap_above > 1.45 and len(following.text) > 80
    return longer and len(text) < 80 and not _fonts(block) & _fonts(following)


def _fonts(block: Draft) -> set[str]:
    return {span.font.name for row in block.rows for line in row.lines for span in line.spans}


def _heads_table(following: Draft | None) -> bool:
    return following is not None and following.kind is Kind.TABLE and following.gap_above < 2


def _is_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    upper, lower = sum(char.isupper() for char in letters), sum(char.islower() for char in letters)
    return upper >= 4 and lower <= 0.1 * upper


def _without_runs(found: Sequence[Draft], blocks: Sequence[Draft]) -> list[Draft]:
    """Leaves out headings with nothing between them: names below a title, labels of a figure, a form.

    Of such a run the first stays, numbered and well-known headings stay, and the last, if text follows.
    """
    headings = {id(block) for block in found}
    kept: list[Draft] = []
    run: list[Draft] = []

    def close(text_follows: bool) -> None:
        for index, block in enumerate(run):
            last = index == len(run) - 1 and text_follows and block.size < 1.02 * run[0].size
            pair = len(run) == 2 and _style(run[0]) != _style(run[1])
            known = _NUMBERED.match(block.text) or _NAMED.match(block.text)
            if (index == 0 and (len(run) < 5 or run[0].page == 1)) or last or pair or known or block.size > run[0].size:
                kept.append(block)
        run.clear()

    for block in blocks:
        if id(block) in headings:
            run.append(block)
        elif run and block.kind is not Kind.TABLE and len(block.text) > 60:
            close(block.kind in {Kind.TEXT, Kind.ITEM})
    close(False)
    return kept


def _without_authors(found: Sequence[Draft], title: Draft) -> list[Draft]:
    """Leaves out what stands between the title of a paper and its abstract: names and addresses."""
    place = next(index for index, block in enumerate(found) if block is title)
    for index, block in enumerate(found[place + 1 :], place + 1):
        if block.page > title.page + 1 or _NUMBERED.match(block.text):
            break
        if _ABSTRACT.match(block.text):
            return [*found[: place + 1], *found[index:]]
    return list(found)


def _find_title(found: Sequence[Draft], blocks: Sequence[Draft], document: PdfText, body: float) -> Draft | None:
    """Returns the heading on the first pages that is the document's title."""
    if not found or not document.pages:
        return None
    declared = _normal(document.title)
    early = [block for block in found if block.page <= document.pages[0].number + 1]
    for block in early:
        if declared and len(declared) > 5 and _normal(block.text) == declared:
            return block
    early = [block for block in early if not _NUMBERED.match(block.text) and not _NAMED.match(block.text)]
    first = [block for block in early if block.page == document.pages[0].number] or early[:3]
    if not first:
        return None
    largest = max(block.size for block in first)
    candidates = [block for block in first if block.size > 0.95 * largest]
    if largest < 1.15 * body:
        # Nothing stands out by its size: only the very first block can be the title.
        return (
            candidates[0]
            if candidates and candidates[0] in blocks[:3] and not _NAMED.match(candidates[0].text)
            else None
        )
    return max(candidates[:3], key=lambda block: (len(block.text) > 8, block is candidates[0]))


def is_label(text: str) -> bool:
    """Whether a heading is only the first part of one, such as "Chapter 3"."""
    return bool(_LABEL.match(text))


def best_title(shown: str, document: PdfText) -> str:
    """Returns the title that the document shows, or the one in its metadata if that looks like one."""
    declared = document.title
    if declared and not _NO_TITLE.match(declared) and (not shown or _normal(shown) in _normal(declared)):
        return declared
    return shown


def _set_levels(found: Sequence[Draft], outline: dict[str, int]) -> None:
    """Levels follow the outline, else the section number, else the style: larger is higher."""
    sizes = Counter[_Style]()
    for block in found:
        sizes[_style(block)] += 1
    ranks = {style: rank for rank, style in enumerate(sorted(sizes, reverse=True))}
    known: dict[_Style, Counter[int]] = {}
    for block in found:
        level = outline.get(_normal(block.text)) or _depth(block.text)
        if level:
            known.setdefault(_style(block), Counter())[level] += 1
    levels: list[int] = []
    for block in found:
        style = _style(block)
        level = outline.get(_normal(block.text)) or _depth(block.text)
        if not level and style in known:
            level = known[style].most_common(1)[0][0]
        if not level:
            # Between the nearest larger and smaller styles with a known level.
            above = [known[other].most_common(1)[0][0] for other in known if ranks[other] < ranks[style]]
            level = max(above) + 1 if above else (ranks[style] + 1 if not known else 1)
        levels.append(level)
    dense = {level: place for place, level in enumerate(sorted(set(levels)), 2)}
    for block, level in zip(found, levels, strict=True):
        block.heading = min(6, dense[level])


def _style(block: Draft) -> _Style:
    return (round(block.size * 2) / 2, _is_capitals(block.text), block.bold, not block.italic)


def _depth(text: str) -> int:
    number = _NUMBERED.match(text)
    if not number or not number["number"][0].isdigit():
        return 0
    return number["number"].strip(".):").count(".") + 1


def _normal(text: str) -> str:
    text = re.sub(r"^[\W\d]+(?=\w)", "", text.casefold()) or text.casefold()
    return "".join(char for char in text if char.isalnum())
