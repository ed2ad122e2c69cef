"""A summary as the panel shows it, and where each of its sentences stands in the page."""

from __future__ import annotations

from datetime import tzinfo
from typing import TypedDict

from nutshell.article import Article, Sentence
from nutshell.records.summary import Point, Summary

from .environment import language_tag, render
from .languages import language_name, right_to_left
from .links import host_name, web_link
from .times import clock_label, day_label, duration, iso, published

_RAIL = 20.0  # length, in the mark's own units, of the line that stands for the whole page


class Trace(TypedDict):
    """Where a sentence stands: characters `start` to `end` of the element the page calls `anchor`."""

    anchor: int
    start: int
    end: int
    text: str


def summary_html(
    article: Article,
    summary: Summary,
    *,
    when: float | None = None,
    now: float | None = None,
    zone: tzinfo | None = None,
) -> str:
    """The fragment for the panel.

    `when` (seconds since the epoch) is given for a summary taken from the memory, with `now`: the date is
    then said, and its sentences are not offered for tracing, since no page stands beside it.
    """
    lang = language_tag(summary.lang or article.lang)
    kept = None
    if when is not None:
        day = day_label(when, now if now is not None else when, zone)
        kept = {"day": day[0].lower() + day[1:], "clock": clock_label(when, zone), "iso": iso(when, zone)}
    return render(
        "summary.html",
        {
            "article": article,
            "site": article.site or host_name(article.url),
            "link": web_link(article.url),
            "lang": lang,
            "language": language_name(lang),
            "direction": "rtl" if right_to_left(lang) else "ltr",
            "date": published(article.published) if article.published else None,
            "page_time": duration(summary.page_seconds),
            "summary_time": duration(summary.summary_seconds),
            "shorter": summary.summary_seconds < summary.page_seconds,
            "gist": summary.gist,
            "points": listed(summary),
            "outline": summary.outline,
            "top_level": min((section.level for section in summary.outline), default=1),
            "method": summary.method,
            "kept": kept,
            "traced": when is None,
            "key": trace_key,
            "mark": lambda point: f"{2 + _RAIL * point.index / max(1, summary.sentences - 1):.1f}",
        },
    )


def traces(summary: Summary) -> dict[str, Trace]:
    """The places of all sentences shown, by the `data-trace` of their elements."""
    shown = (summary.gist, *summary.points, *(section.point for section in summary.outline))
    return {trace_key(p): Trace(anchor=p.anchor, start=p.start, end=p.end, text=p.text) for p in shown}


def sentence_trace(article: Article, sentence: Sentence) -> Trace:
    """The place of one sentence of the article."""
    anchor = article.blocks[sentence.block].anchor
    return Trace(anchor=anchor, start=sentence.start, end=sentence.end, text=sentence.text)


def listed(summary: Summary) -> tuple[Point, ...]:
    """The points below the gist: the gist's own sentence stands once, as the gist."""
    return tuple(point for point in summary.points if point.index != summary.gist.index)


def trace_key(point: Point) -> str:
    """A sentence has one key, wherever in the summary it stands."""
    return f"s{point.index}"
