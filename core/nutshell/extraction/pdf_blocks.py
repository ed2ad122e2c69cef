"""From the rows of a region to blocks: paragraphs, headings, items, captions, notes, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from .pdf_rows import Row

_CAPTION = re.compile(
    r"^(?:(?:fig(?:ure|ura|\.)?|table|tab\.|tabelle|abb(?:ildung|\.)|tabla|tableau|cuadro|gr[aá]fico|quadro|tabela|chart|listing"
    r"|algorithm|box|рис(?:унок|\.)|табл(?:ица|\.)|obr(?:\.|ázek)|rys\.)\s*(?:\d|[IVX]+\b|[A-Z]\.?\d)|[図表图圖]\s*\d|(?:그림|표)\s*\d)",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?:;。！？…]['\"”’)\]]*$")
_ENTRY = re.compile(r"[^\W\d_].*\s(?:\d{1,4}|[ivxl]{1,6})$")
_MIN_CONTENTS = 3


class Kind(Enum):
    TEXT = auto()
    ITEM = auto()
    CAPTION = auto()
    NOTE = auto()
    TABLE = auto()
    CONTENTS = auto()
    CODE = auto()


@dataclass
class Draft:
    """Rows that belong together. `right` and `left` are the edges of their region."""

    kind: Kind
    rows: list[Row]
    left: float
    right: float
    gap_above: float = 99.0
    region_start: bool = False
    heading: int = 0

    @property
    def text(self) -> str:
        return " ".join(row.text for row in self.rows)

    @property
    def page(self) -> int:
        return self.rows[0].page

    @property
    def size(self) -> float:
        return max(self.rows, key=lambda row: len(row.text)).size

    @property
    def bold(self) -> bool:
        return all(row.bold for row in self.rows)

    @property
    def italic(self) -> bool:
        return all(row.italic for row in self.rows)


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the rows of a region have in common: the edges of its running text, the distance of its lines, and whether
    first lines stand out to the left."""

    left: float
    right: float
    leading: float
    hanging: bool

    @classmethod
    def of(cls, region: Sequence[Row]) -> _Layout:
        left, right = _edges(region)
        return cls(left, right, _leading(region), _is_hanging(region, left))


def drafts(region: Sequence[Row], body: float, page_height: float, *, code: bool = True) -> list[Draft]:
    """Returns the blocks of one region. `body` is the size of the document's running text.

    Without `code`, text in a fixed pitch is ordinary text, as in a typed document.
    """
    if not region:
        return []
    layout = _Layout.of(region)
    found: list[Draft] = []
    previous: Row | None = None
    for row in region:
        kind = _kind(row, body if code else 0.0)
        if previous is not None and not _starts_block(previous, row, kind, found[-1], layout):
            found[-1].rows.append(row)
        else:
            gap = (row.y - previous.y) / max(layout.leading, 1.0) if previous is not None else 99.0
            found.append(Draft(kind, [row], layout.left, layout.right, gap, previous is None))
        previous = row
    for draft in found:
        if draft.kind in {Kind.TEXT, Kind.ITEM} and _CAPTION.match(draft.text):
            draft.kind = Kind.CAPTION
    _mark_notes(found, body, page_height)
    return _mark_contents(found)


def _kind(row: Row, body: float) -> Kind:
    if row.is_contents:
        return Kind.CONTENTS
    if row.cells > 1:
        return Kind.TABLE
    if row.mono and row.size < 1.15 * body and not _CAPTION.match(row.text):
        return Kind.CODE
    return Kind.ITEM if row.is_item else Kind.TEXT


def _starts_block(previous: Row, row: Row, kind: Kind, block: Draft, layout: _Layout) -> bool:
    by_kind = _starts_by_kind(previous, row, kind, block, layout)
    if by_kind is None and _stands_apart(previous, row, block, layout):
        by_kind = True
    if by_kind is not None:
        return by_kind
    size = row.size
    if block.kind is Kind.ITEM:
        text_left = block.rows[0].lines[-1].x0
        ended = previous.x1 < layout.right - 4 * size and bool(_END.search(previous.text))
        return ended and row.x0 < text_left - 0.8 * size
    if layout.hanging:
        outside = row.x0 < layout.left + 0.5 * size and previous.x1 < layout.right + size
        return outside and (previous.x1 < layout.right - 1.5 * size or bool(_END.search(previous.text)))
    if _is_centred(previous, row):
        return False
    indented = 0.7 * size < row.x0 - layout.left < 6 * size and row.x0 - previous.x0 > 0.5 * size
    short = previous.x1 < layout.right - 0.2 * (layout.right - layout.left)
    return indented or (short and bool(_END.search(previous.text)))


def _starts_by_kind(previous: Row, row: Row, kind: Kind, block: Draft, layout: _Layout) -> bool | None:
    """Returns whether a row starts a block because of what it is; None if that does not decide."""
    gap = row.y - previous.y
    if kind is Kind.TABLE and block.kind is Kind.TEXT and _is_justified(row, gap, layout):
        return False
    if {kind, block.kind} & {Kind.TABLE, Kind.CONTENTS}:
        return True
    if Kind.CODE in {kind, block.kind}:
        return kind is not block.kind or gap > 2.2 * layout.leading
    if kind is Kind.ITEM and abs(row.size - previous.size) <= 0.09 * previous.size:
        return not _continues_sentence(previous, row, layout.right)
    return None


