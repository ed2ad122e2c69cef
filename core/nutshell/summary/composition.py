"""From chosen sentences to a Summary: the gist, the points in the page's order, an outline by sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nutshell.article import SPOKEN, Article, Role, Sentence
from nutshell.records.summary import Method, Point, SectionPoint, Summary
from nutshell.text.context import depends_on_context
from nutshell.text.language import reading_seconds

from .boilerplate import boilerplate

# A gist is one line that is read at a glance. Longer sentences pay for every character beyond.
_GIST_CHARS = 200
_GIST_PENALTY = 1 / 600
_LEAN_PENALTY = 0.3

# An outline helps where scrolling hurts: from about four minutes of reading on, with real sections.
_OUTLINE_SECONDS = 240
_OUTLINE_SECTIONS = 3
_SECTION_SENTENCES = 2
_MOST_SECTIONS = 12
_LABEL_CHARS = 12


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    level: int
    sentences: tuple[int, ...]


def compose(
    article: Article,
    sentences: Sequence[Sentence],
    scores: Sequence[float],
    chosen: Sequence[int],
    *,
    method: Method,
    lang: str,
) -> Summary:
    """`chosen` are numbers into `sentences` (at least one); `scores` has one salience for each sentence."""
    points = tuple(_point(article, sentences, scores, number) for number in sorted(chosen))
    gist = max(points, key=lambda point: (not depends_on_context(point.text, lang), _gist_score(point)))
    page_seconds = reading_seconds(article.text, lang)
    return Summary(
        gist=gist,
        points=points,
        outline=_outline(article, sentences, scores, lang) if page_seconds >= _OUTLINE_SECONDS else (),
        method=method,
        lang=lang,
        sentences=len(sentences),
        page_seconds=page_seconds,
        summary_seconds=reading_seconds(" ".join(point.text for point in points), lang),
    )


def _gist_score(point: Point) -> float:
    return point.score - max(0, len(point.text) - _GIST_CHARS) * _GIST_PENALTY


def _point(article: Article, sentences: Sequence[Sentence], scores: Sequence[float], number: int) -> Point:
    sentence = sentences[number]
    return Point(
        text=sentence.text,
        index=number,
        score=round(scores[number], 4),
        block=sentence.block,
        start=sentence.start,
        end=sentence.end,
        anchor=article.blocks[sentence.block].anchor,
    )


def _outline(
    article: Article, sentences: Sequence[Sentence], scores: Sequence[float], lang: str
) -> tuple[SectionPoint, ...]:
    """One point a section, at the highest level of headings that divides the page into enough of them."""
    for depth in range(1, 7):
        sections = _sections(article, sentences, scores, depth)
        if len(sections) >= _OUTLINE_SECTIONS:
            break
    else:
        return ()
    if len(sections) > _MOST_SECTIONS:
        weight = {section: max(scores[number] for number in section.sentences) for section in sections}
        heaviest = set(sorted(sections, key=lambda section: -weight[section])[:_MOST_SECTIONS])
        sections = [section for section in sections if section in heaviest]
    return tuple(
        SectionPoint(
            section.heading,
            section.level,
            _point(
                article,
                sentences,
                scores,
                max(
                    section.sentences,
                    key=lambda number: (
                        scores[number] - _LEAN_PENALTY * depends_on_context(sentences[number].text, lang)
                    ),
                ),
            ),
        )
        for section in sections
    )


def _sections(article: Article, sentences: Sequence[Sentence], scores: Sequence[float], depth: int) -> list[_Section]:
    """The sections under headings of level `depth` or higher, with what deeper headings divide further.

    The page's own title is no section, nor is its apparatus. A sentence without a score was never
    considered, and a section of nothing else says nothing.
    """
    by_block: dict[int, list[int]] = {}
    for number, sentence in enumerate(sentences):
        by_block.setdefault(sentence.block, []).append(number)
    sections: list[_Section] = []
    heading, level, inside = "", 0, list[int]()

    def close() -> None:
        if heading and heading != article.title and len(inside) >= _SECTION_SENTENCES:
            sections.append(_Section(heading, level, tuple(inside)))

    around = boilerplate(article)
    for number, block in enumerate(article.blocks):
        if block.role is Role.HEADING:
            if block.level <= depth:
                close()
                heading, level, inside = "" if number in around else block.text, block.level, []
        elif block.role in SPOKEN and number not in around:
            inside.extend(n for n in by_block.get(number, ()) if scores[n] > 0 and _is_whole(sentences[n].text))
    close()
    return sections


def _is_whole(text: str) -> bool:
    """A sentence, not the label of a list."""
    return len(text) >= _LABEL_CHARS and bool(
        re.search(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]\W*(?:\[\d+\])*$", text)
    )
