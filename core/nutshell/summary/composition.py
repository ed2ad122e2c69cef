"""Composes a Summary from chosen sentences: the gist, the points in the page's order, an outline by sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nutshell.article import RUNNING_TEXT, Article, Role, Sentence
from nutshell.records.message import Message, to_json
from nutshell.records.summary import Method, Point, SectionPoint, Summary
from nutshell.text.context import depends_on_context
from nutshell.text.language import reading_seconds
from nutshell.text.words import words

from .boilerplate import boilerplate
from .candidates import is_good
from .centrality import terms
from .gist import Gist
from .selection import same_terms
from .shortening import shorten

# The gist should be readable at a glance: each character beyond this costs score.
_GIST_CHARS = 200
_GIST_CHAR_PENALTY = 1 / 600

_LONG_TITLE_WORDS = 6

# Pages from about four minutes of reading time get an outline, if they have enough sections.
_OUTLINE_MIN_SECONDS = 240
_MIN_SECTIONS = 3
_MAX_SECTIONS = 12
_MIN_SECTION_SENTENCES = 2
_MIN_SENTENCE_CHARS = 12


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
    gist: Gist | None = None,
) -> Summary:
    """`chosen` are indices into `sentences`, at least one. `scores` is the salience of each sentence, 0 to 1.

    Without a `gist`, it is the best of the points.
    """
    point = _whole_point if method == "whole" else sentence_point
    points = tuple(point(article, sentences, scores, number, lang) for number in sorted(chosen))
    if gist is None:
        top = max(points, key=lambda point: (not depends_on_context(point.text, lang), _gist_score(point)))
    elif gist.sentence >= 0:
        top = point(article, sentences, scores, gist.sentence, lang)
    else:
        top = Point(gist.text, -1, round(gist.score, 4), -1, -1, -1, -1)
    if gist and gist.title:
        top = replace(top, label=to_json(title_label(gist.title, top.line)))
    page_seconds = reading_seconds(article.text, lang)
    return Summary(
        gist=top,
        points=points,
        outline=_outline(article, sentences, scores, chosen, top, lang) if page_seconds >= _OUTLINE_MIN_SECONDS else (),
        method=method,
        lang=lang,
        sentences=len(sentences),
        page_seconds=page_seconds,
        summary_seconds=reading_seconds(
            " ".join(point.text for point in (points if top in points else (top, *points))), lang
        ),
        gist_source=gist.source if gist else "page",
    )


def title_label(title: str, line: str | Message) -> Message:
    """Returns the words of a gist where the title is not above it: a title that is short is not enough."""
    if len(words(title)) >= _LONG_TITLE_WORDS:
        return Message("summary.gist_title", {"title": title})
    return Message("summary.gist_title_and_line", {"title": title, "line": line})


def _gist_score(point: Point) -> float:
    return point.score - max(0, len(point.text) - _GIST_CHARS) * _GIST_CHAR_PENALTY


def _whole_point(
    article: Article, sentences: Sequence[Sentence], scores: Sequence[float], number: int, lang: str
) -> Point:
    sentence = sentences[number]
    return Point(
        text=sentence.text,
        index=number,
        score=round(scores[number], 4),
        block=sentence.block,
        start=sentence.start,
        end=sentence.end,
        anchor=article.blocks[sentence.block].anchor,
        page=article.blocks[sentence.block].page_at(sentence.start),
    )


def sentence_point(
    article: Article, sentences: Sequence[Sentence], scores: Sequence[float], number: int, lang: str
) -> Point:
    """Returns a sentence as a point, shortened to what a point needs."""
    whole = _whole_point(article, sentences, scores, number, lang)
    start, end = shorten(whole.text, lang)
    return replace(whole, text=whole.text[start:end], start=whole.start + start, end=whole.start + end)


def _outline(
    article: Article,
    sentences: Sequence[Sentence],
    scores: Sequence[float],
    chosen: Sequence[int],
    gist: Point,
    lang: str,
) -> tuple[SectionPoint, ...]:
    """Returns one point for each section that says something new, at the highest heading level with enough sections."""
    shown = [gist.text, *(sentences[number].text for number in chosen)]
    said = [frozenset(terms(line, lang)) for line in shown]

    def is_fit(number: int) -> bool:
        if number in chosen or not is_good(article, sentences[number], lang):
            return False
        own = frozenset(terms(sentences[number].text, lang))
        return not any(same_terms(own, other) for other in said)

    for depth in range(1, 7):
        sections = _sections(article, sentences, scores, depth)
        if len(sections) >= _MIN_SECTIONS:
            break
    else:
        return ()
    best: dict[_Section, int] = {}
    for section in sections:
        ranked = sorted(section.sentences, key=lambda number: -scores[number])
        number = next((number for number in ranked if is_fit(number)), None)
        if number is not None:
            best[section] = number
            said.append(frozenset(terms(sentences[number].text, lang)))
    kept = set(sorted(best, key=lambda section: -scores[best[section]])[:_MAX_SECTIONS])
    if len(kept) < _MIN_SECTIONS:
        return ()
    return tuple(
        SectionPoint(section.heading, section.level, sentence_point(article, sentences, scores, number, lang))
        for section, number in best.items()
        if section in kept
    )


def _sections(article: Article, sentences: Sequence[Sentence], scores: Sequence[float], depth: int) -> list[_Section]:
    """Returns the sections under headings of level `depth` or higher, including their subsections.

    Neither the page's title nor its boilerplate is a section. Sentences that were not considered (score 0) do not
    count.
    """
    by_block: dict[int, list[int]] = {}
    for number, sentence in enumerate(sentences):
        by_block.setdefault(sentence.block, []).append(number)
    sections: list[_Section] = []
    heading, level, inside = "", 0, list[int]()

    def close() -> None:
        if heading and heading != article.title and len(inside) >= _MIN_SECTION_SENTENCES:
            sections.append(_Section(heading, level, tuple(inside)))

    excluded = boilerplate(article)
    for number, block in enumerate(article.blocks):
        if block.role is Role.HEADING:
            if block.level <= depth:
                close()
                heading, level, inside = "" if number in excluded else block.text, block.level, []
        elif block.role in RUNNING_TEXT and number not in excluded:
            inside.extend(n for n in by_block.get(number, ()) if scores[n] > 0 and _is_sentence(sentences[n].text))
    close()
    return sections


def _is_sentence(text: str) -> bool:
    """Whether it is a sentence, not a label in a list."""
    return len(text) >= _MIN_SENTENCE_CHARS and bool(
        re.search(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]\W*(?:\[\d+\])*$", text)
    )