def _stands_apart(previous: Row, row: Row, block: Draft, layout: _Layout) -> bool:
    """Whether a row differs from the one above: another size, weight or font, or a wider gap."""
    gap, leading = row.y - previous.y, layout.leading
    if abs(row.size - previous.size) > max(0.9, 0.09 * previous.size):
        return True
    if gap > max(1.32 * leading, 1.32 * row.size) and gap > leading + 2.0:
        return True
    shorter = len(block.rows) > 1 or previous.x1 < layout.right - 2 * row.size or row.bold
    return (row.bold != previous.bold and shorter) or _changes_font(previous, row, layout.right)


def _changes_font(previous: Row, row: Row, right: float) -> bool:
    """Whether a short line in one font, such as a heading in italics, ends before a line in another font."""
    short = previous.x1 < right - 3 * previous.size and not _END.search(previous.text)
    fonts = {span.font.name for line in previous.lines for span in line.spans}
    others = {span.font.name for line in row.lines for span in line.spans}
    return short and len(fonts) == 1 and not fonts & others and row.main.em > 12


def _continues_sentence(previous: Row, row: Row, right: float) -> bool:
    """Whether a row that starts like an item ("1990. In", "a)") only continues a sentence."""
    if previous.is_item or not re.match(r"\(?(\d{1,2}|[a-z])[.)]\s", row.text):
        return False
    full = previous.x1 > right - 1.5 * row.size
    return full and not _END.search(previous.text) and abs(row.x0 - previous.x0) < 0.5 * row.size


def _is_justified(row: Row, gap: float, layout: _Layout) -> bool:
    """Whether the gap in a row is only that of a line stretched to the margins."""
    if len(row.lines) != 2 or row.lines[1].x0 - row.lines[0].x1 > 2.6 * row.size:
        return False
    edges = max(abs(row.x1 - layout.right), abs(row.x0 - layout.left))
    return edges < row.size and gap < 1.3 * layout.leading


def _is_centred(previous: Row, row: Row) -> bool:
    return abs((previous.x0 + previous.x1) - (row.x0 + row.x1)) < 0.8 * row.size


def _leading(region: Sequence[Row]) -> float:
    """Returns the distance between the lines of a region's paragraphs."""
    gaps = Counter(
        round((after.y - before.y) * 2) / 2
        for before, after in pairwise(region)
        if after.page == before.page
        and abs(after.size - before.size) < 0.6
        and 0.8 * before.size < after.y - before.y < 2.6 * before.size
    )
    if not gaps:
        return 1.2 * region[0].size
    most = max(gaps.values())
    return min(gap for gap, count in gaps.items() if count >= 0.5 * most)


def _edges(region: Sequence[Row]) -> tuple[float, float]:
    """Returns the left and right edge that most rows of running text share."""
    rows = [row for row in region if row.cells == 1] or list(region)
    lefts = Counter(round(row.x0 / 2) for row in rows)
    rights = Counter(round(row.x1 / 2) for row in rows)
    most = max(lefts.values())
    left = min(x for x, count in lefts.items() if count >= 0.3 * most) * 2
    top = max(rights.values())
    right = max(x for x, count in rights.items() if count >= max(1, 0.4 * top)) * 2
    return float(left), float(right)


def _is_hanging(region: Sequence[Row], left: float) -> bool:
    """Whether first lines stand out to the left, as in lists of references."""
    rows = [row for row in region if row.cells == 1]
    if len(rows) < 6:
        return False
    inside = sum(0.6 * row.size < row.x0 - left < 4 * row.size for row in rows)
    outside = sum(row.x0 - left <= 0.6 * row.size for row in rows)
    after = sum(
        0.6 * row.size < row.x0 - left < 4 * row.size and previous.x0 - left <= 0.6 * row.size
        for previous, row in pairwise(rows)
    )
    ended = sum(
        bool(_END.search(previous.text)) and row.x0 - left <= 0.6 * row.size for previous, row in pairwise(rows)
    )
    return inside > 0.45 * len(rows) and outside >= 2 and after >= 0.7 * outside and ended >= 0.4 * outside


def _mark_notes(found: Sequence[Draft], body: float, page_height: float) -> None:
    """Marks the small print at the foot of a column as notes."""
    for draft in reversed(found):
        small = draft.size < 0.93 * body and draft.size > 4
        low = draft.rows[0].y > 0.35 * page_height
        if not (small and low) or draft.kind in {Kind.CAPTION, Kind.TABLE}:
            return
        if draft.kind is not Kind.CODE:
            draft.kind = Kind.NOTE


def _mark_contents(found: Iterable[Draft]) -> list[Draft]:
    """Marks the first lines of long entries too. Unmarks single rows that look like entries, such as a dotted line."""
    drafts_ = list(found)
    marked = [index for index, draft in enumerate(drafts_) if draft.kind is Kind.CONTENTS]
    for before, after in pairwise(marked):
        if after - before <= 4 and all(len(draft.rows) <= 3 for draft in drafts_[before + 1 : after]):
            for draft in drafts_[before + 1 : after]:
                draft.kind = Kind.CONTENTS
    for index in marked:
        for near in (index - 1, index + 1):
            if 0 <= near < len(drafts_) and drafts_[near].kind is Kind.TABLE and _ENTRY.search(drafts_[near].text):
                drafts_[near].kind = Kind.CONTENTS
    if sum(draft.kind is Kind.CONTENTS for draft in drafts_) < _MIN_CONTENTS:
        for draft in drafts_:
            if draft.kind is Kind.CONTENTS:
                draft.kind = Kind.TABLE
    return drafts_
