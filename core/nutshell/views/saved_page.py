"""A page of the library: your note and tags, and for a story that was not summarized its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from nutshell.article import Article
from nutshell.messages import text as message

from .dates import day_and_time, iso
from .environment import language_tag, render
from .links import host_name, web_link


def render_notes(page: int, note: str, tags: Sequence[str]) -> str:
    """The form for a note and tags."""
    return render("saved_page.html", {"story": False, "id": page, "note": note, "tags": ", ".join(tags)})


def render_saved_story(
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
    """A news story that was opened or saved but not summarized."""
    return render(
        "saved_page.html",
        {
            "story": True,
            "id": page,
            "note": note,
            "tags": ", ".join(tags),
            "title": article.title or host_name(article.url) or message("untitled.story"),
            "site": article.site or host_name(article.url),
            "link": web_link(article.url),
            "lang": language_tag(article.lang),
            "text": text,
            "saved": {"date": day_and_time(when, now, zone), "iso": iso(when, zone)},
        },
    )
