"""Everything that is kept, as lines of JSON to take along, and back again: merged, checked, and never twice.

The format is described in docs/EXPORT.md. A line is an object with one key: `nutshell` (the first: version, when made,
how many rows of each table), a table's name (a row), or `end` (the last: how many rows came before).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nutshell.library.retention import KEEP, Retention, shorter
from nutshell.ports import Database
from nutshell.records.message import Message, message_of
from nutshell.safe_json import loads

from .bundle_rows import SETTINGS, BadRow
from .bundle_tables import TABLES, Table, packed, unpacked
from .pages import COLUMNS, LONGEST_NOTE, MOST_TAGS, PageStore, host_of
from .transaction import transaction

VERSION = 1
LONGEST_LINE = 2_000_000
_LOT = 400
_PROBLEMS = 20  # said one by one; the rest is counted
_NEAR = 10_000_000
"""A row keeps its own id if that is at most so far from the highest here: ids are never given twice, and the highest
that there can be would be the last."""

_BY_NAME = {table.name: table for table in TABLES}


class NotABundle(ValueError):
    """The file is not a bundle, or one of a newer Nutshell; nothing of it was taken in."""


@dataclass(frozen=True, slots=True)
class ExportPosition:
    """How far an export is: a table by its number, the last id of it (or how many rows, where it has no ids), and how
    many rows are written altogether.
    """

    table: int = 0
    after: int = 0
    written: int = 0


class BundleExport:
    """A bundle, some lines at a time. Rows that come or go meanwhile may or may not be in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> dict[str, int]:
        """How many rows of each table."""
        return {table.name: self._one(f"SELECT count(*) FROM {_from(table)}") for table in TABLES}

    def lines(self, place: ExportPosition, now: float) -> tuple[list[str], ExportPosition | None]:
        """The lines from a place on, and where to go on; None when that was the end."""
        out = []
        if place == ExportPosition():
            made = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
            out.append(_line("nutshell", {"version": VERSION, "made": made, "rows": self.counts()}))
        if place.table == len(TABLES):
            return [*out, _line("end", place.written)], None
        table = TABLES[place.table]
        source, names = _from(table), ", ".join(table.columns)
        if "id" in table.columns:
            more = f"{'AND' if ' WHERE ' in source else 'WHERE'} id > ? ORDER BY id LIMIT ?"
            values = (place.after, _LOT)
        else:
            more = f"ORDER BY {', '.join(table.same)} LIMIT ? OFFSET ?"
            values = (_LOT, place.after)
        found = self._database.connection.execute(f"SELECT {names} FROM {source} {more}", values).fetchall()
        rows = [dict(zip(table.columns, row, strict=True)) for row in found]
        out += [_line(table.name, unpacked(row, table)) for row in rows]
        written = place.written + len(rows)
        if len(rows) == _LOT:
            return out, ExportPosition(place.table, rows[-1].get("id", place.after + _LOT), written)
        return out, ExportPosition(place.table + 1, 0, written)

    def _one(self, statement: str) -> int:
        return int(self._database.connection.execute(statement).fetchone()[0])


@dataclass(slots=True)
class ImportReport:
    """What became of a bundle: rows `taken`, rows `known` already, rows refused, with the first `problems`."""

    taken: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    problems: list[Message] = field(default_factory=list)
    complete: bool = False
    keep: str = ""
    """How long things are kept where the bundle was made, when that is shorter than here (retention.py)."""

    def refuse(self, line: int, why: Message | str) -> None:
        self.refused += 1
        if len(self.problems) < _PROBLEMS:
            self.problems.append(Message("import.line_problem", {"line": line, "problem": why}))


