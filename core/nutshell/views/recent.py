"""Recent: what was summarized in this browser, newest first, under the days it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from markupsafe import Markup, escape

from .environment import render, shorten, visible
from .links import host_name
from .times import clock_label, day_label, iso


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """One page as remembered. `when` is in seconds since the epoch; `points` are the key points' texts."""

    id: int
    title: str
    site: str
    url: str
    gist: str
    when: float
    points: tuple[str, ...] = ()


def recent_html(entries: Sequence[RecentEntry], *, now: float, query: str = "", zone: tzinfo | None = None) -> str:
    """The list for the panel. `entries` come newest first and match `query`, whose words are marked."""
    words = query_words(query)
    days = [
        {"label": label, "entries": [_row(entry, words, zone) for entry in group]}
        for label, group in groupby(entries, key=lambda entry: day_label(entry.when, now, zone))
    ]
    return render("recent.html", {"days": days, "query": query.strip(), "count": len(entries)})


def _row(entry: RecentEntry, words: re.Pattern[str] | None, zone: tzinfo | None) -> dict[str, object]:
    title = shorten(visible(entry.title), 160) or host_name(entry.url) or "Untitled page"
    return {
        "id": entry.id,
        "name": title,
        "title": marked(title, words),
        "site": marked(shorten(visible(entry.site), 60) or host_name(entry.url), words),
        "snippet": marked(shorten(visible(_snippet(entry, words)), 240), words),
        "clock": clock_label(entry.when, zone),
        "iso": iso(entry.when, zone),
    }


def _snippet(entry: RecentEntry, words: re.Pattern[str] | None) -> str:
    """The gist, or the first point in which the query is found when the gist does not show it."""
    if words is None or words.search(entry.gist):
        return entry.gist
    return next((point for point in entry.points if words.search(point)), entry.gist)


def query_words(query: str) -> re.Pattern[str] | None:
    """What finds the beginnings of a query's words; None when it has none."""
    words = sorted(re.findall(r"\w+", query), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in words), re.IGNORECASE) if words else None


def marked(text: str, words: re.Pattern[str] | None) -> Markup:
    """The text, escaped, with what the pattern finds in `<mark>`."""
    if words is None:
        return escape(text)
    pieces, end = [], 0
    for found in words.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        pieces.append(Markup("<mark>{}</mark>").format(found[0]))
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
