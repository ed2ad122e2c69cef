"""What a summary is: the data that composition makes and views show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# "encoder": sentence vectors and trained salience. "words": LexRank over shared words, for pages in
# languages the encoder does not know. "whole": the page is so short that every sentence is kept.
Method = Literal["encoder", "words", "whole"]
# "page": a sentence of the page. "description": what the page's metadata says. "title": the page's title.
GistSource = Literal["page", "description", "title"]

_MIN_CUT_CHARS = 60  # nothing shorter was cut


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence of the page, or the part of it that says what matters, as it stands there.

    A line that is not in the page's text has -1 for every place.

    `index` is its number among the article's sentences (from 0); `block`, `start`, `end` and
    `anchor` say where it is: see Sentence and Block. `score` is its salience, 0 to 1. `page` is its page of a PDF,
    from 1; else 0.

    `label` words the line for its kind of page, such as "Accepted answer: {text}": a message as JSON
    (records/message.py), "" for the text alone. A `composed` line gathers what several places say; `source` is the text
    there, "" if it is only in the page's data.
    """

    text: str
    index: int
    score: float
    block: int
    start: int
    end: int
    anchor: int
    page: int = 0
    label: str = ""
    composed: bool = False
    source: str = ""

    @property
    def line(self) -> str:
        """The text as a line of its own: it begins with a capital, and shows with "…" where it was cut."""
        cut = self.text.rstrip(" ,;–—")
        text = self.text if cut == self.text or len(cut) < _MIN_CUT_CHARS else cut + "…"
        first = text.partition(" ")[0]
        capital = text[:1].upper()
        return capital + text[1:] if first.islower() and first.isalpha() and len(capital) == 1 else text


@dataclass(frozen=True, slots=True)
class SectionPoint:
    """The sentence that says most of one section. `level` is its heading's, 1 to 6."""

    heading: str
    level: int
    point: Point


@dataclass(frozen=True, slots=True)
class Summary:
    """Points are in the page's order. The gist is one of them, or from elsewhere on the page: `gist_source`.

    Where the title says best what the page is about, the gist is a sentence that adds to it, or the title itself with
    -1 for every place. Its label words it for where the title is not shown.

    Reading times are in seconds. `sentences` is how many the page has; `lang` an ISO 639-1 code,
    empty when not known. `outline` is empty unless the page is long and has sections.
    """

    gist: Point
    points: tuple[Point, ...]
    outline: tuple[SectionPoint, ...]
    method: Method
    lang: str
    sentences: int
    page_seconds: int
    summary_seconds: int
    gist_source: GistSource = "page"
