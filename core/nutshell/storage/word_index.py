"""Full-text search in the library: a contentless FTS5 index, and highlighting of the words found.

Ranking is FTS5's BM25 (Robertson & Zaragoza 2009); English words match by stem (Porter 1980). Scripts written without
spaces are indexed one character at a time and searched as phrases.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from nutshell.ports import Database

from .settings import INDEX_RESIDUE, delete_setting, get_setting, set_setting

MAX_RANKED = 2_000
"""If more pages match, only the newest this many are ranked, so that a search takes bounded time."""

MARK = ("\x01", "\x02")
"""Around each match in highlighted text."""

_TITLE, _BODY, _NOTE = 4.0, 1.0, 3.0  # BM25 column weights
# Hiragana, Katakana, Han: no spaces between words.
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
# FTS5 treats it as a space; it is removed from the text of pages.
_SEPARATOR = "\u2063"
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TOKEN = re.compile(r"\w+")
_TOKENIZER = "porter unicode61 remove_diacritics 2"  # the same as in the schema
_MIN_PREFIX = 2
_LONG_WORD = 6  # letters: the prefix of "ferries" may be its stem "ferri", that of "used" may not be "us"
_INVISIBLE = {ord(mark): " " for mark in (*MARK, _SEPARATOR)}


class WordIndex:
    """Written within the transactions of PageStore, so that it always agrees with the table `page`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection: sqlite3.Connection, page: int, title: str, body: str, note: str) -> None:
        connection.execute(
            "INSERT INTO page_words (rowid, title, body, note) VALUES (?, ?, ?, ?)",
            (page, _separate(title), _separate(body), _separate(note)),
        )

    def delete(self, connection: sqlite3.Connection, page: int, title: str, body: str, note: str) -> None:
        """Takes the same texts that were added. The words stay in the index's pages until `merge` removes them."""
        connection.execute(
            "INSERT INTO page_words (page_words, rowid, title, body, note) VALUES ('delete', ?, ?, ?, ?)",
            (page, _separate(title), _separate(body), _separate(note)),
        )

    def clear(self, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO page_words (page_words) VALUES ('delete-all')")

    def search(self, query: str, condition: str = "", values: Sequence[object] = (), limit: int = 200) -> list[int]:
        """Returns ids of pages with every word of the query (the last one also as a prefix), best first.

        `condition` is SQL on `page`, with its `values`.
        """
        match = match_expression(self._database.connection, query)
        if not match:
            return []
        joined = f"JOIN page ON page.id = page_words.rowid AND {condition}" if condition else ""
        rows = self._database.connection.execute(
            "SELECT number FROM (SELECT page_words.rowid AS number,"
            f" bm25(page_words, {_TITLE}, {_BODY}, {_NOTE}) AS score FROM page_words {joined}"
            f" WHERE page_words MATCH ? ORDER BY page_words.rowid DESC LIMIT {MAX_RANKED})"
            " ORDER BY score, number DESC LIMIT ?",
            (*values, match, limit),
        )
        return [row[0] for row in rows]

    def add_residue(self, connection: sqlite3.Connection) -> None:
        """Records that the index contains deleted words, so that they are removed even after a restart."""
        set_setting(connection, INDEX_RESIDUE, 1)

    def has_residue(self) -> bool:
        return bool(get_setting(self._database.connection, INDEX_RESIDUE))

    def clear_residue(self, connection: sqlite3.Connection) -> None:
        delete_setting(connection, INDEX_RESIDUE)

    def merge(self, pages: int, *, start: bool) -> bool:
        """Merges some pages of the index, which removes deleted words. Returns whether all are merged.

        `start` begins a full merge. FTS5 before SQLite 3.42 has no other way.
        """
        connection = self._database.connection
        before = connection.total_changes
        connection.execute(
            "INSERT INTO page_words (page_words, rank) VALUES ('merge', ?)", (-pages if start else pages,)
        )
        self._database.sync()
        return connection.total_changes - before < 2


class PassageHighlighter:
    """Marks the words of one query in short texts, by the index's own rules."""

    def __init__(self, database: Database, query: str) -> None:
        self._connection = database.connection
        self._match = match_expression(self._connection, query, every=False)
        self._connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.passage USING fts5 (text, tokenize = '{_TOKENIZER}')"
        )

    def highlight(self, texts: Sequence[str]) -> dict[int, tuple[str, float]]:
        """Returns, by position, each text with a match: the marked text and its score (higher is better)."""
        if not self._match or not texts:
            return {}
        connection = self._connection
        connection.execute("BEGIN")
        try:
            connection.executemany(
                "INSERT INTO temp.passage (rowid, text) VALUES (?, ?)",
                [(number, _separate(text.translate(_INVISIBLE))) for number, text in enumerate(texts)],
            )
            rows = connection.execute(
                "SELECT rowid, highlight(passage, 0, ?, ?), -bm25(passage) FROM temp.passage WHERE passage MATCH ?",
                (*MARK, self._match),
            ).fetchall()
        finally:
            connection.execute("ROLLBACK")
        adjacent = "".join(reversed(MARK))  # characters marked one by one, side by side, become one mark
        return {number: (text.replace(_SEPARATOR, "").replace(adjacent, ""), score) for number, text, score in rows}


def match_expression(connection: sqlite3.Connection, query: str, *, every: bool = True) -> str:
    """Returns a query in FTS5's syntax, "" if it has no words. Words in quotation marks are a phrase.

    The last word may still be being typed, so it matches as a prefix too. `every` False finds any of the words.
    """
    terms = []
    found = list(_TERM.finditer(query))
    for number, match in enumerate(found):
        quoted = match[1] is not None
        words = _TOKEN.findall(_UNSPACED.sub(r" \1 ", match[1] if quoted else match[2]))
        if not words:
            continue
        phrase = f'"{" ".join(words)}"'
        as_prefix = not quoted and number == len(found) - 1 and _can_be_prefix(connection, words[-1])
        terms.append(f"({phrase} OR {phrase} *)" if as_prefix else phrase)
    return (" AND " if every else " OR ").join(terms)


def _can_be_prefix(connection: sqlite3.Connection, word: str) -> bool:
    """FTS5 takes the prefix from the stem: "going" would become "go", which half of all pages match, slowly."""
    if len(word) < _MIN_PREFIX:
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
    return lost <= 1 or (lost == 2 and len(word) >= _LONG_WORD)


def distinct_words(*texts: str) -> set[str]:
    return {word.lower() for text in texts for word in _TOKEN.findall(text)}


def has_phrase(query: str) -> bool:
    """Whether a query has a part in quotation marks."""
    return '"' in query


def _separate(text: str) -> str:
    return _UNSPACED.sub(rf"{_SEPARATOR}\1{_SEPARATOR}", text)
