"""The text of a block, with the place of each of its pieces on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .pdf_rows import Row

_HYPHENS = "-\u2010\u2011\u00ad"
_CJK = re.compile(r"[\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff00-\uffef]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Place:
    """Characters from `start` on are in this box of a page, in points from its top left corner."""

    start: int
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlacedText:
    text: str
    places: tuple[Place, ...]

    @property
    def pages(self) -> tuple[tuple[int, int], ...]:
        """Returns (start, page) for the beginning and each new page."""
        found: list[tuple[int, int]] = []
        for place in self.places:
            if not found or found[-1][1] != place.page:
                found.append((place.start if found else 0, place.page))
        return tuple(found)

    def without_start(self, pattern: re.Pattern[str]) -> PlacedText:
        """Returns it without what the pattern matches at its start, unless that is all."""
        match = pattern.match(self.text)
        cut = match.end() if match else 0
        if not 0 < cut < len(self.text):
            return self
        ends = [*(place.start for place in self.places[1:]), len(self.text)]
        kept = (replace(p, start=max(0, p.start - cut)) for p, end in zip(self.places, ends, strict=True) if end > cut)
        return PlacedText(self.text[cut:], tuple(kept))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a document, with those that have a hyphen inside a line."""

    words: frozenset[str]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Vocabulary:
        found: set[str] = set()
        broken = False
        for row in rows:
            text = row.text
            words = [word.casefold() for word in _WORD.findall(text)]
            found.update(words[1:] if broken else words)
            broken = text[-1:] in _HYPHENS
            if broken and words and len(words) > 1:
                found.discard(words[-1])  # only a part of a word
        return cls(frozenset(found))

    def keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether the hyphen between two parts, of which the line ended with the first, belongs to the word."""
        if left + right in self.words:
            return False
        return f"{left}-{right}" in self.words or (len(left) > 3 and len(right) > 3 and {left, right} <= self.words)


def place_text(rows: Sequence[Row], words: Vocabulary, separator: str = " ") -> PlacedText:
    """Joins rows. A hyphen at the end of a row goes, unless the word has it elsewhere in the document.

    `separator` stands between the cells of a row.
    """
    text = ""
    places: list[Place] = []
    for row in rows:
        joint = ""
        if text:
            text, joint = _join(text, row.text, words)
        for number, line in enumerate(row.lines):
            between = joint if number == 0 else separator
            for index, span in enumerate(line.spans):
                piece = span.text
                if index == 0:
                    piece = between + piece.lstrip() if text else piece.lstrip()
                squeezed = _squeeze(text, piece)
                if not squeezed:
                    continue
                start = len(text) + len(squeezed) - len(squeezed.lstrip())
                text += squeezed
                places.append(
                    Place(start, row.page, span.x0, span.y - 0.8 * span.size, span.x1, span.y + 0.25 * span.size)
                )
    stripped = text.rstrip()
    return PlacedText(stripped, tuple(place for place in places if place.start < len(stripped)))


def _squeeze(text: str, piece: str) -> str:
    """Returns a piece with single spaces, and none after a space."""
    squeezed = re.sub(r"\s+", " ", piece)
    return squeezed.lstrip() if not text or text[-1] == " " else squeezed


def _join(text: str, following: str, words: Vocabulary) -> tuple[str, str]:
    """Returns the text without a hyphen that only breaks a word, and what stands before the next row."""
    text = text.rstrip()
    if not text or not following:
        return text, " "
    last, first = text[-1], following[0]
    if last in _HYPHENS and len(text) > 1 and text[-2].isalpha() and first.isalpha():
        before, after = re.search(r"[^\W\d_]+(?=.$)", text), _WORD.match(following)
        left, right = (before[0] if before else "").casefold(), (after[0] if after else "").casefold()
        if last != "\u00ad" and (
            words.keeps_hyphen(left, right) or (first.isupper() and left + right not in words.words)
        ):
            return text, ""
        return text[:-1], ""
    if _CJK.match(last) and _CJK.match(first):
        return text, ""
    if last in "-\u2010\u2013\u2014/" and len(text) > 1 and not text[-2].isspace():
        return text, ""
    return text, " "