class BundleImport:
    """Takes a bundle in, some lines at a time, each lot in one change. Raises NoBundle at the first line if it is none.

    What is here already stays: of a page the version read last, of a setting this browser's own.
    """

    def __init__(self, database: Database, pages: PageStore) -> None:
        self._database = database
        self._pages = pages
        self._retention = Retention(database)
        self._number = 0
        self._rows = 0
        self._ids: dict[str, dict[int, int]] = {"feed": {}, "item": {}, "taste_interest": {}}
        self._begun = False
        self._own_pool = True
        self._moved = False
        self._pooled: set[str] = set()
        self.report = ImportReport()

    def take(self, lines: Iterable[str]) -> None:
        with transaction(self._database) as connection:
            for line in lines:
                self._number += 1
                if line.strip():
                    self._take(connection, line)

    def finish(self) -> ImportReport:
        """Nothing more comes."""
        if not self._begun:
            raise NotABundle(Message("import.empty"))
        if not self.report.complete:
            self.report.problems.append(Message("import.truncated"))
        return self.report

    def _take(self, connection: sqlite3.Connection, line: str) -> None:
        if not self._begun:
            check_beginning(line)
            self._begin()
            return
        try:
            name, value = _parsed(line)
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
            self._row(connection, _BY_NAME[name], value)
        else:
            self._rows += 1
            self._refuse(Message("row.unknown_table", {"name": repr(name[:40])}))

    def _begin(self) -> None:
        self._begun = True
        connection = self._database.connection
        self._own_pool = connection.execute("SELECT 1 FROM taste_page WHERE number >= 0").fetchone() is not None

    def _refuse(self, why: Message | str) -> None:
        self.report.refuse(self._number, why)

    def _row(self, connection: sqlite3.Connection, table: Table, value: Any) -> None:
        try:
            row = packed(value, table)
            row = self._renamed(table, row)
        except (BadRow, ArithmeticError, RecursionError) as error:
            self._refuse(Message("row.in_table", {"table": table.name, "problem": message_of(error)}))
            return
        new = getattr(self, f"_{table.name}", self._plain)(connection, table, row)
        if table.name != "taste_page":  # nothing that a reader would count
            (self.report.taken if new else self.report.known)[table.name] += 1

    def _renamed(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """With the ids that feeds, items and interests have here."""
        if "feed" in table.columns:
            if row["feed"] not in self._ids["feed"]:
                raise BadRow(Message("row.feed_missing"))
            row["feed"] = self._ids["feed"][row["feed"]]
        if table.name == "taste_event":
            if row["item"].isdecimal() and len(row["item"]) < 19:
                row["item"] = str(self._ids["item"].get(int(row["item"]), row["item"]))
            if row["source"].isdecimal() and len(row["source"]) < 19:
                row["source"] = str(self._ids["feed"].get(int(row["source"]), row["source"]))
            row["interest"] = self._ids["taste_interest"].get(row["interest"], row["interest"])
        if table.name == "taste_mute" and row["kind"] == "source" and row["name"].isdecimal() and len(row["name"]) < 19:
            row["name"] = str(self._ids["feed"].get(int(row["name"]), row["name"]))
        return row

    def _plain(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """A row that is not here yet is written, under its own id where that is free."""
        given = row.get("id")
        known = self._same(connection, table, row)
        if known is None:
            known = _insert(connection, table.name, row)
            new = True
        else:
            new = False
        if table.name in self._ids and given is not None:
            self._ids[table.name][given] = known
            self._moved |= table.name != "taste_interest" and given != known
        return new

    def _setting(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """How long things are kept is never taken in by itself: it would erase what is older, here and in there."""
        if row["name"] == KEEP:
            there, here = json.loads(row["value"]), self._retention.load()
            self.report.keep = there if shorter(there, here) else ""
            return False
        return self._plain(connection, table, row)

    def _request(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """A line of the ledger has a number of its own here: what came last is told by its time."""
        return self._plain(connection, table, row | {"id": 0})

    def _same(self, connection: sqlite3.Connection, table: Table, row: Mapping[str, Any]) -> int | None:
        key = "id" if "id" in table.columns else "1"
        where = " AND ".join(f"{name} IS ?" for name in table.same)
        found = connection.execute(
            f"SELECT {key} FROM {table.name} WHERE {where}", [row[name] for name in table.same]
        ).fetchone()
        return None if found is None else int(found[0])

    def _feed(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """One that is followed in either place is followed."""
        new = self._plain(connection, table, row)
        if row["removed"] is None:
            connection.execute("UPDATE feed SET removed = NULL WHERE url = ?", (row["url"],))
        return new

    def _item(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """What was read or saved in either place was read or saved."""
        new = self._plain(connection, table, row)
        if not new:
            connection.execute(
                "UPDATE item SET saved = coalesce(saved, ?), read = coalesce(read, ?) WHERE id = ?",
                (row["saved"], row["read"], self._ids["item"][row["id"]]),
            )
        return new

    def _taste_interest(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Interests have nothing but their number and name to be known by: one with both is the same."""
        given = row["id"]
        taken = connection.execute("SELECT name FROM taste_interest WHERE id = ?", (given,)).fetchone()
        if taken is not None and taken[0] == row["name"]:
            self._ids["taste_interest"][given] = given
            return False
        if (
            taken is not None
            or connection.execute("SELECT 1 FROM taste_event WHERE interest = ? LIMIT 1", (given,)).fetchone()
        ):
            (row["id"],) = connection.execute(
                "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM taste_interest),"
                " (SELECT coalesce(max(interest), 0) FROM taste_event))"
            ).fetchone()
        self._ids["taste_interest"][given] = _insert(connection, table.name, row)
        return True

    def _taste_page(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """What was made of the items is taken where nothing was made here and they are known by the same numbers;
        else it is made again from all of them.
        """
        ids = set(json.loads(row["head"]).get("ids", ()))
        if self._own_pool or self._moved or ids & self._pooled:
            return False
        self._pooled |= ids
        connection.execute("INSERT OR REPLACE INTO taste_page VALUES (?, ?, ?)", tuple(row.values()))
        return True

    def _page(self, connection: sqlite3.Connection, table: Table, row: dict[str, Any]) -> bool:
        """Of two versions of a page the later stays; notes and tags of both."""
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
            row["note"], row["tags"] = _both(note, row["note"]), _all(tags, row["tags"])
            if at >= row["at"] and (row["note"], row["tags"]) == (note, tags):
                return False
            [old] = self._pages.take_out(connection, [page])
            newest = row if row["at"] > at else dict(zip(COLUMNS, old, strict=True)) | {
                name: row[name] for name in ("note", "tags")
            }  # fmt: skip
            row = {name: newest[name] for name in (*table.columns, "gist")} | {"id": page}
        row["id"] = _own_id(connection, "page", row["id"])
        row["host"] = host_of(row["url"])
        self._pages.add(connection, row)
        return found is None


def check_beginning(line: str) -> None:
    """Raises NoBundle where no bundle, or none that we can take in, begins with this line."""
    try:
        name, value = _parsed(line)
    except BadRow:
        name, value = "", None
    if name != "nutshell" or not isinstance(value, dict) or not isinstance(value.get("version"), int):
        raise NotABundle(Message("import.not_export"))
    if value["version"] > VERSION:
        raise NotABundle(Message("import.newer_version"))


def _parsed(line: str) -> tuple[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadRow(Message("row.too_long"))
    try:
        [(name, value)] = loads(line, parse_constant=_no_constant).items()
    except BadRow:
        raise
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise BadRow(Message("row.not_a_row")) from None
    return name, value


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    """Under its own id where that can be; answers the id."""
    given = dict(row)
    if "id" in given:
        given["id"] = _own_id(connection, table, given["id"])
    cursor = connection.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(given)}) VALUES ({', '.join('?' * len(given))})",
        tuple(given.values()),
    )
    return int(cursor.lastrowid or 0)


def _own_id(connection: sqlite3.Connection, table: str, given: int) -> int | None:
    """The id itself, or None where it is to be another one: taken, or none that this Nutshell would give soon."""
    (highest,) = connection.execute(
        f"SELECT max(coalesce(max(id), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)) FROM {table}",
        (table,),
    ).fetchone()
    if not 0 < given <= highest + _NEAR:
        return None
    taken = given <= highest and connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (given,)).fetchone()
    return None if taken else given


def _both(here: str, there: str) -> str:
    """Two notes on one page, each said once."""
    if there in here:
        return here
    return (there if here in there else f"{here}\n\n{there}")[:LONGEST_NOTE]


def _all(here: str, there: str) -> str:
    tags = [tag for tag in (*here.split("\n"), *there.split("\n")) if tag]
    return "\n".join(list(dict.fromkeys(tags))[:MOST_TAGS])


def _from(table: Table) -> str:
    """The rows of a table that are the reader's: not what they have given up, nor this browser's own settings."""
    saved = "SELECT feed FROM item WHERE saved IS NOT NULL"
    match table.name:
        case "feed":
            return f"feed WHERE (removed IS NULL OR id IN ({saved}))"
        case "item":
            return "item WHERE (saved IS NOT NULL OR feed IN (SELECT id FROM feed WHERE removed IS NULL))"
        case "dropped":
            return "dropped WHERE feed IN (SELECT id FROM feed WHERE removed IS NULL)"
        case "setting":
            return f"setting WHERE name IN ({', '.join(repr(name) for name in SETTINGS)})"
    return table.name


def _line(name: str, value: object) -> str:
    return json.dumps({name: value}, ensure_ascii=False, separators=(",", ":"))


def _no_constant(name: str) -> Sequence[object]:
    raise BadRow(Message("row.invalid_number", {"name": name}))
