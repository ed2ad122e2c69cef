"""Rows of the table `page`: how a page becomes one, how one becomes a page, and the limits of notes and tags."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from nutshell.article import Article
from nutshell.records.message import Message
from nutshell.records.pages import Page, PageFilter
from nutshell.records.summary import Point, SectionPoint, Summary
from nutshell.urls import hostname

# The fields of an article that are stored: what the panel shows above a summary, never the page's text.
_HEAD = ("url", "title", "site", "author", "published", "lang", "kind")

COLUMNS = ("id", "url", "kind", "host", "title", "site", "at", "indexed", "placed", "gist", "note", "tags", "record")
TEXT_COLUMNS = ("url", "title", "site", "record", "note", "tags")
"""The arguments of `searchable_text`."""
MAX_NOTE, MAX_TAGS, MAX_TAG = 10_000, 20, 40


def page_row(article: Article, summary: Summary | None, when: float, text: str = "") -> dict[str, Any]:
    """Returns a new row: no id, note or tags, and not indexed. `text` is that of a page without a summary."""
    head = {name: getattr(article, name) for name in _HEAD}
    if article.page_kind:
        head["page_kind"] = article.page_kind
    record: dict[str, Any] = {"article": head, "summary": None}
    if summary is None:
        record["text"] = text
    else:
        record["summary"] = asdict(summary)
    return {
        "id": None,
        "url": article.url,
        "kind": article.kind,
        "host": hostname(article.url),
        "title": article.title,
        "site": article.site,
        "at": when,
        "gist": summary.gist.text if summary else text,
        "note": "",
        "tags": "",
        "record": json.dumps(record, ensure_ascii=False),
    }


def parse_page(page_id: int, at: float, record: str, note: str, tags: str) -> Page:
    """Raises KeyError, TypeError or ValueError for a record that `page_row` did not write."""
    data = json.loads(record)
    summary = data["summary"]
    return Page(
        page_id,
        Article((), **data["article"]),
        None
        if summary is None
        else Summary(
            gist=Point(**summary.pop("gist")),
            points=tuple(Point(**point) for point in summary.pop("points")),
            outline=tuple(
                SectionPoint(section["heading"], section["level"], Point(**section["point"]))
                for section in summary.pop("outline")
            ),
            **summary,
        ),
        at,
        data.get("text", ""),
        note,
        split_tags(tags),
    )


def searchable_text(url: str, title: str, site: str, record: str, note: str, tags: str) -> tuple[str, str, str]:
    """Returns the texts that the full-text index holds: title and address, content, note and tags."""
    page = parse_page(0, 0.0, record, note, tags)
    return f"{title} {site} {url}", "\n".join(page.passages), f"{note}\n{tags}"


def filter_condition(which: PageFilter) -> tuple[str, list[object]]:
    """Returns an SQL condition on `page`, "" if it selects all pages, and its values."""
    parts: list[str] = []
    values: list[object] = []
    if which.since is not None:
        parts.append("page.at >= ?")
        values.append(which.since)
    if which.until is not None:
        parts.append("page.at < ?")
        values.append(which.until)
    if which.host:
        parts.append("(page.host = ? OR page.host LIKE ? ESCAPE '\\')")
        values += [which.host, "%." + which.host.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")]
    return " AND ".join(parts), values


def where(condition: str) -> str:
    return f"WHERE {condition}" if condition else ""


def split_tags(tags: str) -> tuple[str, ...]:
    return tuple(tag for tag in tags.split("\n") if tag)


def join_tags(*lists: str) -> str:
    """Returns all tags of several columns, without duplicates."""
    return "\n".join(dict.fromkeys(tag for tags in lists for tag in split_tags(tags)))


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Returns tags without `#`, extra spaces and duplicates. Raises ValueError if there are too many or one is long."""
    named = []
    for tag in tags:
        if not isinstance(tag, str):
            raise ValueError("a tag must be a string")
        clean = " ".join(tag.replace("#", " ").replace(",", " ").split())
        if len(clean) > MAX_TAG:
            raise ValueError(Message("saved_page.tag_too_long", {"limit": MAX_TAG}))
        named.append(clean)
    found = tuple(dict.fromkeys(tag for tag in named if tag))
    if len(found) > MAX_TAGS:
        raise ValueError(Message("saved_page.too_many_tags", {"limit": MAX_TAGS}))
    return found


def clean_note(note: str) -> str:
    """Raises ValueError if it is too long."""
    if not isinstance(note, str):
        raise ValueError("a note must be a string")
    if len(note) > MAX_NOTE:
        raise ValueError(Message("saved_page.note_too_long", {"limit": MAX_NOTE}))
    return note.strip()
