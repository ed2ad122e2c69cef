"""A page of the library: your note and tags, and for a story that was not summarized its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from nutshell.article import Article
from nutshell.messages import text as message

from .environment import language_tag, render
from .links import host_name, web_link
from .times import day_and_time, iso


def own_words_html(page: int, note: str, tags: Sequence[str]) -> str:
    """The form for a note and tags."""
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
    """A news story that was opened or saved but not summarized."""
    return render(
        "remembered.html",
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
