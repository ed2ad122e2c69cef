"""A summary in the panel, and where each of its sentences is in the page."""

from __future__ import annotations

from datetime import tzinfo
from typing import NotRequired, TypedDict

from nutshell.article import Article, Sentence
from nutshell.messages import text
from nutshell.records.summary import Point, Summary

from .dates import day_and_time, duration, iso, published
from .environment import language_tag, render
from .languages import language_name, right_to_left
from .lines import gist_text, line_text
from .links import host_name, web_link

_RAIL = 20.0  # length of the line that represents the whole page, in the mark's units


class Trace(TypedDict):
    """Where a sentence is: characters `start` to `end` of the page's element `anchor`. `time` is in seconds."""

    anchor: int
    start: int
    end: int
    text: str
    time: NotRequired[float]


def render_summary(
    article: Article,
    summary: Summary,
    *,
    when: float | None = None,
    now: float | None = None,
    zone: tzinfo | None = None,
) -> str:
    """The fragment for the panel.

    `when` (seconds since the epoch) and `now` are given for a saved summary: its date is then shown, and its sentences
    cannot be located, because its page is not open.
    """
    lang = language_tag(summary.lang or article.lang)
    saved = None
    if when is not None:
        saved = {"date": day_and_time(when, when if now is None else now, zone), "iso": iso(when, zone)}
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
            "gist_text": gist_text(summary),
            "gist_label": gist_label(summary),
            "points": listed(summary),
            "outline": summary.outline,
            "top_level": min((section.level for section in summary.outline), default=1),
            "method": summary.method,
            "saved": saved,
            "traced": lambda point: when is None and point.index >= 0,
            "key": trace_key,
            "line": line_text,
            "time": lambda point: clock(time_of(article, point)),
            "mark": lambda point: f"{2 + _RAIL * point.index / max(1, summary.sentences - 1):.1f}",
        },
    )


def traces(summary: Summary, article: Article | None = None) -> dict[str, Trace]:
    """Where each sentence is, by the `data-trace` of its element. The article is needed for the times of a video."""
    shown = (summary.gist, *summary.points, *(section.point for section in summary.outline))
    found = {
        trace_key(p): Trace(anchor=p.anchor, start=p.start, end=p.end, text=p.source or p.text)
        for p in shown
        if p.index >= 0
    }
    for point in (point for point in shown if point.index >= 0):
        time = time_of(article, point) if article else None
        if time is not None:
            found[trace_key(point)]["time"] = time
    return found


def time_of(article: Article, point: Point) -> float | None:
    """The time at which a sentence is spoken, in seconds; None if the page's text is not that of a video."""
    return article.blocks[point.block].time_at(point.start) if 0 <= point.block < len(article.blocks) else None


def clock(seconds: float | None) -> str:
    """A time of a video as players show it, such as "1:05" or "1:02:03"; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def sentence_trace(article: Article, sentence: Sentence) -> Trace:
    """The place of one sentence of the article."""
    anchor = article.blocks[sentence.block].anchor
    return Trace(anchor=anchor, start=sentence.start, end=sentence.end, text=sentence.text)


def gist_label(summary: Summary) -> str:
    """Says where a gist is from that is not in the page's text; empty for one that is, and for the title."""
    return text("summary.gist_from_description") if summary.gist_source == "description" else ""


def listed(summary: Summary) -> tuple[Point, ...]:
    """The points without the gist's sentence, which is shown above them."""
    gist = summary.gist.index
    return tuple(point for point in summary.points if point.composed or gist < 0 or point.index != gist)


def trace_key(point: Point) -> str:
    """A sentence has the same key everywhere in the summary; a composed line has its own."""
    return f"c{point.block}-{point.end}" if point.composed else f"s{point.index}"
