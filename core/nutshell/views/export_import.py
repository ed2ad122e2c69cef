"""A saved page as Markdown, and the report of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from nutshell.article import Article
from nutshell.messages import Message, formats, resolve
from nutshell.messages import text as message
from nutshell.records.summary import Summary

from .dates import iso
from .environment import render, shorten, visible
from .links import host_name, web_link
from .privacy import AGES
from .summary_export import escaped, markdown

_ROWS = {
    "setting": Message("import.settings"),
    "page": Message("import.pages"),
    "feed": Message("import.feeds"),
    "item": Message("import.items"),
    "dropped": Message("import.dropped"),
    "request": Message("import.requests"),
    "taste_interest": Message("import.interests"),
    "taste_event": Message("import.activity"),
    "taste_mute": Message("import.mutes"),
}


def page_markdown(
    article: Article,
    summary: Summary | None,
    text: str,
    at: float,
    note: str,
    tags: Sequence[str],
    zone: tzinfo | None = None,
) -> str:
    """A page with its note and tags, as one part of a longer document."""
    if summary is not None:
        body = markdown(article, summary)
    else:
        link = web_link(article.url)
        title = escaped(article.title or host_name(article.url) or message("untitled.story"))
        body = f"# [{title}]({link})\n" if link else f"# {title}\n"
        body += f"\n> {escaped(text)}\n" if text else ""
    parts = [body, message("export.read_on", date=iso(at, zone).replace("T", " ")) + "\n"]
    if tags:
        parts.append(" ".join("#" + escaped(tag.replace(" ", "-")) for tag in tags) + "\n")
    if note:
        parts.append("\n\n".join(escaped(line) for line in visible(note).split("\n") if line.strip()) + "\n")
    return "\n".join(parts) + "\n---\n\n"


def render_import_report(
    taken: Mapping[str, int], known: Mapping[str, int], refused: int, problems: Sequence[str], keep: str = ""
) -> str:
    """The report of an import. `taken` and `known` count rows by table; `keep` is the exporter's retention."""
    return render(
        "import_report.html",
        {
            "imported": formats().join([counted(table, number) for table, number in taken.items() if number]),
            "known": sum(known.values()),
            "skipped": refused,
            "problems": [shorten(visible(problem), 200) for problem in problems],
            "age": resolve(AGES[keep]) if keep in AGES else "",
        },
    )


def counted(table: str, number: int) -> str:
    """`1 page`, `1,200 stories`."""
    return resolve(replace(_ROWS[table], count=number))
