"""Imports a bundle: validates its rows and merges them with those that exist, without duplicates."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nutshell.ports import Database
from nutshell.records.message import Message, message_of
from nutshell.records.retention import is_shorter
from nutshell.urls import hostname

from .bundle_format import TABLES, NotABundle, Table, check_header, from_json, parse_line
from .bundle_validation import BadRow
from .page_rows import COLUMNS, MAX_NOTE, MAX_TAGS, join_tags, split_tags
from .pages import PageStore
from .settings import RETENTION, get_setting
from .transaction import transaction

_MAX_PROBLEMS = 20  # listed; the rest are counted
_MAX_ID_GAP = 10_000_000
"""A row keeps its id if it is at most this far above the highest here. Ids are never reused, so a single row with the
highest possible id would leave none for later rows."""

_BY_NAME = {table.name: table for table in TABLES}


@dataclass(slots=True)
class ImportReport:
    """Result of an import: rows `added` and rows already `known`, by table, and how many were `refused`."""

    added: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    problems: list[Message] = field(default_factory=list)
    """The first of the problems."""
    complete: bool = False
    keep: str = ""
    """The retention where the bundle was made, if it is shorter than here."""

    def refuse(self, line: int, problem: Message | str) -> None:
        self.refused += 1
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Message("import.line_problem", {"line": line, "problem": problem}))


class BundleImport:
    """Imports a bundle in parts, each in one transaction.

    Of two versions of a page the one read last stays; a setting that exists stays.
    """

    def __init__(self, database: Database, pages: PageStore) -> None:
        self._database = database
        self._pages = pages
        self._line = 0
        self._rows = 0
        self._begun = False
        # Id in the bundle -> id here.
        self._ids: dict[str, dict[int, int]] = {"feed": {}, "item": {}, "taste_interest": {}}
        self._ids_changed = False
        self._had_matrix = True
        self._matrix_items: set[str] = set()
        self._mergers: Mapping[str, Callable[[sqlite3.Connection, Table, dict[str, Any]], bool]] = {
            "setting": self._merge_setting,
            "page": self._merge_page,
            "feed": self._merge_feed,
            "item": self._merge_item,
            "request": self._merge_request,
            "taste_interest": self._merge_interest,
            "taste_page": self._merge_matrix_page,
        }
        self.report = ImportReport()

    def add_lines(self, lines: Iterable[str]) -> None:
        """Raises NotABundle if the first line is not that of a bundle."""
        with transaction(self._database) as connection:
            for line in lines:
                self._line += 1
                if line.strip():
                    self._add_line(connection, line)

    def finish(self) -> ImportReport:
        """Raises NotABundle if there were no lines."""
        if not self._begun:
            raise NotABundle(Message("import.empty"))
        if not self.report.complete:
            self.report.problems.append(Message("import.truncated"))
        return self.report

    def _add_line(self, connection: sqlite3.Connection, line: str) -> None:
        if not self._begun:
            check_header(line)
            self._begun = True
            self._had_matrix = connection.execute("SELECT 1 FROM taste_page WHERE number >= 0").fetchone() is not None
            return
        try:
            name, value = parse_line(line)
        except BadRow as error:
            self._refuse(message_of(error))
            return
        if name == "nutshell":
            self._refuse(Message("row.second_header"))
        elif name == "end":
            self.report.complete = value == self._rows
            if not self.report.complete:
                self.report.problems.append(
                    Message("import.rows_missing", {"found": self._rows, "written": str(value)[:20]})
                )
        elif name in _BY_NAME:
            self._rows += 1
            self._add_row(connection, _BY_NAME[name], value)
        else:
            self._rows += 1
            self._refuse(Message("row.unknown_table", {"name": repr(name[:40])}))

    def _refuse(self, problem: Message | str) -> None:
        self.report.refuse(self._line, problem)

    def _add_row(self, connection: sqlite3.Connection, table: Table, value: Any) -> None:
        try:
            row = self._with_local_ids(table, from_json(value, table))
        except (BadRow, ArithmeticError, RecursionError) as error:
            self._refuse(Message("row.in_table", {"table": table.name, "problem": message_of(error)}))
            return
        new = self._mergers.get(table.name, self._merge)(connection, table, row)
        if table.name != "taste_page":  # derived data, not worth counting for the user
            (self.report.added if new else self.report.known)[table.name] += 1

    def _with_local_ids(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        if "feed" in table.columns:
            if row["feed"] not in self._ids["feed"]:
                raise BadRow(Message("row.feed_missing"))
            row["feed"] = self._ids["feed"][row["feed"]]
        if table.name == "taste_event":
            row["item"] = self._local_id("item", row["item"])
            row["source"] = self._local_id("feed", row["source"])
            row["interest"] = self._ids["taste_interest"].get(row["interest"], row["interest"])
        if table.name == "taste_mute" and row["kind"] == "source":
            row["name"] = self._local_id("feed", row["name"])
        return row

    def _local_id(self, table: str, name: str) -> str:
        """Returns a decimal id as it is here; any other name, such as an address, unchanged."""
        if name.isdecimal() and len(name) < 19:
            return str(self._ids[table].get(int(name), name))
        return name

    # One method for each table. Each returns whether the row is new.

    def _merge(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Inserts a row that does not exist yet, under its own id if that is free."""
        original = row.get("id")
        existing = _find(connection, table, row)
        local = _insert(connection, table.name, row) if existing is None else existing
        if table.name in self._ids and original is not None:
            self._ids[table.name][original] = local
            self._ids_changed |= original != local
        return existing is None

    def _merge_setting(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Retention is only reported: importing it would delete older rows, here and from the bundle."""
        if row["name"] == RETENTION.name:
            imported = json.loads(row["value"])
            self.report.keep = imported if is_shorter(imported, get_setting(connection, RETENTION)) else ""
            return False
        return self._merge(connection, table, row)

    def _merge_request(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Ledger entries get new ids: they are ordered by time."""
        return self._merge(connection, table, row | {"id": 0})

    def _merge_feed(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """A feed that is followed in either place is followed."""
        new = self._merge(connection, table, row)
        if row["removed"] is None:
            connection.execute("UPDATE feed SET removed = NULL WHERE url = ?", (row["url"],))
        return new

    def _merge_item(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """An item that was read or saved in either place is read or saved."""
        new = self._merge(connection, table, row)
        if not new:
            connection.execute(
                "UPDATE item SET saved = coalesce(saved, ?), read = coalesce(read, ?) WHERE id = ?",
                (row["saved"], row["read"], self._ids["item"][row["id"]]),
            )
        return new

    def _merge_interest(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Interests with the same id and name are the same."""
        original = row["id"]
        existing = connection.execute("SELECT name FROM taste_interest WHERE id = ?", (original,)).fetchone()
        if existing is not None and existing[0] == row["name"]:
            self._ids["taste_interest"][original] = original
            return False
        has_events = connection.execute("SELECT 1 FROM taste_event WHERE interest = ? LIMIT 1", (original,)).fetchone()
        if existing is not None or has_events:
            (row["id"],) = connection.execute(
                "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM taste_interest),"
                " (SELECT coalesce(max(interest), 0) FROM taste_event))"
            ).fetchone()
        self._ids["taste_interest"][original] = _insert(connection, table.name, row)
        return True

    def _merge_matrix_page(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """The candidate matrix is imported only if there was none here and all items kept their ids; otherwise it is
        computed again.
        """
        ids = set(json.loads(row["head"]).get("ids", ()))
        if self._had_matrix or self._ids_changed or ids & self._matrix_items:
            return False
        self._matrix_items |= ids
        connection.execute("INSERT OR REPLACE INTO taste_page VALUES (?, ?, ?)", tuple(row.values()))
        return True

    def _merge_page(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Of two versions of a page the later stays, with the notes and tags of both."""
        if row["url"]:
            found = connection.execute(
                "SELECT id, at, note, tags FROM page WHERE url = ? AND kind = ?", (row["url"], row["kind"])
            ).fetchone()
        else:
            found = connection.execute(
                "SELECT id, at, note, tags FROM page WHERE url = '' AND kind = ? AND at = ? AND record = ?",
                (row["kind"], row["at"], row["record"]),
            ).fetchone()
        if found is not None:
            page, at, note, tags = found
            row["note"], row["tags"] = _merge_notes(note, row["note"]), _merge_tags(tags, row["tags"])
            if at >= row["at"] and (row["note"], row["tags"]) == (note, tags):
                return False
            [existing] = self._pages.delete(connection, [page])
            own_words = {"note": row["note"], "tags": row["tags"]}
            newest = row if row["at"] > at else dict(zip(COLUMNS, existing, strict=True)) | own_words
            row = {name: newest[name] for name in (*table.columns, "gist")} | {"id": page}
        row["id"] = _free_id(connection, "page", row["id"])
        row["host"] = hostname(row["url"])
        self._pages.add(connection, row)
        return found is None


def _find(connection: sqlite3.Connection, table: Table, row: Mapping[str, Any]) -> int | None:
    """Returns the id of the row with the same key (1 if the table has no ids), None if there is none."""
    result = "id" if "id" in table.columns else "1"
    where = " AND ".join(f"{name} IS ?" for name in table.key)
    found = connection.execute(
        f"SELECT {result} FROM {table.name} WHERE {where}", [row[name] for name in table.key]
    ).fetchone()
    return None if found is None else int(found[0])


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    """Inserts a row under its own id if possible. Returns the id."""
    values = dict(row)
    if "id" in values:
        values["id"] = _free_id(connection, table, values["id"])
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    return int(cursor.lastrowid or 0)


def _free_id(connection: sqlite3.Connection, table: str, wanted: int) -> int | None:
    """Returns the id itself, None if it is in use or too far above the highest: the row then gets another."""
    (highest,) = connection.execute(
        f"SELECT max(coalesce(max(id), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)) FROM {table}",
        (table,),
    ).fetchone()
    if not 0 < wanted <= highest + _MAX_ID_GAP:
        return None
    in_use = wanted <= highest and connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (wanted,)).fetchone()
    return None if in_use else wanted


def _merge_notes(note: str, imported: str) -> str:
    """Returns both notes, or the longer one if it contains the other."""
    if imported in note:
        return note
    return (imported if note in imported else f"{note}\n\n{imported}")[:MAX_NOTE]


def _merge_tags(tags: str, imported: str) -> str:
    return "\n".join(split_tags(join_tags(tags, imported))[:MAX_TAGS])
