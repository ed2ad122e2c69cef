"""The pages that were summarized, read or saved, newest first: what the memory is made of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from nutshell.article import Article
from nutshell.ports import Database
from nutshell.records.message import Message
from nutshell.records.pages import STORY, NoSuchPage, Page
from nutshell.records.summary import Point, SectionPoint, Summary

from .transaction import transaction
from .vectors import VectorStore
from .word_index import WordIndex, words_in

# What is kept of an article: what the panel's head shows, never the page's text.
_HEAD = ("url", "title", "site", "author", "published", "lang", "kind")


COLUMNS = ("id", "url", "kind", "host", "title", "site", "at", "indexed", "placed", "gist", "note", "tags", "record")
_SAID = ("url", "title", "site", "record", "note", "tags")
LONGEST_NOTE, MOST_TAGS, LONGEST_TAG = 10_000, 20, 40


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Which pages: read in `since` <= time < `until` (Unix seconds), of a site (its subdomains with it)."""

    since: float | None = None
    until: float | None = None
    host: str = ""

    def where(self, table: str = "page") -> tuple[str, list[object]]:
        """A condition on `page`, "" for all, and its values."""
        parts: list[str] = []
        values: list[object] = []
        if self.since is not None:
            parts.append(f"{table}.at >= ?")
            values.append(self.since)
        if self.until is not None:
            parts.append(f"{table}.at < ?")
            values.append(self.until)
        if self.host:
            parts.append(f"({table}.host = ? OR {table}.host LIKE ? ESCAPE '\\')")
            values += [self.host, "%." + self.host.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")]
        return " AND ".join(parts), values


class PageStore:
    """The memory's rows, and with each change its words and its vector. Durable when a method returns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.words = WordIndex(database)
        self.vectors = VectorStore(database)

    def keep(self, article: Article, summary: Summary, when: float) -> int:
        """Store the summary of this address, in place of an earlier one, whose note and tags stay. Answers its id."""
        return self._keep(row_of(article, summary, when))

    def keep_story(self, *, url: str, title: str, site: str, text: str, when: float, lang: str = "") -> int:
        """A story of the news that was read or saved. One whose page is remembered with its summary is that page."""
        row = self._row("SELECT id FROM page WHERE url = ? AND url <> '' AND kind = 'page'", url)
        if row is not None:
            with transaction(self._database) as connection:
                connection.execute("UPDATE page SET at = max(at, ?) WHERE id = ?", (when, row[0]))
            return int(row[0])
        article = Article((), url=url, title=title, site=site, lang=lang, kind=STORY)
        return self._keep(row_of(article, None, when, text))

    def unkeep_story(self, page_id: int, when: float) -> None:
        """Take back `keep_story` of this time, unless something was made of the page since."""
        with transaction(self._database) as connection:
            untouched = "SELECT id FROM page WHERE id = ? AND at = ? AND kind = ? AND note = '' AND tags = ''"
            if connection.execute(untouched, (page_id, when, STORY)).fetchone():
                self.take_out(connection, [page_id])

    def open(self, page_id: int) -> Page:
        """Raises NoSuchPage."""
        for page in self.several([page_id]):
            return page
        raise NoSuchPage(Message("library.page_gone"))

    def several(self, ids: Sequence[int]) -> list[Page]:
        """Those that are there, in the order asked for."""
        rows = self._database.connection.execute(
            "SELECT id, at, record, note, tags FROM page WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        found = {row[0]: page_of(*row) for row in rows}
        return [found[number] for number in ids if number in found]

    def count(self) -> int:
        return int(self._row("SELECT count(*) FROM page")[0])

    def newest(self, which: PageFilter | None = None, limit: int = 200, offset: int = 0) -> list[Page]:
        """The last read first."""
        condition, values = (which or PageFilter()).where()
        rows = self._database.connection.execute(
            f"SELECT id, at, record, note, tags FROM page {'WHERE ' + condition if condition else ''}"
            " ORDER BY at DESC, id DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        )
        return [page_of(*row) for row in rows]

    def sites(self, limit: int = 200) -> list[tuple[str, int]]:
        """Host and how many pages of it there are, the most first."""
        rows = self._database.connection.execute(
            "SELECT host, count(*) FROM page WHERE host <> '' GROUP BY host ORDER BY 2 DESC, 1 LIMIT ?", (limit,)
        )
        return [(host, count) for host, count in rows]

    def annotate(self, page_id: int, *, note: str | None = None, tags: Iterable[str] | None = None) -> Page:
        """Write the reader's own words about a page; None leaves as it is. Raises NoSuchPage, ValueError."""
        old = self.open(page_id)
        said = old.note if note is None else _valid_note(note)
        named = old.tags if tags is None else valid_tags(tags)
        url, title, site, record = self._row("SELECT url, title, site, record FROM page WHERE id = ?", page_id)
        with transaction(self._database) as connection:
            # It is indexed again when somebody searches: half a word that is still being written never is.
            self._unindex(connection, [page_id], words_of(url, title, site, record, said, "\n".join(named)))
            connection.execute(
                "UPDATE page SET note = ?, tags = ?, placed = 0 WHERE id = ?", (said, "\n".join(named), page_id)
            )
        return replace(old, note=said, tags=named)

    def named(self, which: PageFilter) -> list[tuple[int, str, str]]:
        """Id, address and title of each of them."""
        condition, values = which.where()
        run = self._database.connection.execute
        found = run(f"SELECT id, url, title FROM page {'WHERE ' + condition if condition else ''}", values).fetchall()
        if which.host:  # rows of before there was a column for it
            unknown = run("SELECT id, url, title FROM page WHERE host = ''").fetchall()
            found += [row for row in unknown if f".{host_of(row[1])}".endswith(f".{which.host}")]
        return found

    def take_out(
        self, connection: sqlite3.Connection, ids: Sequence[int], instead: Sequence[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Within a change: remove pages with their words and vectors; answers their rows, for `put_back`.

        `instead` are the words that will be kept in their place, if any are.
        """
        rows = connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM page WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchall()
        self._unindex(connection, ids, instead)
        self.vectors.clear(connection, ids)
        connection.executemany("DELETE FROM page WHERE id = ?", [(number,) for number in ids])
        return rows

    def put_back(self, connection: sqlite3.Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Within a change. A page that was remembered anew since then stays as it is."""
        for row in rows:
            values = dict(zip(COLUMNS, row, strict=True)) | {"indexed": 0, "placed": 0}
            connection.execute(
                f"INSERT OR IGNORE INTO page ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
                tuple(values[name] for name in COLUMNS),
            )
            self._index(connection, [values["id"]])

    def add(self, connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
        """Within a change: a row that is there in no other form; `id` None is given one. Answers the id."""
        values = dict(row) | {"indexed": 0, "placed": 0}
        cursor = connection.execute(
            f"INSERT INTO page ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
            tuple(values[name] for name in COLUMNS),
        )
        return int(cursor.lastrowid or 0)

    def settle_words(self, at_most: int = 500) -> bool:
        """Index some of what is not in the index; answers whether there is more."""
        ids = [row[0] for row in self._database.connection.execute(
            "SELECT id FROM page WHERE indexed = 0 LIMIT ?", (at_most,))]  # fmt: skip
        if not ids:
            return False
        with transaction(self._database) as connection:
            self._index(connection, ids)
        return len(ids) == at_most

    def _keep(self, row: dict[str, Any]) -> int:
        # A summary of a page takes the place of the story that led to it.
        kinds = ("page", STORY) if row["kind"] == "page" else (row["kind"],)
        with transaction(self._database) as connection:
            old: list[tuple[Any, ...]] = []
            if row["url"]:
                old = connection.execute(
                    f"SELECT id, note, tags FROM page WHERE url = ? AND kind IN ({', '.join('?' * len(kinds))})",
                    (row["url"], *kinds),
                ).fetchall()
            if old:
                row["id"] = old[0][0]
                row["note"] = "\n\n".join(one[1] for one in old if one[1])[:LONGEST_NOTE]
                row["tags"] = "\n".join(dict.fromkeys(tag for one in old for tag in one[2].split("\n") if tag))
                self.take_out(connection, [one[0] for one in old], words_of(*(row[name] for name in _SAID)))
            page = self.add(connection, row)
            self._index(connection, [page])
        return page

    def _index(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        for row in self._texts(connection, ids, indexed=0):
            self.words.add(connection, row[0], *words_of(*row[1:]))
            connection.execute("UPDATE page SET indexed = 1, host = ? WHERE id = ?", (host_of(row[1]), row[0]))

    def _unindex(self, connection: sqlite3.Connection, ids: Sequence[int], instead: Sequence[str] = ()) -> None:
        """The index must be told the same words that it was given. What goes for good, not to be indexed again with
        what is said `instead`, is to be purged from it.
        """
        there, gone = words_in(*instead), False
        for row in self._texts(connection, ids, indexed=1):
            said = words_of(*row[1:])
            self.words.remove(connection, row[0], *said)
            connection.execute("UPDATE page SET indexed = 0 WHERE id = ?", (row[0],))
            gone = gone or not words_in(*said) <= there
        if gone:
            self.words.soil(connection)

    def _texts(self, connection: sqlite3.Connection, ids: Sequence[int], indexed: int) -> Iterator[tuple[Any, ...]]:
        yield from connection.execute(
            "SELECT id, url, title, site, record, note, tags FROM page"
            " WHERE indexed = ? AND id IN (SELECT value FROM json_each(?))",
            (indexed, json.dumps(list(ids))),
        ).fetchall()

    def _row(self, statement: str, *values: object) -> Any:
        return self._database.connection.execute(statement, values).fetchone()


def row_of(article: Article, summary: Summary | None, when: float, text: str = "") -> dict[str, Any]:
    """A page as a row of the table, not indexed yet."""
    record: dict[str, Any] = {"article": {name: getattr(article, name) for name in _HEAD}, "summary": None}
    if summary is None:
        record["text"] = text
    else:
        record["summary"] = asdict(summary)
    return {
        "id": None,
        "url": article.url,
        "kind": article.kind,
        "host": host_of(article.url),
        "title": article.title,
        "site": article.site,
        "at": when,
        "gist": summary.gist.text if summary else text,
        "note": "",
        "tags": "",
        "record": json.dumps(record, ensure_ascii=False),
    }


def page_of(page_id: int, at: float, record: str, note: str, tags: str) -> Page:
    """A row as a page. Raises KeyError, TypeError or ValueError for a record that nobody of us wrote."""
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
        tuple(tag for tag in tags.split("\n") if tag),
    )


def words_of(url: str, title: str, site: str, record: str, note: str, tags: str) -> tuple[str, str, str]:
    """What of a page is found by its words: title and address, what it says, what the reader wrote about it."""
    page = page_of(0, 0.0, record, note, tags)
    return f"{title} {site} {url}", "\n".join(page.passages), f"{note}\n{tags}"


def valid_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, without `#` and spaces around. Raises ValueError for what is too long or too many."""
    named = []
    for tag in tags:
        if not isinstance(tag, str):
            raise ValueError("a tag must be a string")
        clean = " ".join(tag.replace("#", " ").replace(",", " ").split())
        if len(clean) > LONGEST_TAG:
            raise ValueError(Message("saved_page.tag_too_long", {"limit": LONGEST_TAG}))
        named.append(clean)
    found = tuple(dict.fromkeys(tag for tag in named if tag))
    if len(found) > MOST_TAGS:
        raise ValueError(Message("saved_page.too_many_tags", {"limit": MOST_TAGS}))
    return found


def _valid_note(note: str) -> str:
    if not isinstance(note, str):
        raise ValueError("a note must be a string")
    if len(note) > LONGEST_NOTE:
        raise ValueError(Message("saved_page.note_too_long", {"limit": LONGEST_NOTE}))
    return note.strip()


def host_of(url: str) -> str:
    """The host of a web address, without `www.`; "" for what is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
