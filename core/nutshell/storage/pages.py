"""The pages of the library, with their full-text index and vectors."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nutshell.article import Article
from nutshell.ports import Database
from nutshell.records.message import Message
from nutshell.records.pages import STORY, NoSuchPage, Page, PageFilter
from nutshell.records.summary import Summary
from nutshell.urls import hostname

from .page_rows import (
    COLUMNS,
    MAX_NOTE,
    TEXT_COLUMNS,
    clean_note,
    clean_tags,
    filter_condition,
    join_tags,
    page_row,
    parse_page,
    searchable_text,
    where,
)
from .transaction import transaction
from .vectors import VectorStore
from .word_index import WordIndex, distinct_words

_PAGE = "id, at, record, note, tags"


class PageStore:
    """Pages and their indexes. Methods without a `connection` are durable when they return; the others run within
    the caller's transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.words = WordIndex(database)
        self.vectors = VectorStore(database)

    # Reading

    def get(self, page_id: int) -> Page:
        """Raises NoSuchPage."""
        for page in self.get_many([page_id]):
            return page
        raise NoSuchPage(Message("library.page_gone"))

    def get_many(self, ids: Sequence[int]) -> list[Page]:
        """Returns the pages that exist, in the order of `ids`."""
        rows = self._database.connection.execute(
            f"SELECT {_PAGE} FROM page WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        found = {row[0]: parse_page(*row) for row in rows}
        return [found[number] for number in ids if number in found]

    def list_pages(self, which: PageFilter | None = None, limit: int = 200, offset: int = 0) -> list[Page]:
        """Returns pages, the last read first."""
        condition, values = filter_condition(which or PageFilter())
        rows = self._database.connection.execute(
            f"SELECT {_PAGE} FROM page {where(condition)} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [parse_page(*row) for row in rows]

    def list_ids(self, which: PageFilter) -> list[int]:
        condition, values = filter_condition(which)
        rows = self._database.connection.execute(f"SELECT id FROM page {where(condition)}", values)
        return [row[0] for row in rows]

    def list_titles(self, which: PageFilter) -> list[tuple[int, str, str]]:
        """Returns id, address and title of pages."""
        condition, values = filter_condition(which)
        run = self._database.connection.execute
        found = run(f"SELECT id, url, title FROM page {where(condition)}", values).fetchall()
        if which.host:  # rows written before the column `host` existed
            unknown = run("SELECT id, url, title FROM page WHERE host = ''").fetchall()
            found += [row for row in unknown if f".{hostname(row[1])}".endswith(f".{which.host}")]
        return found

    def list_sites(self, limit: int = 200) -> list[tuple[str, int]]:
        """Returns hosts with their number of pages, most pages first."""
        rows = self._database.connection.execute(
            "SELECT host, count(*) FROM page WHERE host <> '' GROUP BY host ORDER BY 2 DESC, 1 LIMIT ?", (limit,)
        )
        return [(host, count) for host, count in rows]

    def count(self) -> int:
        return int(self._row("SELECT count(*) FROM page")[0])

    # Writing

    def save(self, article: Article, summary: Summary, when: float) -> int:
        """Saves a summary in place of the page's earlier one, keeping its note and tags. Returns the page's id."""
        return self._save(page_row(article, summary, when))

    def save_story(self, *, url: str, title: str, site: str, text: str, when: float, lang: str = "") -> int:
        """Saves a story that was read or saved. If its page has a summary, only the time changes. Returns the id."""
        row = self._row("SELECT id FROM page WHERE url = ? AND url <> '' AND kind = 'page'", url)
        if row is not None:
            with transaction(self._database) as connection:
                connection.execute("UPDATE page SET at = max(at, ?) WHERE id = ?", (when, row[0]))
            return int(row[0])
        article = Article((), url=url, title=title, site=site, lang=lang, kind=STORY)
        return self._save(page_row(article, None, when, text))

    def delete_story(self, page_id: int, when: float) -> None:
        """Deletes a story that was saved at that time, unless it was read again, annotated or summarized since."""
        with transaction(self._database) as connection:
            untouched = "SELECT id FROM page WHERE id = ? AND at = ? AND kind = ? AND note = '' AND tags = ''"
            if connection.execute(untouched, (page_id, when, STORY)).fetchone():
                self.delete(connection, [page_id])

    def annotate(self, page_id: int, *, note: str | None = None, tags: Iterable[str] | None = None) -> Page:
        """Sets the user's note and tags; None leaves them unchanged. Raises NoSuchPage, ValueError."""
        old = self.get(page_id)
        new_note = old.note if note is None else clean_note(note)
        new_tags = old.tags if tags is None else clean_tags(tags)
        joined = "\n".join(new_tags)
        url, title, site, record = self._row("SELECT url, title, site, record FROM page WHERE id = ?", page_id)
        with transaction(self._database) as connection:
            # Indexed again by the next search: a note is saved while it is typed, and half words need no index.
            self._unindex(connection, [page_id], searchable_text(url, title, site, record, new_note, joined))
            connection.execute(
                "UPDATE page SET note = ?, tags = ?, placed = 0 WHERE id = ?", (new_note, joined, page_id)
            )
        return replace(old, note=new_note, tags=new_tags)

    def add(self, connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
        """Inserts a row of `page_row`; an `id` of None gets a new one. Returns the id."""
        values = dict(row) | {"indexed": 0, "placed": 0}
        cursor = connection.execute(
            f"INSERT INTO page ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
            tuple(values[name] for name in COLUMNS),
        )
        return int(cursor.lastrowid or 0)

    def delete(
        self, connection: sqlite3.Connection, ids: Sequence[int], replacement: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Deletes pages from the table and the indexes. Returns their rows, for `restore`.

        `replacement` are texts that will be indexed instead: their words are no residue.
        """
        rows = connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM page WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchall()
        self._unindex(connection, ids, replacement)
        self.vectors.delete(connection, ids)
        connection.executemany("DELETE FROM page WHERE id = ?", [(number,) for number in ids])
        return rows

    def restore(self, connection: sqlite3.Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Inserts rows that `delete` returned, except for pages that were saved again since."""
        for row in rows:
            values = dict(zip(COLUMNS, row, strict=True)) | {"indexed": 0, "placed": 0}
            connection.execute(
                f"INSERT OR IGNORE INTO page ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
                tuple(values[name] for name in COLUMNS),
            )
            self._index(connection, [values["id"]])

    # Indexes: pages are indexed when a search first needs it

    def search_words(self, query: str, which: PageFilter, limit: int) -> list[int]:
        """Returns ids of pages with every word of the query, best first."""
        return self.words.search(query, *filter_condition(which), limit)

    def index_words(self, limit: int) -> bool:
        """Adds some pages to the full-text index. Returns whether there may be more."""
        ids = [
            row[0]
            for row in self._database.connection.execute("SELECT id FROM page WHERE indexed = 0 LIMIT ?", (limit,))
        ]
        if ids:
            with transaction(self._database) as connection:
                self._index(connection, ids)
        return len(ids) == limit

    def count_without_vector(self) -> int:
        return int(self._row("SELECT count(*) FROM page WHERE placed = 0")[0])

    def list_without_vector(self, limit: int) -> list[Page]:
        rows = self._database.connection.execute("SELECT id FROM page WHERE placed = 0 LIMIT ?", (limit,))
        return self.get_many([row[0] for row in rows])

    def save_vectors(self, vectors: Mapping[int, tuple[bytes, float]]) -> None:
        """Writes vectors: page id -> (int8 [256], scale). Skips pages deleted since."""
        with transaction(self._database) as connection:
            existing = connection.execute(
                "SELECT id FROM page WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(vectors)),)
            ).fetchall()
            self.vectors.save(connection, {page: vectors[page] for (page,) in existing})
            connection.executemany("UPDATE page SET placed = 1 WHERE id = ?", existing)

    def _save(self, row: dict[str, Any]) -> int:
        # The summary of a page replaces the story that led to it.
        kinds = ("page", STORY) if row["kind"] == "page" else (row["kind"],)
        with transaction(self._database) as connection:
            old: list[tuple[Any, ...]] = []
            if row["url"]:
                old = connection.execute(
                    f"SELECT id, note, tags FROM page WHERE url = ? AND kind IN ({', '.join('?' * len(kinds))})",
                    (row["url"], *kinds),
                ).fetchall()
            if old:
                ids, notes, tags = zip(*old, strict=True)
                row["id"] = ids[0]
                row["note"] = "\n\n".join(note for note in notes if note)[:MAX_NOTE]
                row["tags"] = join_tags(*tags)
                self.delete(connection, ids, searchable_text(*(row[name] for name in TEXT_COLUMNS)))
            page = self.add(connection, row)
            self._index(connection, [page])
        return page

    def _index(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        for page, *texts in self._texts(connection, ids, indexed=0):
            self.words.add(connection, page, *searchable_text(*texts))
            connection.execute("UPDATE page SET indexed = 1, host = ? WHERE id = ?", (hostname(texts[0]), page))

    def _unindex(self, connection: sqlite3.Connection, ids: Sequence[int], replacement: Sequence[str] = ()) -> None:
        """FTS5 must be given the same words to delete that it was given to add."""
        remaining, lost_words = distinct_words(*replacement), False
        for page, *texts in self._texts(connection, ids, indexed=1):
            indexed = searchable_text(*texts)
            self.words.delete(connection, page, *indexed)
            connection.execute("UPDATE page SET indexed = 0 WHERE id = ?", (page,))
            lost_words = lost_words or not distinct_words(*indexed) <= remaining
        if lost_words:
            self.words.add_residue(connection)

    def _texts(self, connection: sqlite3.Connection, ids: Sequence[int], indexed: int) -> Iterator[tuple[Any, ...]]:
        yield from connection.execute(
            f"SELECT id, {', '.join(TEXT_COLUMNS)} FROM page"
            " WHERE indexed = ? AND id IN (SELECT value FROM json_each(?))",
            (indexed, json.dumps(list(ids))),
        ).fetchall()

    def _row(self, statement: str, *values: object) -> Any:
        return self._database.connection.execute(statement, values).fetchone()
