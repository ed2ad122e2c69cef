"""The library: saved pages by day, newest first, or the matches of a search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from markupsafe import Markup, escape

from nutshell.messages import text as message

from .dates import clock_label, day_label, iso, short_age
from .environment import render, shorten, visible
from .links import host_name

MARK = ("\x01", "\x02")
"""Delimiters of a match, as the word index writes them."""


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A saved page. `when` is in seconds since the epoch; `points` are the key points' texts.

    `found` is the title and the passage that match a query, with MARK around the matches. `alike`: the page was found
    only by its meaning. `noted` are the tags, and "note" if there is one.
    """

    id: int
    title: str
    site: str
    url: str
    gist: str
    when: float
    points: tuple[str, ...] = ()
    found: tuple[str, str] | None = None
    alike: bool = False
    noted: tuple[str, ...] = ()


def render_library(
    entries: Sequence[LibraryEntry],
    *,
    now: float,
    query: str = "",
    filtered: bool = False,
    more: bool = False,
    zone: tzinfo | None = None,
) -> str:
    """The list for the panel. `entries` are newest first, or best match first; words of the query are marked.

    `filtered`: only some times or sites are searched. `more`: there are more entries to show.
    """
    words = query_words(query)
    ranked = any(entry.found for entry in entries)
    groups = (
        [(message("library.best_matches"), list(entries))]
        if ranked
        else [(label, list(group)) for label, group in groupby(entries, lambda entry: day_label(entry.when, now, zone))]
    )
    days = [
        {"label": label, "entries": [_row(entry, words, now if ranked else None, zone) for entry in group]}
        for label, group in groups
    ]
    shown = {"days": days, "query": query.strip(), "filtered": filtered, "more": more, "count": len(entries)}
    return render("library.html", shown)


def _row(
    entry: LibraryEntry, words: re.Pattern[str] | None, now: float | None, zone: tzinfo | None
) -> dict[str, object]:
    title = shorten(visible(entry.title), 160) or host_name(entry.url) or message("untitled.page")
    clock = clock_label(entry.when, zone)
    return {
        "id": entry.id,
        "name": title,
        "title": highlight_matches(entry.found[0], 160) if entry.found and entry.found[0] else marked(title, words),
        "site": marked(shorten(visible(entry.site), 60) or host_name(entry.url), words),
        "snippet": highlight_matches(entry.found[1], 240)
        if entry.found
        else marked(shorten(visible(_snippet(entry, words)), 240), words),
        "clock": clock if now is None else short_age(entry.when, now, zone),
        "iso": iso(entry.when, zone),
        "alike": entry.alike,
        "noted": [shorten(visible(tag), 40) for tag in entry.noted],
    }


def _snippet(entry: LibraryEntry, words: re.Pattern[str] | None) -> str:
    """The gist, or if it does not match the query, the first point that does; "" for the title again."""
    if words is None and entry.gist == entry.title:
        return ""
    if words is None or words.search(entry.gist):
        return entry.gist
    return next((point for point in entry.points if words.search(point)), entry.gist)


def query_words(query: str) -> re.Pattern[str] | None:
    """A pattern that matches the beginnings of the query's words. None when it has none."""
    words = sorted(re.findall(r"\w+", query), key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in words), re.IGNORECASE) if words else None


def marked(text: str, words: re.Pattern[str] | None) -> Markup:
    """The text, escaped, with matches in `<mark>`."""
    if words is None:
        return escape(text)
    pieces, end = [], 0
    for found in words.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        pieces.append(Markup("<mark>{}</mark>").format(found[0]))
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def highlight_matches(text: str, limit: int) -> Markup:
    """Text with MARK around matches, escaped and cut so that the first match is visible."""
    first = text.find(MARK[0])
    if first > limit - 60:
        start = text.find(" ", first - limit // 3)
        text = "…" + text[start if 0 <= start < first else first :]
    pieces = re.split("([\x01\x02])", text)
    out, inside, left = Markup(""), False, limit
    for piece in pieces:
        if piece in MARK:
            inside = piece == MARK[0]
            continue
        shown = shorten(visible(piece), left) if left < len(piece) else visible(piece)
        out += Markup("<mark>{}</mark>").format(shown) if inside and shown else escape(shown)
        left -= len(piece)
        if left <= 0:
            break
    return out
