"""A page of the memory, opened: a story that was only read, and the reader's own words about any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from nutshell.article import Article

from .environment import language_tag, render
from .links import host_name, web_link
from .times import clock_label, day_label, iso


def own_words_html(page: int, note: str, tags: Sequence[str]) -> str:
    """Where the reader writes a note and tags."""
    return render("remembered.html", {"story": False, "id": page, "note": note, "tags": ", ".join(tags)})


def story_html(
    page: int,
    article: Article,
    text: str,
    note: str,
    tags: Sequence[str],
    *,
    when: float,
    now: float,
    zone: tzinfo | None = None,
) -> str:
    """A story of the news that was read or saved: no summary was asked for."""
    day = day_label(when, now, zone)
    return render(
        "remembered.html",
        {
            "story": True,
            "id": page,
            "note": note,
            "tags": ", ".join(tags),
            "title": article.title or host_name(article.url) or "Untitled story",
            "site": article.site or host_name(article.url),
            "link": web_link(article.url),
            "lang": language_tag(article.lang),
            "text": text,
            "kept": {"day": day[0].lower() + day[1:], "clock": clock_label(when, zone), "iso": iso(when, zone)},
        },
    )
