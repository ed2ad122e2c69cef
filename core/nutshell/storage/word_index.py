"""The memory's words: an FTS5 index without a copy of the text, and the marks where a question's words were found.

Ranking is BM25 (Robertson & Zaragoza 2009) as FTS5 has it. English words are found by their stems (Porter 1980).
Scripts written without spaces are indexed letter by letter, and asked for as phrases.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from nutshell.ports import Database

RANKED = 2_000
"""Of words that more pages have than this, the pages that came last are ranked: so a search takes bounded time."""

MARK = ("\x01", "\x02")
"""Around what was found, in `Passages.marked`."""

_TITLE, _BODY, _NOTE = 4.0, 1.0, 3.0
# Hiragana, Katakana, Han: no spaces between words.
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# FTS5 takes it as a space; no text of a page is left with it.
_JOINT = "\u2063"
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TOKEN = re.compile(r"\w+")
_TOKENIZER = "porter unicode61 remove_diacritics 2"  # as the schema has it
_SHORTEST_BEGINNING = 2
_LONG = 6  # letters: "ferries" is looked for as "ferri", "used" not as "us"
_RESIDUE = "memory.residue"
"""The setting that says that the index holds words that were erased."""
_UNSEEN = {ord(mark): " " for mark in (*MARK, _JOINT)}


class WordIndex:
    """Changes are made within a change of `page` (storage/pages.py), which it never contradicts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: sqlite3.Connection, page: int, title: str, body: str, note: str) -> None:
        connection.execute(
            "INSERT INTO page_words (rowid, title, body, note) VALUES (?, ?, ?, ?)",
            (page, _spaced(title), _spaced(body), _spaced(note)),
        )

    def remove(self, connection: sqlite3.Connection, page: int, title: str, body: str, note: str) -> None:
        """With the very words that were added. They stay in the index's pages until `purge` has merged them away."""
        connection.execute(
            "INSERT INTO page_words (page_words, rowid, title, body, note) VALUES ('delete', ?, ?, ?, ?)",
            (page, _spaced(title), _spaced(body), _spaced(note)),
        )

    def find(self, query: str, condition: str = "", values: Sequence[object] = (), limit: int = 200) -> list[int]:
        """Pages with every word of the query (the last one as a beginning too), the best first."""
        match = asked(self._database.connection, query)
        if not match:
            return []
        joined = f"JOIN page ON page.id = page_words.rowid AND {condition}" if condition else ""
        rows = self._database.connection.execute(
            "SELECT number FROM (SELECT page_words.rowid AS number,"
            f" bm25(page_words, {_TITLE}, {_BODY}, {_NOTE}) AS score FROM page_words {joined}"
            f" WHERE page_words MATCH ? ORDER BY page_words.rowid DESC LIMIT {RANKED})"
            " ORDER BY score, number DESC LIMIT ?",
            (*values, match, limit),
        )
        return [row[0] for row in rows]

    def soil(self, connection: sqlite3.Connection) -> None:
        """Within a change: words went that are to be purged."""
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, '1')", (_RESIDUE,))

    def soiled(self) -> bool:
        row = self._database.connection.execute("SELECT 1 FROM setting WHERE name = ?", (_RESIDUE,)).fetchone()
        return row is not None

    def clean(self, connection: sqlite3.Connection) -> None:
        """Within a change: all of them are purged."""
        connection.execute("DELETE FROM setting WHERE name = ?", (_RESIDUE,))

    def purge(self, pages: int, start: bool) -> bool:
        """Merge some pages of the index, so that no removed word is left in it; answers whether it is done.

        `start` begins anew. FTS5 of SQLite before 3.42 knows no other way.
        """
        connection = self._database.connection
        before = connection.total_changes
        connection.execute(
            "INSERT INTO page_words (page_words, rank) VALUES ('merge', ?)", (-pages if start else pages,)
        )
        self._database.sync()
        return connection.total_changes - before < 2

    def empty(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO page_words (page_words) VALUES ('delete-all')")


class PassageHighlighter:
    """Short texts in which the words of one query are marked, by the index's own rules."""

    def __init__(self, database: Database, query: str) -> None:
        self._connection = database.connection
        self._match = asked(self._connection, query, every=False)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.passage USING fts5 (text, tokenize = '{_TOKENIZER}')"
        )

    def marked(self, texts: Sequence[str]) -> dict[int, tuple[str, float]]:
        """By number: each text that has any of the words, marked, and how well it fits (more is better)."""
        if not self._match or not texts:
            return {}
        connection = self._connection
        connection.execute("BEGIN")
        try:
            connection.executemany(
                "INSERT INTO temp.passage (rowid, text) VALUES (?, ?)",
                [(number, _spaced(text.translate(_UNSEEN))) for number, text in enumerate(texts)],
            )
            rows = connection.execute(
                "SELECT rowid, highlight(passage, 0, ?, ?), -bm25(passage) FROM temp.passage WHERE passage MATCH ?",
                (*MARK, self._match),
            ).fetchall()
        finally:
            connection.execute("ROLLBACK")
        between = "".join(reversed(MARK))  # letters marked one by one, side by side, are one mark
        return {number: (text.replace(_JOINT, "").replace(between, ""), score) for number, text, score in rows}


def asked(connection: sqlite3.Connection, query: str, *, every: bool = True) -> str:
    """A query as FTS5 wants it: each word, or "several words" in their order; "" when there is nothing to look for.

    The last word may still be being typed: it is looked for as a beginning, too.
    """
    terms = []
    found = list(_TERM.finditer(query))
    for number, match in enumerate(found):
        quoted = match[1] is not None
        words = _TOKEN.findall(_UNSPACED.sub(r" \1 ", match[1] if quoted else match[2]))
        if not words:
            continue
        phrase = f'"{" ".join(words)}"'
        typing = not quoted and number == len(found) - 1 and _may_go_on(connection, words[-1])
        terms.append(f"({phrase} OR {phrase} *)" if typing else phrase)
    return (" AND " if every else " OR ").join(terms)


def _may_go_on(connection: sqlite3.Connection, word: str) -> bool:
    """Whether what begins with a word is meant, too. FTS5 takes the beginning from its stem: by "going", which is "go"
    then, half of all pages would be found, and slowly.
    """
    if len(word) < _SHORTEST_BEGINNING:
        return False
    connection.execute(f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.word USING fts5 (text, tokenize = '{_TOKENIZER}')")
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_stem USING fts5vocab (temp, word, row)")
    connection.execute("BEGIN")
    try:
        connection.execute("INSERT INTO temp.word (text) VALUES (?)", (word,))
        stems = [row[0] for row in connection.execute("SELECT term FROM temp.word_stem")]
    finally:
        connection.execute("ROLLBACK")
    lost = len(word) - min(map(len, stems), default=0)
    return lost <= 1 or (lost == 2 and len(word) >= _LONG)


def words_in(*texts: str) -> set[str]:
    return {word.lower() for text in texts for word in _TOKEN.findall(text)}


def exact(query: str) -> bool:
    """Whether the reader asks for words as they stand."""
    return '"' in query


def _spaced(text: str) -> str:
    return _UNSPACED.sub(rf"{_JOINT}\1{_JOINT}", text)
