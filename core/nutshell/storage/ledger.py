"""The request ledger: every request to the network, when it was sent, why, and its result."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, fields

from nutshell.ports import Database
from nutshell.records.ledger import LedgerEntry, LedgerTotals

from .settings import OLD_REQUESTS, get_setting, set_setting
from .transaction import transaction

MAX_ENTRIES = 5000
PENDING = "no answer yet"
"""The result of a request that has no answer yet, or had none when the engine ended."""

_MAX_TOTAL = 10**15


class RequestLedger:
    """feeds/http.py writes it before a request is sent and when it is over, requests/pdf.py what a tab fetched."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, at: float, url: str, why: str, sent: int) -> int:
        """Adds a request that is about to be sent. Returns its id, for `end`."""
        with transaction(self._database) as connection:
            cursor = connection.execute(
                "INSERT INTO request (at, url, why, status, sent, received, result) VALUES (?, ?, ?, 0, ?, 0, ?)",
                (at, url, why, sent, PENDING),
            )
            oldest = "SELECT id FROM request ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?"
            delete_requests(connection, f"id IN ({oldest})", MAX_ENTRIES)
        return int(cursor.lastrowid or 0)

    def end(self, entry: int, *, status: int, sent: int, received: int, result: str) -> None:
        """Writes the result of a request, unless its entry was erased meanwhile."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE request SET status = ?, sent = ?, received = ?, result = ? WHERE id = ? AND result = ?",
                (status, sent, received, result, entry, PENDING),
            )

    def add(self, entry: LedgerEntry) -> None:
        """Adds a request that is over."""
        number = self.begin(entry.at, entry.url, entry.why, entry.sent)
        self.end(number, status=entry.status, sent=entry.sent, received=entry.received, result=entry.result)

    def list_entries(self, limit: int = 200, query: str = "") -> list[LedgerEntry]:
        """Returns the newest entries first; `query` is a part of the address, in any case."""
        rows = self._database.connection.execute(
            "SELECT at, url, why, status, sent, received, result FROM request"
            " WHERE instr(lower(url), lower(?)) ORDER BY at DESC, id DESC LIMIT ?",
            (query.strip(), limit),
        )
        return [LedgerEntry(*row) for row in rows]

    def totals(self) -> LedgerTotals:
        """Returns the totals of all requests ever sent, including those no longer listed."""
        row = self._database.connection.execute(
            "SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM request"
        ).fetchone()
        older = self.unlisted_totals()
        return LedgerTotals(row[0] + older.requests, row[1] + older.sent, row[2] + older.received)

    def unlisted_totals(self) -> LedgerTotals:
        """Returns the totals of the requests no longer listed."""
        return _unlisted_totals(self._database.connection)


def delete_requests(connection: sqlite3.Connection, where: str, *values: object) -> int:
    """Within a transaction: deletes entries and adds them to the unlisted totals. Returns how many."""
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM request WHERE {where}", values
    ).fetchone()
    if not row[0]:
        return 0
    connection.execute(f"DELETE FROM request WHERE {where}", values)
    before = _unlisted_totals(connection)
    after = LedgerTotals(before.requests + row[0], before.sent + row[1], before.received + row[2])
    set_setting(connection, OLD_REQUESTS, asdict(after))
    return int(row[0])


def parse_totals(value: object) -> LedgerTotals:
    """Raises ValueError for anything but the JSON of LedgerTotals."""
    if not isinstance(value, dict) or set(value) != {field.name for field in fields(LedgerTotals)}:
        raise ValueError("it is not the ledger's totals")
    for number in value.values():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _MAX_TOTAL:
            raise ValueError("the ledger's totals are out of range")
    return LedgerTotals(**value)


def _unlisted_totals(connection: sqlite3.Connection) -> LedgerTotals:
    return LedgerTotals(**get_setting(connection, OLD_REQUESTS) or {})
