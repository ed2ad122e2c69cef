"""What was taken along, and what was taken in: a page of the memory as Markdown, and the report of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo

from nutshell.article import Article
from nutshell.records.summary import Summary

from .environment import render, shorten, visible
from .exports import escaped, markdown
from .links import host_name, web_link
from .privacy import KEEPING
from .times import iso

NAMES = {
    "setting": ("setting", "settings"),
    "page": ("page", "pages"),
    "feed": ("source", "sources"),
    "item": ("story", "stories"),
    "dropped": ("dropped story", "dropped stories"),
    "request": ("request of the ledger", "requests of the ledger"),
    "taste_interest": ("interest", "interests"),
    "taste_event": ("thing learned from", "things learned from"),
    "taste_mute": ("mute", "mutes"),
}
"""What a row of each table is called: one of them, several."""


def page_markdown(
    article: Article,
    summary: Summary | None,
    text: str,
    at: float,
    note: str,
    tags: Sequence[str],
    zone: tzinfo | None = None,
) -> str:
    """A page with the reader's own words, as one part of a longer document."""
    if summary is not None:
        body = markdown(article, summary)
    else:
        link = web_link(article.url)
        title = escaped(article.title or host_name(article.url) or "Untitled story")
        body = f"# [{title}]({link})\n" if link else f"# {title}\n"
        body += f"\n> {escaped(text)}\n" if text else ""
    parts = [body, f"Read {iso(at, zone).replace('T', ' ')}\n"]
    if tags:
        parts.append(" ".join("#" + escaped(tag.replace(" ", "-")) for tag in tags) + "\n")
    if note:
        parts.append("\n\n".join(escaped(line) for line in visible(note).split("\n") if line.strip()) + "\n")
    return "\n".join(parts) + "\n---\n\n"


def report_html(
    taken: Mapping[str, int], known: Mapping[str, int], refused: int, problems: Sequence[str], keep: str = ""
) -> str:
    """What became of a bundle, for the panel. `keep`: for how long things were kept where it was made."""
    return render(
        "taken.html",
        {
            "taken": [counted(table, number) for table, number in taken.items() if number],
            "known": sum(known.values()),
            "refused": refused,
            "problems": [shorten(visible(problem), 200) for problem in problems],
            "keep": dict(KEEPING)[keep].lower() if keep else "",
        },
    )


def counted(table: str, number: int) -> str:
    """`1 page`, `1,200 stories`."""
    one, several = NAMES[table]
    return f"{number:,} {one if number == 1 else several}"
