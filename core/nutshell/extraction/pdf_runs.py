"""The wire form of a PDF's text, as extension/pdf/text.js reads it with pdf.js.

Positions are in points from the top left corner of the page; `y` is the baseline.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_BOLD = re.compile(
    r"bold|black|heavy|semibd|demi|[-,_]?medi(?:um)?\b|cmb(?:x|ss)|sfbx|(?:bx|bd)\d|lmroman\d+-b|-b$|\.b\b|f_?b\d",
    re.IGNORECASE,
)
_ITALIC = re.compile(r"ital|obli|cmti|cmsl|sfti|-it$|slant", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|cmtt|sftt|typewriter|menlo|lmmono|inconsolata|code", re.IGNORECASE)
_PICTURES = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_SUBSET = re.compile(r"^[A-Z]{6}\+")

LEFT_TO_RIGHT, RIGHT_TO_LEFT, TURNED = 0, 1, 2


class MalformedPdf(ValueError):
    """The wire form is not valid; the message names the field."""


@dataclass(frozen=True, slots=True)
class Font:
    """`name` is the font's own name, without the mark of a subset."""

    name: str
    bold: bool
    italic: bool
    mono: bool

    @classmethod
    def named(cls, full: str) -> Font:
        name = _SUBSET.sub("", full)
        return cls(name, bool(_BOLD.search(name)), bool(_ITALIC.search(name)), bool(_MONO.search(name)))


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one font. Sizes and positions are in points."""

    text: str
    x: float
    y: float
    width: float
    size: float
    font: Font
    direction: int


@dataclass(frozen=True, slots=True)
class PdfPage:
    number: int
    width: float
    height: float
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class PdfText:
    """A document. `outline` holds (level, title) of its bookmarks; strings are empty when unknown."""

    pages: tuple[PdfPage, ...]
    title: str = ""
    author: str = ""
    date: str = ""
    lang: str = ""
    outline: tuple[tuple[int, str], ...] = ()

    @classmethod
    def from_wire(cls, wire: Any) -> PdfText:
        """Raises MalformedPdf for a value of the wrong type."""
        try:
            document = wire["document"]
            fonts: dict[str, Font] = {}
            unreadable = _unreadable_fonts(wire["pages"])
            pages = tuple(_page(page, fonts, unreadable) for page in wire["pages"])
            texts = {name: _clean(document.get(name) or "") for name in ("title", "author", "date", "lang")}
            outline = tuple((int(level), _clean(title)) for level, title in document.get("outline") or ())
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise MalformedPdf(f"the text of a PDF is not valid: {error}") from None
        return cls(pages, **texts, outline=outline)


def _unreadable_fonts(pages: Iterable[Mapping[str, Any]]) -> set[str]:
    """Returns the fonts that don't say which letters they show: their text is the numbers of glyphs."""
    letters, codes = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for page in pages:
        for text, _x, _y, _width, _size, font, _direction in page["runs"]:
            letters[font] += len(text)
            codes[font].update(_CONTROL.findall(text))
    return {font for font, found in codes.items() if len(found) > 2 and found.total() > 0.1 * letters[font]}


def _page(wire: Mapping[str, Any], fonts: dict[str, Font], unreadable: Collection[str]) -> PdfPage:
    runs = []
    for text, x, y, width, size, font, direction in wire["runs"]:
        if font in unreadable:
            continue
        if font not in fonts:
            fonts[font] = Font.named(font)
        if not isinstance(text, str):
            raise TypeError("the text of a run must be a string")
        # A picture is most often a bullet. Its letter means nothing.
        shown = "•" if len(text.strip()) == 1 and _PICTURES.search(font) else text
        runs.append(Run(shown, float(x), float(y), float(width), float(size), fonts[font], int(direction)))
    return PdfPage(int(wire["number"]), float(wire["width"]), float(wire["height"]), tuple(runs))


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())
