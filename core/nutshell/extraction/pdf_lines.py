"""From text runs to lines: pieces of text on one baseline, without the gaps that separate columns and cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from .pdf_runs import RIGHT_TO_LEFT, TURNED, Font, PdfPage, Run

_SAME_BASELINE = 0.3  # of the size
_WORD_GAP = 0.14  # of the size; a wider gap between two runs is a space
_CELL_GAP = 1.4  # of the size; a wider gap ends the line
_INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\x00\u200b\u200e\u200f\ufeff\ufffd"))
# Signs of a font's own, such as the pieces of a large bracket. Three of them are known bullets.
_INVISIBLE |= dict.fromkeys(code for code in range(0xE000, 0xF900) if code not in {0xF0B7, 0xF0A7, 0xF0D8})
_INVISIBLE |= dict.fromkeys(range(1, 32), " ")  # fonts without a table of characters have some of these for spaces
_INVISIBLE |= dict.fromkeys(range(0x80, 0xA0)) | {0x88: "•", 0x95: "•"}  # two encodings have bullets there
# An accent that stands before its letter, as old TeX fonts have it.
_ACCENTS = {
    "\u00a8": "\u0308",
    "\u00b4": "\u0301",
    "\u0060": "\u0300",
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u00b8": "\u0327",
}
_ACCENTED = re.compile(r"([\u00a8\u00b4\u0060\u02c6\u02dc\u00b8]) ?(?=[^\W\d_])([^\W\d_])")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line in one font, from `x0` to `x1`."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    font: Font


@dataclass(frozen=True, eq=False)
class Line:
    """Spans in reading order, on one baseline `y` of page `page`."""

    spans: tuple[Span, ...]
    page: int
    rtl: bool = False

    @cached_property
    def text(self) -> str:
        return "".join(span.text for span in self.spans).strip()

    @cached_property
    def x0(self) -> float:
        return min(span.x0 for span in self.spans)

    @cached_property
    def x1(self) -> float:
        return max(span.x1 for span in self.spans)

    @cached_property
    def _main(self) -> Span:
        return max(self.spans, key=lambda span: len(span.text.strip()) * span.size)

    @cached_property
    def size(self) -> float:
        sizes = Counter[float]()
        for span in self.spans:
            sizes[round(span.size, 1)] += len(span.text.strip())
        return max(sizes, key=lambda size: (sizes[size], size))

    @cached_property
    def y(self) -> float:
        return self._main.y

    @cached_property
    def font(self) -> Font:
        return self._main.font

    @cached_property
    def bold(self) -> bool:
        return self._share("bold") > 0.7

    @cached_property
    def italic(self) -> bool:
        return self._share("italic") > 0.7

    @cached_property
    def mono(self) -> bool:
        return self._share("mono") > 0.8

    @property
    def em(self) -> float:
        """Width in units of the size."""
        return (self.x1 - self.x0) / max(1.0, self.size)

    def _share(self, style: str) -> float:
        letters = sum(len(span.text.strip()) for span in self.spans)
        return sum(len(span.text.strip()) for span in self.spans if getattr(span.font, style)) / max(1, letters)


def page_lines(page: PdfPage) -> list[Line]:
    """Returns the lines of a page from top to bottom. Text that is turned is left out."""
    runs = [run for run in page.runs if run.direction != TURNED and run.size > 0 and _on_page(run, page)]
    drafts: list[_Draft] = []
    current: _Draft | None = None
    seen: set[tuple[str, int, int]] = set()
    for run in runs:
        text = run.text.translate(_INVISIBLE)
        if text.strip():
            key = (text, round(run.x * 0.7), round(run.y * 0.7))
            if key in seen:  # drawn twice, to look bold
                continue
            seen.add(key)
        if current is None or not current.accepts(run):
            if not text.strip():
                continue
            current = _Draft(run)
            drafts.append(current)
        current.add(run, text)
    merged = _merge(draft for draft in drafts if draft.spans)
    lines = [Line(tuple(draft.spans), page.number, draft.rtl) for draft in merged]
    return sorted((line for line in lines if line.text), key=lambda line: (line.y, line.x0))


def _on_page(run: Run, page: PdfPage) -> bool:
    return -5 <= run.y <= page.height + 5 and -5 - run.width <= run.x <= page.width + 5


class _Draft:
    def __init__(self, run: Run) -> None:
        self.spans: list[Span] = []
        self.x0, self.x1, self.y, self.size = run.x, run.x, run.y, run.size
        self.rtl = run.direction == RIGHT_TO_LEFT
        self.space = False

    def accepts(self, run: Run) -> bool:
        return self._level(run.y, run.size) and self._near(run.x, run.x + run.width, max(self.size, run.size))

    def _level(self, y: float, size: float) -> bool:
        larger = max(size, self.size)
        if abs(y - self.y) <= _SAME_BASELINE * min(size, self.size):
            return True
        # Raised and lowered signs: smaller, and inside the line.
        if min(size, self.size) > 0.86 * larger:
            return False
        up = (self.y - y) if size < self.size else (y - self.y)
        return -0.35 * larger < up < 0.65 * larger

    def _near(self, x0: float, x1: float, size: float) -> bool:
        if self.rtl:
            return -0.6 * size < self.x0 - x1 < _CELL_GAP * size or -0.6 * size < x0 - self.x1 < _CELL_GAP * size
        return -0.6 * size < x0 - self.x1 < _CELL_GAP * size

    def add(self, run: Run, text: str) -> None:
        end = run.x + run.width
        if not text.strip():
            if run.width < _CELL_GAP * self.size:
                self.space = True
                self.x0, self.x1 = min(self.x0, run.x), max(self.x1, end)
            return
        if self.spans:
            gap = self.x0 - end if self.rtl and run.x < self.x0 else run.x - self.x1
            before, size = self.spans[-1], max(1.0, min(self.size, run.size))
            if (self.space or gap > _WORD_GAP * size) and not before.text[-1:].isspace() and not text[0].isspace():
                text = f" {text}"
            if before.text[-1:] in _ACCENTS and text[0].isalpha():
                self.spans[-1] = replace(before, text=before.text[:-1])
                text = before.text[-1] + text
        elif run.size > 0:
            text = text.lstrip()
        self.space = False
        self.spans.append(Span(_compose(text), run.x, end, run.y, run.size, run.font))
        if run.size > self.size * 1.15:  # a raised sign came first
            self.size, self.y = run.size, run.y
        self.x0, self.x1 = min(self.x0, run.x), max(self.x1, end)


def _merge(drafts: Iterable[_Draft]) -> list[_Draft]:
    """Joins pieces of one line that were not drawn one after the other."""
    merged: list[_Draft] = []
    for draft in sorted(drafts, key=lambda draft: (round(draft.y), draft.x0)):
        for other in reversed(merged[-6:]):
            gap = draft.x0 - other.x1
            level = abs(draft.y - other.y) < _SAME_BASELINE * min(draft.size, other.size)
            if level and -0.3 * draft.size < gap < 0.6 * min(draft.size, other.size) and draft.rtl == other.rtl:
                first, second = (draft, other) if draft.rtl else (other, draft)
                spans = list(first.spans)
                spaced = gap > _WORD_GAP * draft.size and not first.spans[-1].text[-1:].isspace()
                head = second.spans[0]
                if spaced and not head.text[0].isspace():
                    head = Span(f" {head.text}", head.x0, head.x1, head.y, head.size, head.font)
                other.spans = [*spans, head, *second.spans[1:]]
                other.x0, other.x1 = min(other.x0, draft.x0), max(other.x1, draft.x1)
                break
        else:
            merged.append(draft)
    return merged


def _compose(text: str) -> str:
    """Ligatures and letters that were split into base and accent become ordinary letters."""
    if text.isascii():
        return text
    if any("\ufb00" <= char <= "\ufb06" for char in text):
        text = "".join(unicodedata.normalize("NFKC", char) if "\ufb00" <= char <= "\ufb06" else char for char in text)
    if _ACCENTED.search(text):
        text = _ACCENTED.sub(lambda match: match[2].replace("\u0131", "i") + _ACCENTS[match[1]], text)
    return unicodedata.normalize("NFC", text)


def body_style(lines: Sequence[Line]) -> tuple[float, Font | None]:
    """Returns the size and the font that most of the text has."""
    sizes, fonts = Counter[float](), Counter[Font]()
    for line in lines:
        weight = len(line.text) if line.em > 12 else len(line.text) // 3  # prose, not labels
        sizes[round(line.size * 2) / 2] += weight
    if not sizes:
        return 10.0, None
    size = max(sizes, key=lambda value: sizes[value])
    for line in lines:
        if abs(line.size - size) < 0.6:
            fonts[line.font] += len(line.text)
    return size, max(fonts, key=lambda font: fonts[font]) if fonts else None
