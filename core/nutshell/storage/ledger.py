"""Every request that Nutshell made, for the reader to see: what left, when, why, and what came of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields

from nutshell.ports import Database
from nutshell.records.ledger import LedgerEntry, LedgerTotals

from .transaction import transaction

KEPT = 5000
UNANSWERED = "no answer yet"
"""The result of a request that went out and is not over, or that ended with the engine."""

OLDER = "ledger.older"
"""The setting that holds the totals of what is not listed any more."""

_MOST = 10**15


class Ledger:
    """Written by feeds/http.py alone: before a request goes out, and again when it is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, at: float, url: str, why: str, sent: int) -> int:
        """It goes out now. Answers its number, for `end`: should that never come, it stands there without an answer."""
        with transaction(self._database) as connection:
            cursor = connection.execute(
                "INSERT INTO request (at, url, why, status, sent, received, result) VALUES (?, ?, ?, 0, ?, 0, ?)",
                (at, url, why, sent, UNANSWERED),
            )
            last = "SELECT id FROM request ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?"
            let_go(connection, f"id IN ({last})", KEPT)
        return int(cursor.lastrowid or 0)

    def end(self, number: int, *, status: int, sent: int, received: int, result: str) -> None:
        """It is over. Where the reader erased it meanwhile, nothing is written."""
        with transaction(self._database) as connection:
            connection.execute(
                "UPDATE request SET status = ?, sent = ?, received = ?, result = ? WHERE id = ? AND result = ?",
                (status, sent, received, result, number, UNANSWERED),
            )

    def add(self, request: LedgerEntry) -> None:
        """One that is over."""
        number = self.begin(request.at, request.url, request.why, request.sent)
        self.end(number, status=request.status, sent=request.sent, received=request.received, result=request.result)

    def recent(self, limit: int = 200, query: str = "") -> list[LedgerEntry]:
        """The newest first; `query` is looked for in addresses."""
        rows = self._database.connection.execute(
            "SELECT at, url, why, status, sent, received, result FROM request"
            " WHERE instr(lower(url), lower(?)) ORDER BY at DESC, id DESC LIMIT ?",
            (query.strip(), limit),
        )
        return [LedgerEntry(*row) for row in rows]

    def totals(self) -> LedgerTotals:
        """Of all requests ever made, those that are not listed any more among them."""
        row = self._database.connection.execute(
            "SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM request"
        ).fetchone()
        older = self.older()
        return LedgerTotals(row[0] + older.requests, row[1] + older.sent, row[2] + older.received)

    def older(self) -> LedgerTotals:
        """Of those that are only counted."""
        return _older(self._database.connection)


def let_go(connection: sqlite3.Connection, where: str, *values: object) -> int:
    """Within a change: rows that are too many, or too old, are only counted from now on. Answers how many."""
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM request WHERE {where}", values
    ).fetchone()
    if not row[0]:
        return 0
    connection.execute(f"DELETE FROM request WHERE {where}", values)
    before = _older(connection)
    after = LedgerTotals(before.requests + row[0], before.sent + row[1], before.received + row[2])
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (OLDER, json.dumps(asdict(after))))
    return int(row[0])


def valid_totals(value: object) -> LedgerTotals:
    """Raises ValueError for what is none."""
    if not isinstance(value, dict) or set(value) != {each.name for each in fields(LedgerTotals)}:
        raise ValueError("that is not what the ledger counts")
    for number in value.values():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _MOST:
            raise ValueError("that is nothing that the ledger could have counted")
    return LedgerTotals(**value)


def _older(connection: sqlite3.Connection) -> LedgerTotals:
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (OLDER,)).fetchone()
    return LedgerTotals(**json.loads(row[0])) if row else LedgerTotals()
