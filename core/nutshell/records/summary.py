"""What a summary is: the data that composition makes and views show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# "encoder": sentence vectors and trained salience. "words": LexRank over shared words, for pages in
# languages the encoder does not know. "whole": the page is so short that every sentence is kept.
Method = Literal["encoder", "words", "whole"]
# "page": a sentence of the page. "description": what the page's metadata says. "title": the page's title.
GistSource = Literal["page", "description", "title"]


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence of the page, as it stands there; or a line that is not in its text, with -1 for every place.

    `index` is its number among the article's sentences (from 0); `block`, `start`, `end` and
    `anchor` say where it is: see Sentence and Block. `score` is its salience, 0 to 1.
    """

    text: str
    index: int
    score: float
    block: int
    start: int
    end: int
    anchor: int


@dataclass(frozen=True, slots=True)
class SectionPoint:
    """The sentence that says most of one section. `level` is its heading's, 1 to 6."""

    heading: str
    level: int
    point: Point


@dataclass(frozen=True, slots=True)
class Summary:
    """Points are in the page's order. The gist is one of them, or from elsewhere on the page: `gist_source`.

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
