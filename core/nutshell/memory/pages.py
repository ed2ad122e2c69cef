"""The pages that were summarized, newest first: what "Recent" shows."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from nutshell.article import Article
from nutshell.ports import Database
from nutshell.summary.summary import Point, SectionPoint, Summary

# What is kept of an article: what the panel's head shows, never the page's text.
_HEAD = ("url", "title", "site", "author", "published", "lang", "kind")

# Removals that can be undone at a time.
_UNDOABLE = 20


class NoSuchPage(LookupError):
    """The page is not in the history (any more)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A summarized page. `article` has no blocks; `summarized_at` is seconds since the epoch."""

    id: int
    article: Article
    summary: Summary
    summarized_at: float


class Pages:
    """The history in one table. Every change is durable when the method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # What was removed, by the id it is brought back with; not beyond this engine's life.
        self._removed: OrderedDict[int | None, list[tuple[Any, ...]]] = OrderedDict()

    def keep(self, article: Article, summary: Summary, when: float) -> int:
        """Store or replace the summary of this address; answers its id."""
        record = json.dumps({"article": {name: getattr(article, name) for name in _HEAD}, "summary": asdict(summary)})
        with self._change() as connection:
            if article.url:
                connection.execute("DELETE FROM page WHERE url = ? AND kind = ?", (article.url, article.kind))
            cursor = connection.execute(
                "INSERT INTO page (url, kind, title, site, summarized_at, gist, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (article.url, article.kind, article.title, article.site, when, summary.gist.text, record),
            )
            return int(cursor.lastrowid or 0)

    def open(self, page_id: int) -> Page:
        """Raises NoSuchPage."""
        row = self._database.connection.execute(
            "SELECT id, summarized_at, record FROM page WHERE id = ?", (page_id,)
        ).fetchone()
        if row is None:
            raise NoSuchPage("This page is not in the history any more.")
        return _page(*row)

    def recent(self, query: str = "", limit: int = 200) -> list[Page]:
        """The newest pages whose title, site, address or gist contain every word of the query."""
        words = query.split()
        where = " AND ".join(["(title || ' ' || site || ' ' || url || ' ' || gist) LIKE ? ESCAPE '\\'"] * len(words))
        rows = self._database.connection.execute(
            f"SELECT id, summarized_at, record FROM page {'WHERE ' + where if words else ''}"
            " ORDER BY summarized_at DESC, id DESC LIMIT ?",
            (*(f"%{_escape(word)}%" for word in words), limit),
        )
        return [_page(*row) for row in rows]

    def remove(self, page_id: int) -> None:
        """Take one page out; `restore` brings it back. Raises NoSuchPage."""
        removed = self._rows("WHERE id = ?", page_id)
        if not removed:
            raise NoSuchPage("This page is not in the history any more.")
        with self._change() as connection:
            connection.execute("DELETE FROM page WHERE id = ?", (page_id,))
        self._remember(page_id, removed)

    def clear(self) -> None:
        """Take all pages out; `restore` without an id brings them back."""
        removed = self._rows()
        with self._change() as connection:
            connection.execute("DELETE FROM page")
        self._remember(None, removed)

    def restore(self, page_id: int | None = None) -> None:
        """Undo the removal of one page, or for None of all. A page summarized again since then stays as it is."""
        removed = self._removed.get(page_id, [])
        with self._change() as connection:
            connection.executemany("INSERT OR IGNORE INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", removed)
        self._removed.pop(page_id, None)

    def _remember(self, page_id: int | None, removed: list[tuple[Any, ...]]) -> None:
        self._removed[page_id] = removed
        while len(self._removed) > _UNDOABLE:
            self._removed.popitem(last=False)

    def _rows(self, where: str = "", *values: object) -> list[tuple[Any, ...]]:
        return self._database.connection.execute(f"SELECT * FROM page {where}", values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[Any]:
        connection = self._database.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._database.sync()


def _page(page_id: int, when: float, record: str) -> Page:
    data = json.loads(record)
    summary = data["summary"]
    return Page(
        page_id,
        Article((), **data["article"]),
        Summary(
            gist=Point(**summary.pop("gist")),
            points=tuple(Point(**point) for point in summary.pop("points")),
            outline=tuple(
                SectionPoint(section["heading"], section["level"], Point(**section["point"]))
                for section in summary.pop("outline")
            ),
            **summary,
        ),
        when,
    )


def without_blocks(article: Article) -> Article:
    """The article's head alone."""
    return replace(article, blocks=())


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
